"""What goes with a product at no charge: added, looked at, taken away."""

from __future__ import annotations

from django.http import HttpResponse

from avdet.core.errors import AvdetError
from avdet.records.catalogue.gifts import MOST, PIECES, gifts_with, give, take_away
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import product_of
from avdet.records.shared.errors import Conflict
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.studio.catalogue.pages import KEEPERS, the_product, whole
from avdet.web.studio.catalogue.products import product_rooms
from avdet.web.studio.pages import done, page
from avdet.words.phrases import phrase


@open_to(*KEEPERS)
def gifts(request: PageRequest, sku: str) -> HttpResponse:
    """The gifts, and a form for one more."""
    product = the_product(request, sku)
    faults: dict[str, str] = {}
    if request.method == "POST":
        if "remove" in request.POST:
            take_away(product, whole(request.POST["remove"]) or 0)
            return done(request, "gift_removed", "product_gifts", {"sku": sku}, sku=sku)
        faults = _add(request, product)
        if not faults:
            return done(request, "gift", "product_gifts", {"sku": sku}, sku=sku)
    said = {name: phrase(request.language, f"studio.problem.{fault}", most=PIECES) for name, fault in faults.items()}
    shown = [(gift, gift.gift.name_in(request.language)) for gift in gifts_with(product)]
    context = {
        "product": product, "tabs": product_rooms(request, sku, "product_gifts"), "shown": shown, "full": len(shown) >= MOST,
        "faults": said, "errors": list(said.items()), "gift": request.POST.get("gift", ""),
        "pieces": request.POST.get("pieces", "1"),
    }  # fmt: skip
    return page(request, "catalogue/gifts", "products", context, status=422 if faults else 200)


def _add(request: PageRequest, product: Product) -> dict[str, str]:
    """Adds the gift that was named; the field and the key of what is wrong with it otherwise."""
    gift = product_of(request.store, request.POST.get("gift", "").strip()[:60])
    if gift is None:
        return {"gift": "gift_unknown"}
    try:
        give(product, gift, whole(request.POST.get("pieces", "")) or 0)
    except Conflict:
        return {"gift": "gift_twice"}
    except AvdetError as fault:
        return {"pieces": "gift_pieces"} if fault.where == "pieces" else {"gift": "gift_cannot"}
    return {}
