"""Every address of the desk. Webhooks are not here: `config.asgi` takes them before Django."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import health
from console.metrics import metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("console.api.urls")),
    path("", include("console.urls")),
]

if settings.SIMULATOR:
    urlpatterns.insert(0, path("simulator/", include("console.simulator_urls")))
