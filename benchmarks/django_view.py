"""For comparison: the same webhook as an async Django view with the ORM, behind Django's ASGI handler."""

import hmac
import os

from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

from django.conf import settings  # noqa: E402

from config import clock  # noqa: E402
from whatsapp import signature  # noqa: E402
from whatsapp.models import CloudAccount, InboundEvent  # noqa: E402


@csrf_exempt
async def webhook(request: HttpRequest, key: str) -> HttpResponse:
    account = await CloudAccount.objects.aget(channel__key=key)
    for secret in account.app_secrets.split():
        expected = signature.sign(request.body, secret)
        if hmac.compare_digest(expected, request.headers.get("X-Hub-Signature-256", "")):
            await InboundEvent.objects.acreate(
                channel_id=account.channel_id, body=request.body, received_at=clock.now()
            )
            return HttpResponse("OK", content_type="text/plain")
    return HttpResponse(status=401)


urlpatterns = [path("webhooks/cloud/<slug:key>/", webhook)]
settings.ROOT_URLCONF = __name__
