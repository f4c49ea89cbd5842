"""The console's websocket addresses."""

from django.urls import URLPattern, path

from console.consumers import Doorbell

websocket_urlpatterns: list[URLPattern] = [path("ws/doorbell/", Doorbell.as_asgi())]  # type: ignore[arg-type]
