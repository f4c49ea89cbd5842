"""Rows and messages of a Twilio channel for tests."""

import io
from datetime import datetime, timedelta
from typing import Any

from conversations.models import Channel, Identity
from tests.factories import team
from tests.twilio_standin import SENDER, SID, TOKEN, Standin
from whatsapp.adapter import Outgoing
from whatsapp.models import TwilioAccount

REFERENCE = "0b5a6f2e-0000-4000-8000-000000000001"


def account(standin: Standin, *, now: datetime, **more: Any) -> TwilioAccount:
    """A sender whose every address is the stand-in's."""
    channel = Channel.objects.create(key="tw", provider="twilio", name="Twilio", team=team(), created_at=now)
    made = TwilioAccount(channel=channel, account_sid=SID, auth_tokens=TOKEN, sender=SENDER, **more)
    standin.point(made).save()
    return made


def to(value: str = "15550100101", kind: str = Identity.Kind.WA_ID) -> Identity:
    return Identity(kind=kind, value=value)


def outgoing(content: Any, **more: Any) -> Outgoing:
    return Outgoing(**({"to": to(), "content": content, "reference": REFERENCE} | more))


class StoredFile:
    """A file as the desk keeps it."""

    def __init__(self, *, url: str = "https://desk.example/media/1?sig=x", size: int = 10, mime: str = "image/png"):
        self.url, self.size, self.mime_type, self.filename = url, size, mime, "photo.png"

    def open(self) -> io.BytesIO:
        return io.BytesIO(b"x" * self.size)

    def public_url(self) -> str:
        if not self.url:
            raise ValueError("PUBLIC_URL is not set.")
        return self.url

    def uploaded_id(self) -> str:
        return ""

    def note_upload(self, media_id: str, *, valid_for: timedelta) -> None:
        raise AssertionError("Twilio takes links")
