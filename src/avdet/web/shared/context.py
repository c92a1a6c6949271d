from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    return {"language": getattr(request, "language", "en"), "store": getattr(request, "store", None)}
