"""What may be handed in as evidence, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from avdet.core.errors import AvdetError

KINDS: Final = ("photo", "carrier_report", "service_report", "receipt", "document")
SIDES: Final = (1, 2, 3, 4, 5, 6)
"""Front, back, left, right, top and bottom, as a parcel is photographed from six sides."""
PHOTO_BYTES: Final = 12_000_000
PAPER_BYTES: Final = 10_000_000
MOST_BYTES: Final = max(PHOTO_BYTES, PAPER_BYTES)
MOST_PIXELS: Final = 40_000_000
MOST: Final = 30
"""Pieces of one draft or one case; of one order, while they belong to neither."""

_REFUSALS: Final = {
    "empty": ("the file is empty", "choose another one"),
    "size": ("the file is too large", f"send at most {PHOTO_BYTES // 10**6} MB, and {PAPER_BYTES // 10**6} MB of PDF"),
    "pixels": ("the photograph has too many pixels", f"send one of at most {MOST_PIXELS // 10**6} megapixels"),
    "heic": ("this is a HEIC photograph, which cannot be read here", "send it as JPEG"),
    "broken": ("the photograph cannot be read to its end", "take or save it once more"),
    "locked": ("the PDF file is locked with a password", "save it without one"),
    "form": ("this is neither a photograph nor a PDF file that is accepted", "send JPEG, PNG, WebP or PDF"),
    "photo": ("a photograph was expected, and this is a PDF file", "send JPEG, PNG or WebP, or name another kind"),
    "side": ("the side belongs to a photograph, and is a number from 1 to 6", "leave it out, or give 1 to 6 with a photograph"),
    "many": (f"there are {MOST} pieces already", "remove what is not needed"),
    "closed": ("nothing can be added or taken away any more", "write to the store"),
}  # fmt: skip
"""Why something is refused → what is said of it to programs; people are told in their language by the pages."""


class EvidenceRefused(AvdetError):  # noqa: N818 - it names what happened
    """What was handed in cannot be kept. `why` is one of the keys above."""

    def __init__(self, why: str, *, where: str = "file") -> None:
        what, cure = _REFUSALS[why]
        super().__init__(what, where=where, cure=cure)
        self.why = why


@dataclass(frozen=True, slots=True)
class Made:
    """What is kept of what was handed in: bytes, how they are served, and for a photograph its size in pixels and its look."""

    content: bytes
    media_type: str
    thumbnail: bytes = b""
    width: int = 0
    height: int = 0
    look: int | None = None
