"""Pages as PDF: what the library that draws them may not leave behind."""

from __future__ import annotations

from PIL import ImageFile

from avdet.web.shared.paper import pdf_of


def test_drawing_a_page_lets_no_half_pictures_in_afterwards() -> None:
    assert pdf_of("<!doctype html><p>slip</p>").startswith(b"%PDF")
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
