"""Products' pictures: well-formed, without script or style, the same each time, one unlike another."""

from xml.etree import ElementTree

import pytest

from avdet.demo.catalogue import DemoProduct
from avdet.demo.pictures import glyphs, picture_svg
from avdet.demo.store import load
from avdet.policies import STORES

ALLOWED = {"svg", "title", "rect", "circle", "g", "path"}


def test_a_name_cannot_break_out_of_its_title():
    product = load("ofiskutum").products["OK-1001"]
    hostile = DemoProduct(**{name: getattr(product, name) for name in DemoProduct.__slots__} | {"name": "</title><script>&"})
    root = ElementTree.fromstring(picture_svg(hostile, "#1d4f91"))
    assert {element.tag.split("}")[1] for element in root.iter()} <= ALLOWED
    assert root[0].text == "</title><script>&"


@pytest.mark.parametrize("slug", STORES)
def test_every_product_has_a_picture_of_its_own(slug):
    store = load(slug)
    drawn = {picture_svg(product, store.accent) for product in store.products.values()}
    assert len(drawn) == len(store.products)
    for picture in drawn:
        root = ElementTree.fromstring(picture)
        assert {element.tag.split("}")[1] for element in root.iter()} <= ALLOWED
        assert not any(name.startswith("on") or name == "style" for element in root.iter() for name in element.attrib)
        assert root.attrib["viewBox"] == "0 0 120 120"
        assert len(picture) < 4096


def test_the_same_product_gives_the_same_bytes():
    product = load("fetrashop").products["FT-1001"]
    assert picture_svg(product, "#5b2a86") == picture_svg(product, "#5b2a86")
    assert picture_svg(product, "#5b2a86") != picture_svg(product, "#0b6b4f")


def test_every_glyph_stands_for_some_category():
    used = {product.category.glyph for slug in STORES for product in load(slug).products.values()}
    assert used == set(glyphs())
