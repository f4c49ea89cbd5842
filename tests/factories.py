"""Rows for tests, made by the product's own functions."""

from datetime import datetime, timedelta
from itertools import count

from django.contrib.auth.models import User
from django.db import transaction

from conversations import intake, transcript
from conversations.identity import Sender
from conversations.models import Channel, Conversation, Message
from handoff.models import Team
from whatsapp.models import CloudAccount

_numbers = count(1)
#: Kinds that ask nothing and open no window.
SILENT = ("reaction", "system", "edit", "revoke")
PHONE_NUMBER_ID = "555010000000009"
APP_SECRET = "an-app-secret-of-the-tests"
ACCESS_TOKEN = "an-access-token-of-the-tests"


def team(slug: str = "support") -> Team:
    return Team.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def channel(key: str = "main", *, now: datetime, api_url: str = "http://127.0.0.1:9") -> Channel:
    """A Cloud API number; its API is nowhere unless a test says where."""
    made, created = Channel.objects.get_or_create(
        key=key, defaults={"provider": "cloud", "name": key.title(), "team": team(), "created_at": now}
    )
    if created:
        CloudAccount.objects.create(
            channel=made,
            phone_number_id=PHONE_NUMBER_ID if key == "main" else f"{PHONE_NUMBER_ID}-{key}",
            access_token=ACCESS_TOKEN,
            app_secrets=APP_SECRET,
            verify_token="a-verify-token",
            api_url=api_url,
        )
    return made


def agent(username: str = "ana", *, teams: tuple[str, ...] = ("support",)) -> User:
    user = User.objects.create_user(username, password="a-long-password-for-tests")
    user.groups.add(*(team(slug) for slug in teams))
    return user


def sender(number: int = 1, **identifiers: str) -> Sender:
    """An invented customer: by BSUID and phone number unless said otherwise."""
    given = identifiers or {"bsuid": f"US.{number:020d}", "wa_id": f"1555010{number:04d}"}
    return Sender(given, name=f"Customer {number}")


def incoming(
    body: str = "Hello", *, now: datetime, who: Sender | None = None, sent_at: datetime | None = None,
    provider_id: str = "", type: str = "text",
) -> intake.Incoming:  # fmt: skip
    return intake.Incoming(
        provider_id=provider_id or f"wamid.in.{next(_numbers)}",
        sender=who or sender(),
        sent_at=sent_at or now,
        received_at=now,
        type=type,
        body=body,
        asks=type not in SILENT,
        opens_window=type not in SILENT,
    )


@transaction.atomic
def take(body: str = "Hello", *, now: datetime, **more: object) -> Message:
    """A customer's message, taken in on the main channel."""
    return intake.take(channel(now=now), incoming(body, now=now, **more), now=now).message


def conversation(*, now: datetime, who: Sender | None = None, body: str = "Hello") -> Conversation:
    """A conversation the customer has just opened."""
    return take(body, now=now, who=who).conversation


@transaction.atomic
def locked(conversation: Conversation) -> Conversation:
    return transcript.lock(conversation.pk)


def later(now: datetime, **delta: float) -> datetime:
    return now + timedelta(**delta)
