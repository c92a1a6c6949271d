from django.urls import URLPattern, URLResolver, path

from avdet.web.portal.account import (
    account,
    account_address,
    account_address_add,
    account_address_move,
    account_addresses,
    account_bank,
    account_bank_remove,
)
from avdet.web.portal.account_data import account_data, account_erase, account_export, account_stay, account_take
from avdet.web.portal.find import find, find_code
from avdet.web.portal.home import help_page, home, logo
from avdet.web.portal.order_moves import address, cancel, consent
from avdet.web.portal.orders import choice, order, orders, told
from avdet.web.portal.products import product, product_picture, product_returns, products
from avdet.web.portal.terms import terms, terms_changes, terms_version

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("help/", help_page, name="help"),
    path("logo/", logo, name="logo"),
    path("orders/", orders, name="orders"),
    path("orders/<str:number>/", order, name="order"),
    path("orders/<str:number>/cancel/", cancel, name="cancel"),
    path("orders/<str:number>/address/", address, name="address"),
    path("orders/<str:number>/consent/", consent, name="consent"),
    path("orders/<str:number>/choices/<slug:kind>/", choice, name="choice"),
    path("orders/<str:number>/told/", told, name="told"),
    path("products/", products, name="products"),
    path("products/<path:sku>/returns/", product_returns, name="product_returns"),
    path("products/<path:sku>/pictures/<int:picture>/", product_picture, name="product_picture"),
    path("products/<path:sku>/", product, name="product"),
    path("find/", find, name="find"),
    path("find/code/", find_code, name="find_code"),
    path("account/", account, name="account"),
    path("account/addresses/", account_addresses, name="account_addresses"),
    path("account/addresses/add/", account_address_add, name="account_address_add"),
    path("account/addresses/<int:pk>/", account_address, name="account_address"),
    path("account/addresses/<int:pk>/<slug:move>/", account_address_move, name="account_address_move"),
    path("account/accounts/", account_bank, name="account_bank"),
    path("account/accounts/<int:pk>/remove/", account_bank_remove, name="account_bank_remove"),
    path("account/data/", account_data, name="account_data"),
    path("account/data/export/", account_export, name="account_export"),
    path("account/data/<int:pk>/", account_take, name="account_take"),
    path("account/data/erase/", account_erase, name="account_erase"),
    path("account/data/stay/", account_stay, name="account_stay"),
    path("terms/", terms, name="terms"),
    path("terms/<int:number>/", terms_version, name="terms_version"),
    path("terms/<int:number>/changes/", terms_changes, name="terms_changes"),
]
