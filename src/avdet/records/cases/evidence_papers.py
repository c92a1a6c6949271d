"""Documents as PDF. They are kept as they came, and are only ever handed out to be saved."""

from __future__ import annotations

from typing import Final

import puremagic

from avdet.records.cases.evidence_limits import PAPER_BYTES, EvidenceRefused, Made

BEGINS: Final = b"%PDF-"
MEDIA_TYPE: Final = "application/pdf"
_END: Final = 2_048


def is_paper(raw: bytes) -> bool:
    """Whether this says of itself that it is a PDF file, in its very first bytes: none that begins as something else passes."""
    return raw.startswith(BEGINS)


def paper(raw: bytes) -> Made:
    """The document. `EvidenceRefused` for one that is too large, locked, cut short, or something else besides."""
    if len(raw) > PAPER_BYTES:
        raise EvidenceRefused("size")
    if MEDIA_TYPE not in _known_as(raw) or b"%%EOF" not in raw[-_END:]:
        raise EvidenceRefused("form")
    if b"/Encrypt" in raw:
        raise EvidenceRefused("locked")
    return Made(raw, MEDIA_TYPE)


def _known_as(raw: bytes) -> list[str]:
    try:
        return [found.mime_type for found in puremagic.magic_string(raw)]
    except puremagic.PureError:
        return []
