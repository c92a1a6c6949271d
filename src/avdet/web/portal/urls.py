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
from avdet.web.portal.case_supply import case_supply
from avdet.web.portal.cases import case, case_call, case_withdraw, cases
from avdet.web.portal.claims import claim, claim_check, claim_evidence, claim_question, claim_reason
from avdet.web.portal.evidence import case_evidence, evidence, evidence_move, payer_documents
from avdet.web.portal.find import find, find_code
from avdet.web.portal.home import help_page, home, logo
from avdet.web.portal.order_moves import address, cancel, consent
from avdet.web.portal.orders import choice, order, orders, told
from avdet.web.portal.products import product, product_picture, product_returns, products
from avdet.web.portal.refund_to import refund_to
from avdet.web.portal.remedies import remedy, remedy_choice
from avdet.web.portal.sending import parcel, parcel_move, send_back, slip, slip_pdf
from avdet.web.portal.terms import terms, terms_changes, terms_version
from avdet.web.shared.addresses import know_numbers
from avdet.web.shared.evidence import evidence_file

know_numbers()
app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("help/", help_page, name="help"),
    path("logo/", logo, name="logo"),
    path("orders/", orders, name="orders"),
    path("orders/<number:number>/", order, name="order"),
    path("orders/<number:number>/cancel/", cancel, name="cancel"),
    path("orders/<number:number>/address/", address, name="address"),
    path("orders/<number:number>/consent/", consent, name="consent"),
    path("orders/<number:number>/documents/", payer_documents, name="payer_documents"),
    path("orders/<number:number>/money/", refund_to, name="refund_to"),
    path("orders/<number:number>/choices/<slug:kind>/", choice, name="choice"),
    path("orders/<number:number>/told/", told, name="told"),
    path("orders/<number:number>/claim/", claim, name="claim"),
    path("orders/<number:number>/claim/evidence/", claim_evidence, name="claim_evidence"),
    path("orders/<number:number>/claim/check/", claim_check, name="claim_check"),
    path("orders/<number:number>/claim/<int:line>/", claim_reason, name="claim_reason"),
    path("orders/<number:number>/claim/<int:line>/<slug:fact>/", claim_question, name="claim_question"),
    path("orders/<number:number>/send-back/", send_back, name="send_back"),
    path("orders/<number:number>/parcels/<slug:code>/", parcel, name="parcel"),
    path("orders/<number:number>/parcels/<slug:code>/slip/", slip, name="slip"),
    path("orders/<number:number>/parcels/<slug:code>/slip.pdf", slip_pdf, name="slip_pdf"),
    path("orders/<number:number>/parcels/<slug:code>/<slug:move>/", parcel_move, name="parcel_move"),
    path("cases/", cases, name="cases"),
    path("cases/<number:number>/", case, name="case"),
    path("cases/<number:number>/remedy/", remedy, name="remedy"),
    path("cases/<number:number>/remedy/<slug:kind>/", remedy_choice, name="remedy_choice"),
    path("cases/<number:number>/withdraw/", case_withdraw, name="case_withdraw"),
    path("cases/<number:number>/supply/", case_supply, name="case_supply"),
    path("cases/<number:number>/call/", case_call, name="case_call"),
    path("orders/<number:number>/evidence/", evidence, name="evidence"),
    path("cases/<number:number>/evidence/", case_evidence, name="case_evidence"),
    path("evidence/<str:ticket>/", evidence_file, name="evidence_file"),
    path("evidence/<int:pk>/<slug:move>/", evidence_move, name="evidence_move"),
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
