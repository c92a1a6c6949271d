from django.urls import URLPattern, URLResolver, path

from avdet.web.operations import health, home

app_name = "operations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.stores, name="home"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
]
