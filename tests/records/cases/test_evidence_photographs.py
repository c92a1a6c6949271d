"""Photographs and papers: what is refused, what is left of what is kept, and what looks alike."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from PIL import Image, ImageEnhance

from avdet.records.cases.evidence import Said, made_of
from avdet.records.cases.evidence_alike import NEAR
from avdet.records.cases.evidence_limits import PAPER_BYTES, PHOTO_BYTES, EvidenceRefused
from avdet.records.cases.evidence_photographs import LARGEST, SMALL, apart, look_of, photograph
from tests.records.cases.pictures import PDF, file, photo, scene

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = b"GIF89a/*" + file(scene(1), "GIF")[8:] + b"*/=1;alert(1)"


def bomb(wide: int, high: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels, and has them, all alike."""
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(bytes(1 + wide // 8)) for _ in range(high)) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said(b""), "empty"),
        (Said(b"x" * (PHOTO_BYTES + 1)), "size"),
        (Said(PDF[:9] + b"x" * PAPER_BYTES + b"%%EOF", "document"), "size"),
        (Said(SVG), "form"), (Said(GIF), "form"), (Said(b"<html><script>"), "form"), (Said(b"PK\x03\x04" + b"\0" * 60), "form"),
        (Said(b"\0\0\0\x18ftypheic" + b"\0" * 40), "heic"),
        (Said(photo()[:2_000]), "broken"), (Said(photo(form="PNG")[:400]), "broken"),
        (Said(PDF), "photo"),
        (Said(b"MZ" + PDF, "document"), "form"), (Said(PDF[:-6], "document"), "form"),
        (Said(PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 5 0 R"), "document"), "locked"),
        (Said(photo(), "video"), "form"), (Said(photo(), side=7), "side"), (Said(photo(), "receipt", side=1), "side"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_reason(said: Said, why: str) -> None:
    with pytest.raises(EvidenceRefused) as refused:
        made_of(said)
    assert refused.value.why == why
    assert refused.value.cure


@pytest.mark.parametrize("size", [(20_000, 20_000), (6_400, 6_400)])
def test_a_bomb_is_refused_before_it_is_drawn(size: tuple[int, int]) -> None:
    raw = bomb(*size)
    assert len(raw) < 100_000
    tracemalloc.start()
    with pytest.raises(EvidenceRefused) as refused:
        photograph(raw)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.why == "pixels"
    assert most < 2_000_000


def test_place_and_camera_are_gone_and_the_picture_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = 6, "Camera & Co", "Phone 7"
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 22.0)
    made = photograph(file(scene(1), exif=exif, comment=b"from Valiasr 1", icc_profile=b"profile" * 20))
    kept = Image.open(io.BytesIO(made.content))
    assert (made.width, made.height, kept.size, kept.format) == (480, 640, (480, 640), "JPEG")
    assert not kept.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(kept.info)
    assert not [word for word in (b"Camera", b"Phone", b"Valiasr", b"profile") if word in made.content + made.thumbnail]


def test_whatever_hides_behind_a_picture_is_gone() -> None:
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as zipped:
        zipped.writestr("x.exe", b"MZ-evil")
    page = b"<html><script>evil()</script>"
    for raw in (photo() + hidden.getvalue(), photo(form="PNG") + page, photo(form="WEBP") + page, photo(comment=page)):
        made = photograph(raw)
        assert not [word for word in (b"evil", b"PK\x03\x04", b"<script") if word in made.content + made.thumbnail]
        Image.open(io.BytesIO(made.content)).verify()


def test_a_large_photograph_is_made_smaller_and_a_see_through_one_stands_on_white() -> None:
    made = photograph(file(scene(1, (4_000, 3_000))))
    assert (made.width, made.height) == (LARGEST, LARGEST * 3 // 4)
    assert max(Image.open(io.BytesIO(made.thumbnail)).size) == SMALL
    clear = photograph(file(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(clear.content)).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGBA"])
def test_every_way_of_writing_a_pixel_is_read(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    made = scene(1).convert("I").convert("I;16") if mode == "I;16" else scene(1).convert("RGBA").convert(mode)
    assert photograph(file(made, form)).width == 640


def test_a_document_is_kept_as_it_came() -> None:
    script = PDF.replace(b"/Root", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Root")
    made = made_of(Said(script, "carrier_report"))
    assert (made.content, made.media_type, made.thumbnail, made.look) == (script, "application/pdf", b"", None)


def test_the_same_scene_looks_alike_however_it_was_saved_and_others_do_not() -> None:
    misses, meets = [], []
    looks = {seed: look_of(scene(seed)) for seed in range(60)}
    for seed, look in looks.items():
        made = scene(seed)
        again = (
            photograph(file(made, quality=25)).look, photograph(file(made.resize((300, 225)))).look,
            photograph(file(ImageEnhance.Brightness(made).enhance(1.15))).look, photograph(file(made.crop((4, 4, 636, 476)))).look,
        )  # fmt: skip
        assert look is not None
        misses += [seed for each in again if each is None or apart(look, each) > NEAR]
        meets += [(seed, other) for other, unlike in looks.items() if other > seed and unlike is not None and apart(look, unlike) <= NEAR]
    assert len(misses) <= 12, "of 240"
    assert meets == []


def test_a_blank_wall_has_no_look() -> None:
    assert photograph(file(Image.new("RGB", (640, 480), "white"))).look is None
    shade = Image.linear_gradient("L").rotate(90)
    assert look_of(shade) is None
