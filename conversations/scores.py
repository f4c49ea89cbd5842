"""Answers to "How was it?": they belong to the matter that was closed and open no new one.

A message of ours that asks for a rating has `asks_rating` in its metadata, our thanks have `thanks_for_rating`. What an
answer is worth is the business of a higher floor; here is where it stands.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from conversations import changes
from conversations.models import Channel, Conversation, Customer, Message
from conversations.states import State

#: So long a score that quotes nothing is an answer to our last word.
ANSWERABLE = timedelta(hours=24)
_UNSENT = (Message.Status.FAILED, Message.Status.DROPPED)
_NUMBER = re.compile(r"\W*[1-5](?:\s*(?:/|of|out of|de|من|में से|dari)\s*5)?\W*", re.IGNORECASE)
_LEADING = re.compile(r"\W*[1-5](?![\d.,]*\d)")
LONGEST_EMOJI = 12


def is_score(text: str) -> bool:
    """Whether a text can be nothing but a score: `4`, `4/5`, `٤`, stars, an emoji."""
    return _NUMBER.fullmatch(_digits(text)) is not None or _is_emoji(text.strip())


def matter_rated(
    customer: Customer, channel: Channel, *, type: str, body: str, content: Mapping[str, Any], reply_to: str,
    now: datetime,
) -> UUID | None:  # fmt: skip
    """The id of the closed conversation that this message of the customer's rates; None where it rates none.

    A tap on the question does, and a text that quotes it and begins with a number, or is an emoji; also a bare score
    while the question was our last word, not long ago. Other words that quote it do not: they want to be heard.
    """
    is_tap = content.get("kind") == "tap"
    if not is_tap and type != Message.TEXT:
        return None
    question = changes.target_of(customer, channel, reply_to)
    if question:
        rates = is_tap or is_score(body) or _LEADING.match(_digits(body)) is not None
    else:
        rates = str(content.get("id", "")).startswith("rating:") if is_tap else is_score(body)
        question = _last_word(customer, channel, now) if rates else None
    if question is None or not rates or not question.metadata.get("asks_rating"):
        return None
    return question.conversation_id if question.conversation.state == State.CLOSED else None


def _last_word(customer: Customer, channel: Channel, now: datetime) -> Message | None:
    """What we last said in the customer's last matter, thanks for a score aside."""
    latest = Conversation.objects.filter(customer=customer, channel=channel).order_by("-opened_at").first()
    if latest is None:
        return None
    lines = latest.messages.said().filter(direction=Message.Direction.OUT).exclude(status__in=_UNSENT)
    words = lines.exclude(type=Message.REACTION).exclude(metadata__has_key="thanks_for_rating")
    last = words.select_related("conversation").order_by("-seq").first()
    return last if last and now < last.created_at + ANSWERABLE else None


def _digits(text: str) -> str:
    """With the digits of any script as ours."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text[:200])


def _is_emoji(text: str) -> bool:
    if not text or len(text) > LONGEST_EMOJI:
        return False
    kinds = {unicodedata.category(char) for char in text}
    return "So" in kinds and kinds <= {"So", "Sk", "Mn", "Me", "Cf"}
