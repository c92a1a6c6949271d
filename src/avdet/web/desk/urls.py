from django.urls import URLPattern, URLResolver, path

from avdet.web.desk import batches, books, bulk, dashboard, doing, home, notices, order, orders, payer, payouts, refunds, saved
from avdet.web.shared.addresses import know_numbers

know_numbers()
app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("orders/", orders.orders, name="orders"),
    path("export/", orders.export, name="export"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("views/keep/", saved.keep, name="keep_view"),
    path("views/drop/", saved.drop, name="drop_view"),
    path("orders/<number:number>/", order.order, name="order"),
    path("orders/<number:number>/contact/", order.show, name="show_contact"),
    path("orders/<number:number>/do/<slug:name>/", doing.do, name="do"),
    path("orders/<number:number>/notices/<int:notice>/", doing.tell_again, name="tell_again"),
    path("notices/", notices.notices, name="notices"),
    path("notices/again/", notices.again, name="notices_again"),
    path("refunds/", refunds.refunds, name="refunds"),
    path("refunds/<int:pk>/", refunds.refund, name="refund"),
    path("refunds/<int:pk>/do/<slug:name>/", refunds.do, name="refund_do"),
    path("goodwill/<int:pk>/<slug:name>/", refunds.goodwill, name="goodwill"),
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/account/", payer.payer, name="payer"),
    path("payouts/answers/", batches.answer, name="bank_answer"),
    path("payouts/batches/", batches.batches, name="batches"),
    path("payouts/batches/<int:number>/", batches.batch, name="batch"),
    path("payouts/batches/<int:number>/do/<slug:name>/", batches.do, name="batch_do"),
    path("findings/", books.findings, name="findings"),
    path("books/", books.books, name="books"),
    path("books/export/", books.books_file, name="books_file"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
]
