"""A product's pictures: added, looked at, taken away."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from avdet.core.errors import AvdetError
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.pictures import MAX_BYTES, MOST, add_picture, bring_forward, remove_picture
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.context import NAMES
from avdet.web.studio.catalogue.pages import KEEPERS, the_product, whole
from avdet.web.studio.catalogue.products import product_rooms
from avdet.web.studio.pages import done, page
from avdet.words.phrases import phrase


@open_to(*KEEPERS)
def pictures(request: PageRequest, sku: str) -> HttpResponse:
    """The pictures, and a form for one more."""
    product = the_product(request, sku)
    fault = ""
    if request.method == "POST":
        if "remove" in request.POST:
            remove_picture(product, whole(request.POST["remove"]) or 0)
            return done(request, "picture_removed", "product_pictures", {"sku": sku}, sku=sku)
        if "forward" in request.POST:
            bring_forward(product, whole(request.POST["forward"]) or 0)
            return done(request, "picture_moved", "product_pictures", {"sku": sku}, sku=sku)
        fault = _add(request, product)
        if not fault:
            return done(request, "picture", "product_pictures", {"sku": sku}, sku=sku)
    said = phrase(request.language, f"studio.problem.{fault}") if fault else ""
    spoken = [code for code in request.store.languages if code in NAMES]
    context = {
        "product": product, "tabs": product_rooms(request, sku, "product_pictures"), "fault": said, "most": MOST,
        "spoken": [(code, NAMES[code], request.POST.get(f"alt_{code}", "")) for code in spoken],
        "errors": [("picture", said)] if said else [], "name": product.name_in(request.language),
    }  # fmt: skip
    return page(request, "catalogue/pictures", "products", context, status=422 if fault else 200)


def _add(request: PageRequest, product: Product) -> str:
    """Keeps an uploaded picture; the key of what is wrong with it otherwise."""
    file = request.FILES.get("picture")
    if not isinstance(file, UploadedFile):
        return "picture_missing"
    alt = {code: request.POST.get(f"alt_{code}", "").strip()[:300] for code in request.store.languages}
    try:
        add_picture(product, file.read(MAX_BYTES + 1), {code: text for code, text in alt.items() if text})
    except AvdetError:
        return "picture"
    return ""
