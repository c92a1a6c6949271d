"""Every address of the service, by face. A store's own pages begin with its slug."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from avdet.web.shared.gallery import gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("avdet.web.operations.urls")),
    path("gallery/", gallery, name="gallery"),
    path("account/", include("avdet.web.accounts.urls")),
    path("api/v1/", include("avdet.web.api.urls")),
    path("hooks/<slug:store>/", include("avdet.web.webhooks.urls")),
    path("<slug:store>/desk/", include("avdet.web.desk.urls")),
    path("<slug:store>/studio/", include("avdet.web.studio.urls")),
    path("<slug:store>/", include("avdet.web.portal.urls")),
]
