from django.urls import URLPattern, URLResolver, path

from avdet.web.studio.intake import connections, imports, traits

urlpatterns: list[URLPattern | URLResolver] = [
    path("connections/", connections.connections, name="connections"),
    path("connections/<slug:kind>/", connections.connection, name="connection"),
    path("connections/<slug:kind>/act/", connections.act, name="connection_act"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:number>/", imports.import_, name="import"),
    path("imports/<int:number>/act/", imports.import_act, name="import_act"),
    path("imports/<int:number>/report.csv", imports.report, name="import_report"),
    path("traits/", traits.traits, name="traits"),
]
