"""The application, and what it listens for."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Connects what follows a verified address and a second factor."""

    name = "avdet.web.accounts"

    def ready(self) -> None:
        """Called once, when every table is known."""
        from avdet.web.accounts.listening import listen

        listen()
