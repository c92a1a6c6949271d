from django.urls import URLPattern, URLResolver, path

from avdet.web.operations import health, home, operator

app_name = "operations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.stores, name="home"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("operator/", operator.operator, name="operator"),
    path("operator/run/", operator.run_now, name="run_now"),
    path("operator/jobs/again/", operator.jobs_again, name="jobs_again"),
    path("operator/jobs/<slug:state>/", operator.listed, name="jobs"),
    path("operator/notices/", operator.dead_notices, name="dead_notices"),
    path("operator/notices/again/", operator.notices_again, name="notices_again"),
    path("operator/webhooks/", operator.dead_webhooks, name="dead_webhooks"),
    path("operator/webhooks/again/", operator.webhooks_again, name="webhooks_again"),
]
