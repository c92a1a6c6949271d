from django.urls import URLPattern, URLResolver, path

from avdet.web.desk import books, bulk, dashboard, doing, home, notices, order, orders, refunds, saved

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("orders/", orders.orders, name="orders"),
    path("export/", orders.export, name="export"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("views/keep/", saved.keep, name="keep_view"),
    path("views/drop/", saved.drop, name="drop_view"),
    path("orders/<str:number>/", order.order, name="order"),
    path("orders/<str:number>/contact/", order.show, name="show_contact"),
    path("orders/<str:number>/do/<slug:name>/", doing.do, name="do"),
    path("orders/<str:number>/notices/<int:notice>/", doing.tell_again, name="tell_again"),
    path("notices/", notices.notices, name="notices"),
    path("notices/again/", notices.again, name="notices_again"),
    path("refunds/", refunds.refunds, name="refunds"),
    path("refunds/<int:pk>/", refunds.refund, name="refund"),
    path("refunds/<int:pk>/do/<slug:name>/", refunds.do, name="refund_do"),
    path("findings/", books.findings, name="findings"),
    path("books/", books.books, name="books"),
    path("books/export/", books.books_file, name="books_file"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
]
