"""The steps of a sign-in that differ from allauth's own."""

from __future__ import annotations

from typing import Any

from allauth.account.stages import EmailVerificationStage


class EmailWhereThereIsOne(EmailVerificationStage):
    """An e-mail address must be verified before its owner comes in; somebody who came by phone needs none."""

    def handle(self) -> tuple[Any, bool]:
        """(what to show, whether the sign-in goes on)."""
        user: Any = self.login.user
        if user is not None and not user.email and user.phone_verified:
            return None, True
        if user is None and self.login.phone and not self.login.email:
            return None, True
        answer: tuple[Any, bool] = super().handle()  # type: ignore[no-untyped-call]
        return answer
