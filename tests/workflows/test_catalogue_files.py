"""A catalogue file is read, looked at, applied and taken back; nothing in it can do more than it says."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.catalogue import actions
from avdet.records.catalogue.models import CatalogueImport, CatalogueImportRow, Product, StockMove
from avdet.records.catalogue.queries import import_rows
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.workflows.catalogue.apply_catalogue import apply_catalogue, undo_catalogue
from avdet.workflows.catalogue.export_catalogue import export_catalogue
from avdet.workflows.catalogue.read_catalogue import read_catalogue
from tests.factories import NOW, make_order, make_product, make_store
from tests.words.fault_codes import latin_sentence

pytestmark = pytest.mark.django_db
OWNER = Actor("staff", 1, source="studio")


@pytest.fixture
def store() -> Store:
    return make_store("ofiskutum")


def read(store: Store, text: str | bytes) -> CatalogueImport:
    raw = text if isinstance(text, bytes) else text.encode()
    return read_catalogue(store, "spring.csv", raw, now=NOW, actor=OWNER)


def done(store: Store, text: str) -> CatalogueImport:
    run = read(store, text)
    apply_catalogue(store, run, now=NOW, actor=OWNER)
    return run


def changes(run: CatalogueImport) -> dict[str, dict[str, Any]]:
    return {row.sku: row.changes for row in import_rows(run)}


def problems(run: CatalogueImport) -> list[tuple[int, str, str]]:
    return [(row.number, each["column"], each["problem"]) for row in import_rows(run, kind="faulty") for each in row.problems]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "no column called sku"),
        (b"name_tr,price\nKalem,5\n", "no column called sku"),
        (b"sku,colour\nA,red\n", "no column is called 'colour'"),
        (b"sku,price,price\nA,1,2\n", "two columns are called 'price'"),
        (b"sku,mapped\nA,yes\n", "no column is called 'mapped'"),
        (b'sku,price\nA,"5\nB,6\n' + b"x" * 200_000, "row cannot be read"),
        (b"\xff\xfe\x00", "letters cannot be read"),
        (b"x" * 20_000_001, "file is too large"),
    ],
)
def test_what_is_no_catalogue_is_refused_and_leaves_nothing(store: Store, raw: bytes, what: str) -> None:
    with pytest.raises(AvdetError, match=what):
        read(store, raw)
    assert CatalogueImport.objects.count() == 0


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"x" * 20_000_001, "catalogue_file.too_large"),
        (b"sku\nA\nB\n", "catalogue_file.too_many_rows"),
        (b"name_tr,price\nKalem,5\n", "catalogue_file.no_sku"),
        (b"sku,price,price\nA,1,2\n", "catalogue_file.column_twice"),
        (b"sku,colour of it\nA,red\n", "catalogue_file.unknown_column"),
    ],
)
def test_a_persian_reader_meets_no_latin_sentence(store: Store, raw: bytes, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avdet.workflows.catalogue.read_catalogue.MAX_ROWS", 2)
    with pytest.raises(AvdetError) as caught:
        read(store, raw)
    assert (caught.value.code, latin_sentence(caught.value)) == (code, "")


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("price", "-5", "price"), ("price", "free", "price"), ("price", "1e9", "price"), ("price", "-", "price"),
        ("price", "99999999999999999", "price"), ("price", "=1+1", "price"), ("vat_percent", "101", "vat"),
        ("on_hand", "-1", "whole"), ("on_hand", "1000000000", "whole"), ("on_hand", "2", "promised"), ("weight_grams", "1.5", "whole"),
        ("traits", "food shiny", "traits"), ("on_sale", "perhaps", "flag"), ("specification", "no colon", "specification"),
        ("name_tr", "x" * 301, "bounds"), ("name_tr", "a\x07b", "bounds"), ("category", "x" * 81, "bounds"),
        ("specification", "\n".join(f"l{n}: v" for n in range(101)), "bounds"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named_and_changes_nothing(store: Store, column: str, cell: str, problem: str) -> None:
    product = make_product(store, "A", names={"tr": "Kalem"})
    actions.reserve(store, "1001", [(product.pk, 3)], now=NOW, actor=OWNER)
    paper = io.StringIO()
    csv.writer(paper).writerows([["sku", column], ["A", cell]])
    run = read(store, paper.getvalue())
    assert problems(run) == [(2, column, problem)]
    apply_catalogue(store, run, now=NOW, actor=OWNER)
    after = Product.objects.get(sku="A")
    assert (after.names, after.price_minor, after.revision) == ({"tr": "Kalem"}, product.price_minor, product.revision)


def test_rows_without_a_sku_a_name_or_a_price_are_named(store: Store) -> None:
    run = read(store, "sku,name_tr,price\n,Kalem,5\nB,,5\nC,Silgi,\nD,Defter,3\nD,Defter,4\nE,Cetvel,2,more\n")
    assert problems(run) == [
        (2, "sku", "sku"),
        (3, "name", "name_missing"),
        (4, "price", "price_missing"),
        (6, "sku", "sku_twice"),
        (7, "", "too_many"),
    ]
    assert run.counts == {"rows": 6, "new": 1, "changed": 0, "same": 0, "faulty": 5}
    apply_catalogue(store, run, now=NOW, actor=OWNER)
    assert list(Product.objects.values_list("sku", flat=True)) == ["D"]


def test_the_last_name_cannot_be_cleared(store: Store) -> None:
    make_product(store, "A", names={"tr": "Kalem"})
    assert problems(read(store, "sku,name_tr\nA,-\n")) == [(2, "name", "name_missing")]


def test_a_file_is_applied_once_and_taken_back_once(store: Store) -> None:
    run = done(store, "sku,name_tr,price\nA,Kalem,5\n")
    with pytest.raises(Conflict, match="applied already"):
        apply_catalogue(store, run, now=NOW, actor=OWNER)
    assert undo_catalogue(store, run, now=NOW, actor=OWNER) == []
    with pytest.raises(Conflict, match="nothing here to undo"):
        undo_catalogue(store, run, now=NOW, actor=OWNER)
    with pytest.raises(Conflict, match="nothing here to undo"):
        undo_catalogue(store, read(store, "sku,name_tr,price\nB,Kalem,5\n"), now=NOW, actor=OWNER)


def test_what_was_changed_since_the_look_is_not_overwritten(store: Store) -> None:
    make_product(store, "A")
    make_product(store, "B")
    run = read(store, "sku,price\nA,7\nB,8\n")
    Product.objects.filter(sku="B").update(price_minor=900)
    with pytest.raises(Conflict, match="B: changed since the file was read"):
        apply_catalogue(store, run, now=NOW, actor=OWNER)
    assert set(Product.objects.values_list("price_minor", flat=True)) == {45_000_000, 900}
    assert CatalogueImport.objects.get().applied_at is None


def test_a_product_that_came_meanwhile_is_not_overwritten(store: Store) -> None:
    run = read(store, "sku,name_tr,price\nA,Kalem,5\n")
    make_product(store, "A")
    with pytest.raises(Conflict, match="A: changed since"):
        apply_catalogue(store, run, now=NOW, actor=OWNER)


def test_another_stores_products_are_out_of_reach(store: Store) -> None:
    theirs = make_product(make_store("hepsiburada"), "A")
    done(store, "sku,name_tr,price\nA,Kalem,5\n")
    theirs.refresh_from_db()
    assert theirs.price_minor == 45_000_000
    assert Product.objects.filter(sku="A").count() == 2


def test_the_look_shows_what_stood_and_what_will(store: Store) -> None:
    make_product(store, "A", names={"tr": "Kalem", "en": "Pen"}, traits=["food"], vat_basis_points=2000)
    make_product(store, "B")
    run = read(
        store,
        "sku;name_tr;price;vat_percent;traits;on_hand\nA;Dolma kalem;1.299,50;%20;hygiene food;12\nB;;;;;10\nC;Silgi;۷٫۵;;;\n",
    )
    assert changes(run) == {
        "A": {
            "name_tr": ["Kalem", "Dolma kalem"],
            "price": ["450000", "1299.50"],
            "traits": ["food", "food hygiene"],
            "on_hand": ["10", "12"],
        },
        "C": {"name_tr": [None, "Silgi"], "price": [None, "7.50"]},
    }
    assert run.counts == {"rows": 3, "new": 1, "changed": 1, "same": 1, "faulty": 0}
    assert Product.objects.count() == 2


def test_what_is_applied_stands_and_is_taken_back_whole(store: Store) -> None:
    before = make_product(
        store,
        "A",
        names={"tr": "Kalem", "en": "Pen"},
        mapped=False,
        specification=[{"group": "", "label": "Renk", "value": "Mavi"}],
    )
    run = done(
        store,
        "sku,name_tr,price,traits,on_hand,specification,category\nA,Tükenmez,5,made_to_order,3,Genel > Renk: Kırmızı,Yazı\nN,Yeni,6,,4,,\n",
    )
    after = Product.objects.get(sku="A")
    assert (after.names, after.price_minor, after.traits, after.mapped, after.category) == (
        {"tr": "Tükenmez", "en": "Pen"},
        500,
        ["made_to_order"],
        True,
        "Yazı",
    )
    assert after.specification == [{"group": "Genel", "label": "Renk", "value": "Kırmızı"}]
    assert "tukenmez" in after.words
    assert (after.stock.on_hand, Product.objects.get(sku="N").stock.on_hand) == (3, 4)
    assert StockMove.objects.get(product=after).reference == "spring.csv"
    assert undo_catalogue(store, run, now=NOW, actor=OWNER) == []
    again = Product.objects.get(sku="A")
    for name in ("names", "price_minor", "traits", "mapped", "category", "specification", "descriptions"):
        assert getattr(again, name) == getattr(before, name), name
    assert again.stock.on_hand == 10
    assert not Product.objects.filter(sku="N").exists()


def test_undo_leaves_alone_what_has_changed_since(store: Store) -> None:
    make_product(store, "A")
    make_product(store, "B")
    make_product(store, "P", on_hand=2)
    run = done(store, "sku,name_tr,price,on_hand\nA,,5,\nB,,6,\nP,,,9\nN,Yeni,7,1\nO,Yeni,8,1\n")
    Product.objects.filter(sku="B").update(price_minor=700)
    make_order(store, products=[Product.objects.get(sku="N")])
    actions.reserve(store, "1001", [(Product.objects.get(sku="P").pk, 5)], now=NOW, actor=OWNER)
    assert sorted(undo_catalogue(store, run, now=NOW, actor=OWNER)) == ["B", "N", "P"]
    prices = dict(Product.objects.values_list("sku", "price_minor"))
    assert prices == {"A": 45_000_000, "B": 700, "P": 45_000_000, "N": 700}
    assert Product.objects.get(sku="P").stock.on_hand == 9


@pytest.mark.parametrize("spelling", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
def test_letters_arrive_whatever_the_file_was_saved_in(store: Store, spelling: str) -> None:
    done(store, "sku,name_tr,price\nA,Çağlayan şişe ğıİ,5\n".encode(spelling))  # type: ignore[arg-type]
    assert Product.objects.get().names == {"tr": "Çağlayan şişe ğıİ"}


def test_persian_letters_of_an_old_code_page_become_persian_ones() -> None:
    store = make_store("fetrashop")
    run = read(
        store, "sku\tname_fa\tprice\nA\tكتاب ايراني\t۴۵۰۰۰\n".encode().decode().replace("۴۵۰۰۰", "45.000").encode("cp1256")
    )
    assert changes(run)["A"] == {"name_fa": [None, "کتاب ایرانی"], "price": [None, "45000"]}


def test_what_is_exported_reads_back_as_no_change(store: Store) -> None:
    make_product(store, "A", names={"tr": "=HYPERLINK(1)", "en": "-5+1"}, seller="-", category="'quoted", traits=["food", "large"],
                 specification=[{"group": "G > H", "label": "Boy", "value": "a: b"}, {"group": "", "label": "En", "value": "5"}],
                 descriptions={"tr": "iki\nsatır"}, price_minor=129_950, vat_basis_points=850)  # fmt: skip
    Product.objects.create(store=store, sku="B", names={"tr": "Sayılmayan"}, price_minor=100, updated_at=NOW)
    text = "".join(export_catalogue(store))
    assert text.startswith("\ufeffsku,name_tr,")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    run = read(store, text)
    assert (run.counts["same"], changes(run)) == (2, {})


def test_thousands_of_rows_are_read_and_applied_a_few_at_a_time(store: Store) -> None:
    rows = "".join(f"S-{n},Ürün {n},{n}.50,{n % 90}\n" for n in range(1, 2_001))
    run = read(store, "sku,name_tr,price,on_hand\n" + rows)
    assert run.counts["new"] == 2_000
    apply_catalogue(store, run, now=NOW, actor=OWNER)
    assert Product.objects.get(sku="S-1999").price_minor == 199_950
    assert CatalogueImportRow.objects.count() == 2_000
