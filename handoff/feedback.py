"""What staff said about matters that ended, as labelled examples from which the assistant is to learn."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import Q, QuerySet

from audit.actors import Actor
from audit.record import record
from handoff import events
from handoff.models import Rating, Resolution

Format = Literal["jsonl", "csv"]
FORMATS: tuple[Format, ...] = ("jsonl", "csv")
STREAM = "feedback"
CHUNK = 500
FIELDS = (
    "resolution", "conversation", "at", "question", "earlier", "language", "intent", "confidence", "reason", "team",
    "right_team", "better_team", "bot_could", "right_intent", "better_intent", "tag", "rating",
)  # fmt: skip
#: Eight digits or more, however they are grouped: a phone number, or something as private.
_NUMBER = re.compile(r"(?<!\w)\+?\(?\d(?:[\s().\-/\u2010-\u2015]{0,2}\d){7,}(?!\w)")
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def examples(since: datetime | None = None, *, among: QuerySet[Resolution] | None = None) -> Iterator[dict[str, Any]]:
    """Every labelled or tagged matter that was handed to people and ended since then, oldest first, by FIELDS.

    `question` is what the customer waited for when people were called, `earlier` what they had said before, both out
    of what travelled with the handoff, with numbers masked; `team` is the one it was given to.
    """
    rows = Resolution.objects.all() if among is None else among
    rows = rows.filter(Q(labelled_at__isnull=False) | Q(tag__isnull=False), handoff__isnull=False)
    if since is not None:
        rows = rows.filter(at__gte=since)
    rows = rows.order_by("at", "pk").select_related("handoff__team", "better_team")
    rows = rows.prefetch_related("conversation__ratings", "conversation__resolutions")
    for row in rows.iterator(chunk_size=CHUNK):
        yield _example(row)


def lines(found: Iterator[dict[str, Any]], *, format: Format) -> Iterator[str]:
    """The examples as text to write out, each line with its end. CSV is safe to open in a spreadsheet."""
    if format == "jsonl":
        for example in found:
            yield json.dumps(example, ensure_ascii=False) + "\n"
        return
    writer = csv.DictWriter(_Echo(), FIELDS)
    yield writer.writerow(dict(zip(FIELDS, FIELDS, strict=True)))
    for example in found:
        yield writer.writerow({name: _cell(value) for name, value in example.items()})


@transaction.atomic
def export_note(*, actor: Actor, format: Format, now: datetime) -> None:
    """Words of customers leave the house: that goes on the record."""
    record(events.FEEDBACK_EXPORTED, stream=STREAM, actor=actor, now=now, payload={"format": format})


def masked(text: str) -> str:
    """With all but the last two digits of phone numbers and the like taken out."""
    return _NUMBER.sub(lambda found: "…" + "".join(char for char in found.group() if char.isdecimal())[-2:], text)


def _example(row: Resolution) -> dict[str, Any]:
    handoff = row.handoff
    assert handoff is not None  # noqa: S101 - filtered above
    payload = handoff.payload
    question, earlier = _words(payload)
    return {
        "resolution": row.pk, "conversation": str(row.conversation_id), "at": row.at.isoformat(),
        "question": question, "earlier": earlier,
        "language": payload.get("customer", {}).get("language", ""), "intent": payload.get("intent", ""),
        "confidence": payload.get("confidence"), "reason": handoff.reason, "team": handoff.team.name,
        "right_team": row.right_team, "better_team": row.better_team.name if row.better_team else "",
        "bot_could": row.bot_could, "right_intent": row.right_intent, "better_intent": row.better_intent,
        "tag": row.tag_id or "", "rating": _score(row),
    }  # fmt: skip


def _words(payload: dict[str, Any]) -> tuple[str, str]:
    """What the customer wrote after the last answer, and before it. Where they were answered last, the last line."""
    said = [line for line in payload.get("messages", []) if line.get("sender") in ("user", "bot", "human")]
    answers = [place for place, line in enumerate(said) if line["sender"] != "user"]
    texts = [place for place, line in enumerate(said) if line["sender"] == "user" and line.get("type") == "text"]
    after = answers[-1] if answers else -1
    asked = [place for place in texts if place > after] or texts[-1:]
    before = [place for place in texts if place not in asked]
    return masked(_joined(said, asked)), masked(_joined(said, before))


def _joined(said: list[dict[str, Any]], places: list[int]) -> str:
    return "\n".join(str(said[place].get("body", "")) for place in places)


def _score(row: Resolution) -> int | None:
    """What the customer said of this closing, not of a later one of the same conversation."""
    later = [other.at for other in row.conversation.resolutions.all() if other.at > row.at]
    until = min(later, default=None)
    ratings: list[Rating] = [
        rating for rating in row.conversation.ratings.all()
        if rating.asked_at >= row.at and (until is None or rating.asked_at < until)
    ]  # fmt: skip
    return next((rating.score for rating in ratings if rating.score), None)


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


class _Echo:
    """A file whose write gives back what it was given, so that a row need not be stored to be had."""

    def write(self, text: str) -> str:
        return text
