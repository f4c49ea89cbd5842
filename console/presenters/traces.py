"""What stands around the words of a line: what it answers, where it came from, what became of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from audit.actors import Actor
from console.presenters import times
from conversations.models import Message, MessageReaction

LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Quote:
    """The line that is answered. Without `href` it is not known here."""

    who: str
    words: str
    href: str
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Badge:
    emoji: str
    words: str
    title: str


@dataclass(frozen=True, slots=True)
class Referral:
    """The advertisement or post through which the customer came."""

    source: str
    headline: str
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class Version:
    until: str
    words: str


@dataclass(frozen=True, slots=True)
class Link:
    words: str
    href: str


def who_of(message: Message) -> str:
    """Who said it, as a line names them. The author must have been fetched with the message."""
    if message.author is not None:
        return Actor.human(message.author).name
    if message.type == "call" and message.direction == Message.Direction.OUT:
        return "The business"
    if message.metadata.get("echo") or (message.metadata.get("history") and message.sender == Message.Sender.HUMAN):
        return "On the business's phone"
    return {"user": "Customer", "bot": "Assistant", "human": "Agent", "system": "Automatic notice"}[message.sender]


def quote_of(message: Message) -> Quote | None:
    """What it answers; None where it answers nothing. `reply_to` must have been fetched with its author."""
    quoted = message.reply_to
    if quoted is None:
        unknown = Quote("", "A message that is not here", "", elsewhere=False)
        return unknown if message.metadata.get("quotes") else None
    elsewhere = quoted.conversation_id != message.conversation_id
    page = f"{reverse('console:conversation', args=[quoted.conversation_id])}?all=1" if elsewhere else ""
    return Quote(who_of(quoted), _short(quoted.body), f"{page}#line-{quoted.pk}", elsewhere)


def origins_of(message: Message) -> list[str]:
    """Where it came from, in a few words each."""
    about, found = message.metadata, []
    if about.get("frequently_forwarded"):
        found.append("Forwarded many times")
    elif about.get("forwarded"):
        found.append("Forwarded")
    if about.get("history"):
        found.append("From the phone's chat history")
    if product := _dict(about.get("referred_product")).get("product_retailer_id"):
        found.append(f"About product {product}")
    return found


def referral_of(message: Message) -> Referral | None:
    """The advertisement through which the customer came; None where they came by themselves."""
    told = _dict(message.metadata.get("referral"))
    if not told:
        return None
    source = {"ad": "advertisement", "post": "post"}.get(_text(told, "source_type"), "link")
    return Referral(source, _text(told, "headline"), _text(told, "body"), safe_url(_text(told, "source_url")))


def badges_of(message: Message) -> list[Badge]:
    """The emojis under it now. The reactions must have been fetched with the message."""
    shown = [reaction for reaction in message.reactions.all() if reaction.emoji]
    return [_badge(reaction) for reaction in sorted(shown, key=lambda reaction: reaction.by)]


def _badge(reaction: MessageReaction) -> Badge:
    who = "the customer" if reaction.by == MessageReaction.By.CUSTOMER else "the desk"
    return Badge(reaction.emoji, f"from {who}", f"{who.capitalize()}, {times.full(reaction.at)}")


def versions_of(message: Message) -> list[Version]:
    """What it said before it was edited, the oldest first."""
    told = message.metadata.get("versions")
    entries = [_dict(version) for version in told] if isinstance(told, list) else []
    return [Version(_moment(_text(entry, "until")), _text(entry, "body")) for entry in entries]


def links_of(message: Message) -> list[Link]:
    """Ties to other lines of ours: sent again, sent for one that waits."""
    named = (
        ("resends", "Sent again after an earlier try"),
        ("resent_as", "Was sent again"),
        ("reengages", "Asks the customer to write, so that what waits can go out"),
    )
    return [Link(words, f"#line-{message.metadata[name]}") for name, words in named if message.metadata.get(name)]


def deleted_words(message: Message) -> str:
    """Who took the message back, and when; empty where nobody did."""
    if message.revoked_at is None:
        return ""
    ours = message.direction == Message.Direction.OUT
    who = "This message was deleted on the business's phone" if ours else "The customer deleted this message"
    return f"{who}, {_day_and_time(message.revoked_at)}"


def late_words(message: Message) -> str:
    """Both times of a line that arrived late; empty for all others."""
    if not message.late:
        return ""
    arrived = message.received_at or message.created_at
    written = message.provider_ts or message.placed_at
    same_day = timezone.localtime(arrived).date() == timezone.localtime(written).date()
    when = times.clock_time(arrived) if same_day else _day_and_time(arrived)
    return f"arrived late: written {times.clock_time(written)}, here {when}"


def safe_url(url: str) -> str:
    """The address where a click may lead: a web page; else nothing."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return _day_and_time(moment) if timezone.is_aware(moment) else text


def _day_and_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%-d %b %H:%M")


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= LONGEST_QUOTE else f"{flat[:LONGEST_QUOTE].rstrip()}…"


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
