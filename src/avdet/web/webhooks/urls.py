"""Where other systems report to: `hooks/<store>/…`."""

from django.urls import URLPattern, URLResolver, path

from avdet.web.webhooks import payments, shops

urlpatterns: list[URLPattern | URLResolver] = [
    path("payments/<slug:gateway>", payments.callback, name="payment_callback"),
    path("<slug:kind>/<int:connection>/", shops.shop, name="shop_webhook"),
]
