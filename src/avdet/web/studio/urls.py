from django.urls import URLPattern, URLResolver, include, path

from avdet.web.studio import calendar, history, home, look, messages, policy, returns, staff, texts, tokens, webhooks
from avdet.web.studio.catalogue import embed as goods_embed
from avdet.web.studio.catalogue import files as goods_files
from avdet.web.studio.catalogue import gifts as goods_gifts
from avdet.web.studio.catalogue import pictures as goods_pictures
from avdet.web.studio.catalogue import products as goods
from avdet.web.studio.catalogue import stock as goods_stock

app_name = "studio"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("policy/", policy.policies, name="policies"),
    path("policy/new/", policy.upload, name="upload"),
    path("policy/<int:number>/", policy.version, name="version"),
    path("policy/<int:number>/edit/", policy.edit, name="edit"),
    path("policy/<int:number>/publish/", policy.publish, name="publish"),
    path("policy/<int:number>/take-back/", policy.take_back, name="take_back"),
    path("policy/<int:number>/source/", policy.source, name="source"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/days/<str:day>/", calendar.day, name="calendar_day"),
    path("calendar/change/", calendar.change, name="calendar_change"),
    path("calendar/versions/", calendar.versions, name="calendar_versions"),
    path("look/", look.look, name="look"),
    path("details/", look.details, name="details"),
    path("texts/", texts.texts, name="texts"),
    path("returns/", returns.returns, name="returns"),
    path("messages/", messages.messages, name="messages"),
    path("messages/try/", messages.try_out, name="send_test"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/messages/<int:message>/", webhooks.webhook_message, name="webhook_message"),
    path("staff/", staff.staff, name="staff"),
    path("staff/invite/", staff.invite, name="invite"),
    path("staff/<int:pk>/", staff.member, name="member"),
    path("staff/invitations/<int:pk>/withdraw/", staff.uninvite, name="uninvite"),
    path("invitations/<str:token>/", staff.join, name="join"),
    path("", include("avdet.web.studio.intake.urls")),
    path("history/", history.history, name="history"),
    path("products/", goods.products, name="products"),
    path("new-product/", goods.new, name="product_new"),
    path("products/<path:sku>/stock/", goods_stock.stock, name="product_stock"),
    path("products/<path:sku>/pictures/", goods_pictures.pictures, name="product_pictures"),
    path("products/<path:sku>/gifts/", goods_gifts.gifts, name="product_gifts"),
    path("products/<path:sku>/embed/", goods_embed.embed, name="product_embed"),
    path("products/<path:sku>/", goods.product, name="product"),
    path("catalogue/", goods_files.files, name="catalogue_files"),
    path("catalogue/export/", goods_files.export, name="catalogue_export"),
    path("catalogue/<int:number>/", goods_files.file, name="catalogue_file"),
    path("catalogue/<int:number>/apply/", goods_files.apply, name="catalogue_apply"),
]
