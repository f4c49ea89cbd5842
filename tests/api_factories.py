"""Rows for the tests of the API and the admin, made by the functions that the product itself uses."""

import itertools
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.test import override_settings
from rest_framework.test import APIClient

from audit.actors import SYSTEM
from conversations import intake
from conversations.identity import Sender
from conversations.models import Channel, Conversation
from handoff import desk
from handoff.models import Team
from handoff.people import agent_save, team_ensure
from whatsapp.accounts import cloud_account_save

PHONE = "15550100{:04d}"
_numbers = itertools.count(1)


def team(now, name: str = "support") -> Team:
    return team_ensure(name=name, actor=SYSTEM, now=now)


def agent(now, username: str, *, in_team: str = "support", supervisor: bool = False, admin: bool = False) -> User:
    """A person of the staff, who cannot sign in by password: the cheap digest is for the tests alone."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        person, _ = agent_save(
            username=username,
            password="a long enough pass-phrase",
            team=team(now, in_team),
            supervisor=supervisor,
            admin=admin,
            full_name=f"{username.title()} Example",
            actor=SYSTEM,
            now=now,
        )
    return person


def channel(now, key: str = "main", *, in_team: str = "support") -> Channel:
    found = Channel.objects.filter(key=key).first()
    if found:
        return found
    account, _ = cloud_account_save(
        key=key,
        phone_number_id=f"id-{key}",
        access_token="token",
        app_secrets=["secret"],
        verify_token="verify",
        team=team(now, in_team),
        actor=SYSTEM,
        now=now,
    )
    return account.channel


def says(now, body: str = "Hello", *, number: int | None = None, on: Channel | None = None, name: str = "Ana") -> str:
    """A customer writes; returns the provider's id. The same number is the same customer."""
    number = next(_numbers) + 1000 if number is None else number
    provider_id = f"wamid.{next(_numbers)}"
    incoming = intake.Incoming(
        provider_id=provider_id,
        sender=Sender({"wa_id": PHONE.format(number)}, name),
        sent_at=now,
        received_at=now,
        type="text",
        body=body,
    )
    with transaction.atomic():
        intake.take(on or channel(now), incoming, now=now)
    return provider_id


def conversation(now, body: str = "Hello", **options) -> Conversation:
    """A conversation that the bot holds, with one message of the customer in it."""
    provider_id = says(now, body, **options)
    return Conversation.objects.get(messages__provider_id=provider_id)


def client_of(person: User) -> APIClient:
    """The API as this person, by a session whose CSRF token is not asked for."""
    client = APIClient()
    client.force_authenticate(person)
    return client


def later(now, **by):
    return now + timedelta(**by)


def waiting(now, body: str = "A person, please", **options) -> Conversation:
    """A conversation in the queue."""
    waits = conversation(now, body, **options)
    caller = User.objects.filter(username="caller").first() or agent(now, "caller", in_team="night")
    desk.request_handoff(waits.pk, agent=caller, explanation="asked", now=now)
    waits.refresh_from_db()
    return waits


def held_by(person: User, now, **options) -> Conversation:
    """A conversation that this person has accepted."""
    held = waiting(now, **options)
    desk.accept(held.pk, agent=person, now=now)
    held.refresh_from_db()
    return held
