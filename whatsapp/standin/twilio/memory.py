"""What the stand-in knows: one account, its messages in both directions, their files, the contents, the faults."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from config import clock
from whatsapp.standin.twilio.faults import Fault

JSON = dict[str, Any]
API = "2010-04-01"


def new_sid(prefix: str) -> str:
    """A name as Twilio gives: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass
class File:
    """A file in a message. `redirect_to`: where its address leads, on a host that must not see the token."""

    sid: str
    content: bytes
    mime_type: str
    created_at: datetime


@dataclass
class Line:
    """One message as Twilio lists it."""

    sid: str
    direction: str
    sender: str
    to: str
    body: str
    created_at: datetime
    status: str
    files: list[File] = field(default_factory=list)
    form: JSON = field(default_factory=dict)
    error_code: int | None = None

    def listed(self, account_sid: str) -> JSON:
        """The message resource."""
        path = f"/{API}/Accounts/{account_sid}/Messages/{self.sid}"
        moment = format_datetime(self.created_at)
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "messaging_service_sid": self.form.get("MessagingServiceSid"),
            "direction": self.direction,
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "status": self.status,
            "num_media": str(len(self.files)),
            "num_segments": "1",
            "api_version": API,
            "date_created": moment,
            "date_sent": moment,
            "date_updated": moment,
            "error_code": self.error_code,
            "error_message": None,
            "price": None,
            "uri": f"{path}.json",
            "subresource_uris": {"media": f"{path}/Media.json"},
        }


@dataclass
class Account:
    """The one account. `shared_key` signs the webhooks instead of the token, where given."""

    sid: str = "AC" + "0" * 32
    auth_token: str = "token-of-the-stand-in"  # noqa: S105 - invented
    sender: str = "whatsapp:+15550100199"
    webhook_url: str = ""
    shared_key: str = ""
    status: str = "active"
    #: Media addresses lead there; "" gives the file at once.
    media_origin: str = ""


@dataclass
class Memory:
    """Everything since the last reset. `pace`: seconds between accepted, sent, delivered and read."""

    pace: float = 0.02
    account: Account = field(default_factory=Account)
    lines: dict[str, Line] = field(default_factory=dict)
    contents: dict[str, JSON] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    #: Every request to the API: method, path, query, form or JSON, authorization, status.
    requests: list[JSON] = field(default_factory=list)
    #: Every webhook: address, form, the desk's answer (0: none).
    webhooks: list[JSON] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    #: Customers who wrote within the last day; None lets everything through.
    windows: dict[str, datetime] | None = None
    page_limit: int = 1000

    def add(self, line: Line) -> Line:
        self.lines[line.sid] = line
        return line

    def sent(self) -> list[Line]:
        """What the desk sent, the oldest first."""
        return [line for line in self.lines.values() if line.direction.startswith("outbound")]

    def write(self, address: str, body: str, files: list[tuple[bytes, str]] | None = None) -> Line:
        """A customer writes. The webhook is another matter (`webhooks.message`)."""
        now = clock.now()
        kept = [File(new_sid("ME"), content, mime, now) for content, mime in files or []]
        line = Line(new_sid("MM" if kept else "SM"), "inbound", address, self.account.sender, body, now, "received",
                    kept)  # fmt: skip
        if self.windows is not None:
            self.windows[address] = now
        return self.add(line)

    def file(self, sid: str) -> File | None:
        return next((file for line in self.lines.values() for file in line.files if file.sid == sid), None)
