from django.urls import URLPattern, URLResolver, path

from avdet.web.portal.terms import terms, terms_changes, terms_version

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("terms/", terms, name="terms"),
    path("terms/<int:number>/", terms_version, name="terms_version"),
    path("terms/<int:number>/changes/", terms_changes, name="terms_changes"),
]
