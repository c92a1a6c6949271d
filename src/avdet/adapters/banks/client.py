"""A bank that takes payment files over HTTPS: a small protocol, of which the bank simulator is the other side.

`PUT {url}/payments/{message id}` with the file, and `GET {url}/payments/{message id}/answers` for its answers as a JSON list of
texts. The key goes along as a bearer token. The message id makes a repetition harmless.
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote

import httpx

from avdet.ports.banks import Declined, Handed

_LONGEST: Final = 20_000_000


class HttpBank:
    """A bank at an address, for whom `key` is known."""

    def __init__(self, url: str, key: str, http: httpx.Client) -> None:
        self._url, self._http = url.rstrip("/"), http
        self._headers = {"Authorization": f"Bearer {key}"}

    def hand_over(self, message_id: str, file: bytes) -> Handed | Declined:
        """Puts the file there. An answer that was lost is asked for again: the same id is paid once."""
        answer = self._ask("PUT", f"/payments/{quote(message_id, safe='')}", file)
        return answer if isinstance(answer, Declined) else Handed()

    def answers(self, message_id: str) -> tuple[bytes, ...] | Declined:
        """What the bank has to say of a message so far."""
        answer = self._ask("GET", f"/payments/{quote(message_id, safe='')}/answers")
        if isinstance(answer, Declined):
            return answer
        try:
            said = json.loads(answer)
        except ValueError:
            said = None
        if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
            return Declined("the bank's answer is no list of files", permanent=False)
        return tuple(each.encode() for each in said)

    def _ask(self, method: str, path: str, file: bytes = b"") -> bytes | Declined:
        headers = {**self._headers, "Content-Type": "application/xml"} if file else self._headers
        try:
            answer = self._http.request(method, self._url + path, headers=headers, content=file or None)
        except (httpx.HTTPError, httpx.InvalidURL) as lost:
            return Declined(f"the bank could not be asked: {type(lost).__name__}", permanent=False)
        if answer.status_code >= 300:
            passing = answer.status_code in (408, 425, 429) or answer.status_code >= 500
            return Declined(f"the bank answered {answer.status_code}", permanent=not passing)
        if len(answer.content) > _LONGEST:
            return Declined("the bank's answer is too long", permanent=False)
        return answer.content
