"""The door of the web process: webhooks before Django, pages and API through Django, the console's websocket.

Django's handler costs about ten times what a webhook needs, hence the fork on the path before it.
"""

import gc
import os
from collections.abc import Awaitable
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()  # first: it loads the apps that the imports below need

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from config import daphne_costs  # noqa: E402
from console.routing import websocket_urlpatterns  # noqa: E402
from whatsapp import webhook  # noqa: E402


def http(scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
    """Webhooks to their own application, everything else to Django."""
    if scope["path"].startswith(webhook.PREFIX):
        return webhook.application(scope, receive, send)
    return django(scope, receive, send)


_websockets: list[Any] = [*websocket_urlpatterns]  # the stubs of channels do not know Django's own path()

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(_websockets))),
    }
)

daphne_costs.take_off()

# What is loaded by now stays for good. Kept out of the collector's rounds, it no longer costs a sixth of every request.
gc.collect()
gc.freeze()
