"""The phone simulator: a customer's phone in the browser. A local demo tool without sign-in; off, it is a 404."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache, wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from config import clock
from console import simulator_moves
from handoff import presence
from whatsapp.standin.client import JSON, StandinAway, StandinClient, StandinRefused
from whatsapp.standin.demo import EVERYBODY
from whatsapp.standin.rules import MAX_TEXT

View = Callable[..., HttpResponseBase]

LANGUAGES = {
    "en": "English",
    "es": "Español",
    "ar": "العربية",
    "hi": "हिन्दी",
    "pt_BR": "Português",
    "id": "Bahasa Indonesia",
}
TIERS = {"vip": "VIP", "trade": "Trade", "retail": "Retail"}
JUMPS = {"1", "25"}
SHOWN_MEDIA = {
    *("image/jpeg", "image/png", "image/webp"),
    *("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/wav", "video/mp4", "video/3gpp"),
}
AWAY = "The stand-in for WhatsApp is not running. Start it with: python manage.py graph_standin --demo"


def simulator_only(view: View) -> View:
    """404 unless SIMULATOR is on; one clear line of JSON when the stand-in is away or says no."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not settings.SIMULATOR:
            raise Http404
        try:
            return view(request, **kwargs)
        except simulator_moves.BadMove as bad:
            return _problem(400, str(bad))
        except StandinAway:
            return _problem(503, AWAY)
        except StandinRefused as refusal:
            return _problem(refusal.status if 400 <= refusal.status < 500 else 502, str(refusal))

    return guarded


@simulator_only
@require_GET
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "simulator/page.html", {"max_text": MAX_TEXT})


@simulator_only
@require_GET
@never_cache
def customers(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Who can be played, the business they write to, and the demo's time."""
    client = _client(settings.SIMULATOR_URL)
    people = [_customer(user) for user in client.users()]
    return JsonResponse({"customers": people, "business": _business(client), **_time()})


@simulator_only
@require_GET
@never_cache
def messages(request: HttpRequest, user: str) -> HttpResponse:
    """What changed on this phone after `?after=` (a revision)."""
    after = request.GET.get("after", "0")
    if not (after.isascii() and after.isdigit()):
        return _problem(400, "?after= must be a whole number.")
    screen = _client(settings.SIMULATOR_URL).screen(user, after=int(after))
    return JsonResponse({**screen, **_time()})


@simulator_only
@require_POST
def send(request: HttpRequest, user: str) -> HttpResponse:
    """The customer writes: POST `type`, `text`, what else the type needs, and a `file` in place of a sample."""
    client = _client(settings.SIMULATOR_URL)
    number = _business(client)["phone_number_id"]
    return JsonResponse(simulator_moves.write(client, user, number, request), status=201)


@simulator_only
@require_POST
def act(request: HttpRequest, user: str, name: str) -> HttpResponse:
    """What is no message: a call, another number, the business's own phone app; see `simulator_moves.ACTS`."""
    if name not in simulator_moves.ACTS:
        return _problem(404, f"Nothing is called {name} here.")
    client = _client(settings.SIMULATOR_URL)
    number = _business(client)["phone_number_id"]
    return JsonResponse(simulator_moves.ACTS[name](client, user, number, request))


@simulator_only
@require_GET
def media(request: HttpRequest, media_id: str) -> HttpResponse:
    """A file on the phone. Anything but pictures, sound and film is handed over for download only."""
    content, mime_type = _client(settings.SIMULATOR_URL).media(media_id)
    plain = mime_type.partition(";")[0]
    answer = _part(request.headers.get("Range", ""), content)
    answer["Content-Type"] = plain if plain in SHOWN_MEDIA else "application/octet-stream"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=3600"
    if plain not in SHOWN_MEDIA:
        answer["Content-Disposition"] = "attachment"
    return answer


def _part(wanted: str, content: bytes) -> HttpResponse:
    """All of it, or the one range asked for: players need ranges to know a length and to jump."""
    match = re.fullmatch(r"bytes=(\d{1,12})-(\d{0,12})", wanted, re.ASCII)
    answer = HttpResponse(content)
    if match and int(match[1]) < len(content):
        first, last = int(match[1]), min(int(match[2] or len(content)), len(content) - 1)
        answer = HttpResponse(content[first : last + 1], status=206)
        answer["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    answer["Accept-Ranges"] = "bytes"
    return answer


@simulator_only
@require_POST
def open_phone(request: HttpRequest, user: str) -> HttpResponse:
    """The customer looks at the phone (POST `open=1`), or puts it away (`open=0`)."""
    return JsonResponse(_client(settings.SIMULATOR_URL).open_phone(user, request.POST.get("open") == "1"))


@simulator_only
@require_POST
def clock_jump(request: HttpRequest) -> HttpResponse:
    """Move the demo clock ahead: POST `hours`, 1 or 25."""
    hours = request.POST.get("hours", "")
    if hours not in JUMPS:
        return _problem(400, "hours must be 1 or 25.")
    by = timedelta(hours=int(hours))
    presence.clock_jumps(by, now=clock.now())  # first: no sweep must find everybody gone between
    clock.jump(by)
    return JsonResponse(_time())


@lru_cache(maxsize=4)
def _client(url: str) -> StandinClient:
    return StandinClient(url, timeout=3.0)


def _business(client: StandinClient) -> JSON:
    numbers = client.numbers()
    if not numbers:
        raise StandinRefused(409, "No business number is registered at the stand-in yet.")
    return numbers[0]


def _customer(user: JSON) -> JSON:
    played = next((demo for demo in EVERYBODY if demo.key == user["id"]), None)
    locale = played.locale if played else "en"
    return {
        "id": user["id"],
        "name": user["name"],
        "tier": played.tier if played else "",
        "tier_name": TIERS[played.tier] if played else "",
        "lang": locale.replace("_", "-"),
        "language": LANGUAGES[locale],
        "phrases": played.phrases if played else (),
        "shares_phone": user["shares_phone"],
        "unread": user["unread"],
        "last": user["last"],
    }


def _time() -> JSON:
    return {"now": clock.now().isoformat(), "ahead": int(clock.offset().total_seconds())}


def _problem(status: int, detail: str) -> JsonResponse:
    return JsonResponse({"detail": detail}, status=status)
