"""Pictures of products. What is uploaded is drawn again from its pixels, so that nothing else in the file is ever served."""

from __future__ import annotations

import io
import warnings
from pathlib import PurePath
from typing import Final
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from PIL import Image, ImageOps

from avdet.core.errors import AvdetError
from avdet.records.catalogue.models import Picture, Product
from avdet.records.stores.models import Store

MAX_BYTES: Final = 8_000_000
MAX_PIXELS: Final = 40_000_000
LARGEST: Final = 1_200
"""Pixels of a kept picture's longer side at most."""
MOST: Final = 12
"""Pictures of one product at most."""
FORMATS: Final = ("JPEG", "PNG", "WEBP")
TYPES: Final = {".webp": "image/webp", ".svg": "image/svg+xml"}
"""How a kept picture is served. Only drawings of our own are SVG: an uploaded one is refused."""


def add_picture(product: Product, raw: bytes, alt: dict[str, str]) -> Picture:
    """Keeps an uploaded picture, made smaller and without anything hidden in it. `AvdetError` for what is no picture."""
    small, width, height = redrawn(raw)
    return _keep(product, small, ".webp", alt, (width, height))


def add_drawing(product: Product, svg: str, alt: dict[str, str], *, side: int = 480) -> Picture:
    """Keeps a drawing that this program has made itself, as the demo's are. Never give it what somebody else has written."""
    return _keep(product, svg.encode(), ".svg", alt, (side, side))


def remove_picture(product: Product, number: int) -> None:
    """Takes a picture from its product, and its file once that has been decided for good."""
    picture = Picture.objects.filter(product=product, pk=number).first()
    if picture is not None:
        file = picture.file
        picture.delete()
        transaction.on_commit(lambda: file.storage.delete(str(file.name)))


@transaction.atomic
def bring_forward(product: Product, number: int) -> None:
    """Has a picture stand one place earlier; the first one stands on the product's page."""
    Product.objects.select_for_update().get(pk=product.pk)
    pictures = list(Picture.objects.filter(product=product).order_by("position", "pk"))
    at = next((at for at, picture in enumerate(pictures) if picture.pk == number), 0)
    if at:
        pictures[at - 1 : at + 1] = pictures[at], pictures[at - 1]
    for position, picture in enumerate(pictures):
        picture.position = position
    Picture.objects.bulk_update(pictures, ["position"])


def picture_of(store: Store, sku: str, number: int) -> tuple[Picture, str] | None:
    """A product's picture and its media type."""
    picture = Picture.objects.filter(product__store=store, product__sku=sku, pk=number).first()
    kind = TYPES.get(PurePath(str(picture.file.name)).suffix) if picture else None
    return (picture, kind) if picture and kind else None


def redrawn(raw: bytes) -> tuple[bytes, int, int]:
    """The same picture as WebP with its width and height, upright, at most `LARGEST` pixels wide or high."""
    if len(raw) > MAX_BYTES:
        raise AvdetError("the picture is too large", where="picture", cure=f"choose one below {MAX_BYTES // 1_000_000} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ValueError("too many pixels")
                opened.load()
                upright = ImageOps.exif_transpose(opened).convert("RGBA" if "A" in opened.getbands() else "RGB")
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        cure = "choose a JPEG, PNG or WebP picture of at most 40 megapixels"
        raise AvdetError("this is no picture that can be shown", where="picture", cure=cure) from None
    upright.thumbnail((LARGEST, LARGEST))
    paper = io.BytesIO()
    upright.save(paper, "WEBP", quality=82, method=4)
    return paper.getvalue(), upright.width, upright.height


def _keep(product: Product, content: bytes, suffix: str, alt: dict[str, str], size: tuple[int, int]) -> Picture:
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        last = Picture.objects.filter(product=product).aggregate(last=Max("position"))["last"]
        if Picture.objects.filter(product=product).count() >= MOST:
            raise AvdetError(f"a product has at most {MOST} pictures", where="picture", cure="take one away first")
        picture = Picture(product=product, alt=alt, width=size[0], height=size[1], position=0 if last is None else last + 1)
        picture.file.save(f"{uuid4().hex}{suffix}", ContentFile(content), save=True)
    return picture
