"""System checks that refuse to start a desk in an unsafe state; each message says the mend."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}
SHORTEST_SECRET = 32
#: Characters that a text message may have at every provider.
LONGEST_TEXT = 1600
#: Seconds between two maintenance texts to one customer.
SHORTEST_REPEAT = 60


def serves_the_public() -> bool:
    return bool(set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS) or bool(settings.PUBLIC_URL)


@register()
def hosts_are_named(**_: Any) -> list[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS contains '*', which also switches off the origin check of the websocket.",
            hint="Name the hosts: ALLOWED_HOSTS=desk.example.com",
            id="baton.E001",
        )
    ]


@register()
def public_desk_uses_https(**_: Any) -> list[CheckMessage]:
    if not serves_the_public() or urlsplit(settings.PUBLIC_URL).scheme == "https":
        return []
    return [
        Error(
            "The desk is reachable under a public name, but PUBLIC_URL is not an https address.",
            hint="Set PUBLIC_URL=https://desk.example.com; cookies are then sent over TLS only.",
            id="baton.E002",
        )
    ]


@register()
def no_demo_in_public(**_: Any) -> list[CheckMessage]:
    if not (serves_the_public() and (settings.SIMULATOR or settings.DEBUG)):
        return []
    return [
        Error(
            "DEBUG or SIMULATOR is on while the desk is reachable under a public name.",
            hint="Unset DEBUG and SIMULATOR, or keep ALLOWED_HOSTS to this machine.",
            id="baton.E003",
        )
    ]


@register()
def secrets_are_long(**_: Any) -> list[CheckMessage]:
    short = [
        name
        for name, value in [
            ("SECRET_KEY", settings.SECRET_KEY),
            *(("DATA_KEY", key) for key in settings.DATA_KEYS),
        ]
        if len(value) < SHORTEST_SECRET
    ]
    return [
        Error(
            f"{name} is shorter than {SHORTEST_SECRET} characters.",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id="baton.E004",
        )
        for name in dict.fromkeys(short)
    ]


@register()
def media_has_a_bucket(**_: Any) -> list[CheckMessage]:
    if settings.MEDIA_STORAGE != "s3" or settings.MEDIA_BUCKET:
        return []
    return [
        Error(
            "MEDIA_STORAGE is s3, but no bucket is named: no file could be kept.",
            hint="Set MEDIA_BUCKET=name-of-the-bucket, or leave MEDIA_STORAGE unset to keep files below DATA_DIR.",
            id="baton.E005",
        )
    ]


@register()
def maintenance_text_can_be_sent(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if len(settings.MAINTENANCE_TEXT) > LONGEST_TEXT:
        found.append(
            Error(
                f"MAINTENANCE_TEXT is longer than {LONGEST_TEXT} characters, which not every provider carries.",
                hint="Say it shorter; one or two sentences do.",
                id="baton.E006",
            )
        )
    if not SHORTEST_REPEAT <= settings.MAINTENANCE_EVERY < float("inf"):
        found.append(
            Error(
                f"MAINTENANCE_EVERY is not a number of seconds from {SHORTEST_REPEAT} up.",
                hint="Less would tell a waiting customer over and over: set MAINTENANCE_EVERY=3600, or leave it out.",
                id="baton.E007",
            )
        )
    return found
