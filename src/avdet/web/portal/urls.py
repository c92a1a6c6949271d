from django.urls import URLPattern, URLResolver, path

from avdet.web.portal.products import product, product_picture, product_returns, products
from avdet.web.portal.terms import terms, terms_changes, terms_version

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("products/", products, name="products"),
    path("products/<path:sku>/returns/", product_returns, name="product_returns"),
    path("products/<path:sku>/pictures/<int:picture>/", product_picture, name="product_picture"),
    path("products/<path:sku>/", product, name="product"),
    path("terms/", terms, name="terms"),
    path("terms/<int:number>/", terms_version, name="terms_version"),
    path("terms/<int:number>/changes/", terms_changes, name="terms_changes"),
]
