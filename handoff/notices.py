"""What customers are told about people: that one will come, what that person will see, their place, and how long.

Told once at the handoff. Again when they are back in the queue from a person who has not answered them, and when what
was told changes materially (`is_material`), at most once in ten minutes and four times in all; never outside WhatsApp's
window, never while they are being asked for contact details. What was told last is kept in `Handoff.told`, so that we
can be held to it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from audit.actors import SYSTEM
from audit.record import record
from conversations import outbox
from conversations.models import Conversation, Message
from conversations.states import State
from handoff import contact_form, estimate, events, people, texts, waits
from handoff.models import Handoff
from sla import hours

#: Between two notices, and how many follow the first.
PAUSE, MOST = timedelta(minutes=10), 4
#: Who asks for a person again while they wait is answered once in this time.
REASSURED_EVERY = timedelta(minutes=5)
#: "In a moment" is said where the figures give no more than so many minutes, and counts as the least of them.
MOMENT, AT_ONCE = 5, estimate.STEPS[0]
#: Late is more than half as long again as was told, and by so much at least.
LATE, LATE_BY = 1.5, timedelta(minutes=10)

_CODE = re.compile(r"[A-Z][A-Z0-9_.:-]{2,31}")
_ORDER = re.compile(r"[A-Za-z]{0,4}[-–]?\d{3,12}")
#: Of each list no more than so many are named.
NAMED = 3
_KINDS = {"image": "image", "video": "video", "audio": "audio", "voice": "audio", "document": "document",
          "location": "location", "contacts": "contact"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody who waits stands now. `minutes`: None where they cannot be told honestly; `opens_at`: None where
    that is not within sight."""

    place: int
    minutes: int | None
    closed: bool
    opens_at: datetime | None

    def as_told(self, now: datetime) -> dict[str, Any]:
        return {"place": self.place, "minutes": self.minutes, "closed": self.closed, "at": now.isoformat()}


def standing_of(conversation: Conversation, *, now: datetime) -> Standing:
    """Place, estimate and opening for the (locked, waiting) conversation."""
    team, place = people.team_of(conversation), estimate.place_of(conversation)
    if not hours.is_open(team.hours, now):
        return Standing(place, None, closed=True, opens_at=hours.next_opening(team.hours, now))
    minutes = estimate.minutes_for(conversation, now=now, place=place)
    if place == 1 and (minutes or 0) <= MOMENT and estimate.is_anybody_free(team, now=now):
        minutes = AT_ONCE
    return Standing(place, minutes, closed=False, opens_at=None)


def tell_handed_over(conversation: Conversation, handoff: Handoff, *, now: datetime) -> None:
    """Once, right after a handoff: that somebody will come, what they will see, the place in line and an honest
    estimate; where the team is away, that it is, when it opens and what other ways there are."""
    if not conversation.window_is_open(now):
        return
    standing, language = standing_of(conversation, now=now), texts.language_of(conversation)
    what = what_they_see(handoff.payload, language)
    sees = texts.text("sees_later" if standing.closed else "sees", language, what=what) if what else ""
    parts = _standing_parts(conversation, standing, language, now)
    if standing.closed:
        parts.append(sees)
    else:
        parts.insert(0, f"{texts.text('connecting', language)} {sees}".strip())
    _tell(conversation, handoff, standing, parts, why="handed over", now=now)


def tell_progress(conversation: Conversation, handoff: Handoff, *, now: datetime) -> bool:
    """Tell who waits that it has changed materially, if it has. Who could not be told anything before is told what a
    handoff tells. Returns whether anything was said."""
    if not may_tell(conversation, now=now) or contact_form.open_form(handoff, now=now):
        return False
    if not handoff.told:
        tell_handed_over(conversation, handoff, now=now)
        return True
    again = _waits_again(conversation, handoff)
    if not again and _is_too_soon(handoff.told, now):  # most looks end here: the figures cost queries
        return False
    standing = standing_of(conversation, now=now)
    if not again and not is_material(handoff.told, standing.place, standing.minutes, standing.closed, now):
        return False
    language = texts.language_of(conversation)
    opening = texts.text("waiting_again" if again else _change(handoff.told, standing, now), language)
    parts = [opening, *_standing_parts(conversation, standing, language, now)]
    _tell(conversation, handoff, standing, parts, why="it changed", now=now, times=_times(handoff.told) + 1)
    return True


def reassure(conversation: Conversation, handoff: Handoff, *, now: datetime) -> bool:
    """The customer asks for a person again while one is coming: told so, with their place, once in five minutes.
    Returns whether anything was said."""
    told_at = _told_at(handoff.told)
    if not may_tell(conversation, now=now) or (told_at and now < told_at + REASSURED_EVERY):
        return False
    standing, language = standing_of(conversation, now=now), texts.language_of(conversation)
    parts = [texts.text("waiting_still", language), *_standing_parts(conversation, standing, language, now)]
    _tell(conversation, handoff, standing, parts, why="they asked", now=now, times=_times(handoff.told))
    return True


def is_material(told: Mapping[str, Any], place: int, minutes: int | None, closed: bool, now: datetime) -> bool:
    """Whether who waits must be told again. `told`: what they were told last, as in `Handoff.told`.

    - not within 10 minutes of the last notice, and not after the fourth that followed the first;
    - the team has closed or opened since: yes; it was closed and still is: no;
    - the place is half of what was told, or better: yes;
    - it takes longer than was told, counted from then (minutes gone by + minutes still to come), by more than half and
      by 10 minutes or more: yes. So "2 minutes" that became fifteen is owned up to, whatever the estimate says now.
    """
    if _is_too_soon(told, now):
        return False
    if closed or told.get("closed"):
        return closed != bool(told.get("closed"))
    return 2 * place <= int(told.get("place") or 0) or _is_late(told, minutes, now)


def _is_too_soon(told: Mapping[str, Any], now: datetime) -> bool:
    told_at = _told_at(told)
    return told_at is None or now < told_at + PAUSE or _times(told) >= MOST


def _waits_again(conversation: Conversation, handoff: Handoff) -> bool:
    """Whether it came back from a person to the queue with something unanswered since they were told anything: what was
    told before that person came is over."""
    told_at, since = _told_at(handoff.told), handoff.queued_at
    back = handoff.requeues > 0 and told_at is not None and since is not None and told_at < since
    return back and _times(handoff.told) < MOST and waits.waiting_since(conversation) is not None


def _is_late(told: Mapping[str, Any], minutes: int | None, now: datetime) -> bool:
    promised, told_at = told.get("minutes"), _told_at(told)
    if promised is None or promised >= estimate.LONGER or told_at is None:
        return False
    total, said = now - told_at + timedelta(minutes=minutes or 0), timedelta(minutes=promised)
    return total > LATE * said and total >= said + LATE_BY


def _change(told: Mapping[str, Any], standing: Standing, now: datetime) -> str:
    """The words with which a change is told; a delay before anything better."""
    if standing.closed:
        return "waiting_closed"
    if told.get("closed"):
        return "waiting_opened"
    return "waiting_worse" if _is_late(told, standing.minutes, now) else "waiting_better"


def may_tell(conversation: Conversation, *, now: datetime) -> bool:
    """Whether somebody waits in the (locked) conversation whom we may write to of ourselves."""
    waits = conversation.state == State.PENDING and conversation.standby_since is None
    return waits and conversation.window_is_open(now)


def place_words(conversation: Conversation, *, now: datetime) -> str:
    """Where they stand, in their language: one or two sentences to go after others."""
    standing = standing_of(conversation, now=now)
    return "\n".join(_standing_parts(conversation, standing, texts.language_of(conversation), now))


def say(conversation: Conversation, body: str, *, now: datetime, metadata: dict[str, Any] | None = None) -> Message:
    """Put a notice of ours into the outbox of the (locked) conversation."""
    return outbox.message_queue(
        conversation, body=body, sender=Message.Sender.SYSTEM, actor=SYSTEM, metadata=metadata, now=now
    )


def _tell(
    conversation: Conversation, handoff: Handoff, standing: Standing, parts: list[str], *, why: str, now: datetime,
    times: int = 0,
) -> None:  # fmt: skip
    """Say it, keep what was told, and put it on the record: figures only."""
    say(conversation, "\n".join(part for part in parts if part), now=now)
    handoff.told = {**standing.as_told(now), "times": times}
    handoff.save(update_fields=["told"])
    figures = {"place": standing.place, "minutes": standing.minutes, "closed": standing.closed}
    record(events.TOLD, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={"handoff": handoff.pk, "why": why, **figures})  # fmt: skip


def _standing_parts(conversation: Conversation, standing: Standing, language: str, now: datetime) -> list[str]:
    return _away(conversation, standing, language, now) if standing.closed else [_in_line(standing, language)]


def _in_line(standing: Standing, language: str) -> str:
    who = "next" if standing.place == 1 else "place"
    if standing.minutes is None:
        return texts.text(f"{who}_free", language, place=standing.place)
    if standing.minutes >= estimate.LONGER:
        return texts.text(f"{who}_long", language, place=standing.place)
    if standing.place == 1 and standing.minutes <= AT_ONCE:
        return texts.text("next_now", language)
    minutes = texts.minutes(standing.minutes, language)
    return texts.text(f"{who}_minutes", language, place=standing.place, minutes=minutes)


def _away(conversation: Conversation, standing: Standing, language: str, now: datetime) -> list[str]:
    calendar = people.team_of(conversation).hours
    if standing.opens_at is None:
        away = texts.text("away_unknown", language)
    else:
        opening = texts.when(standing.opens_at, language, zone=hours.zone_of(calendar), now=now)
        away = texts.text("away", language, opening=opening)
    ways = calendar.other_ways.strip() if calendar else ""
    return [away, texts.text("away_ways", language, ways=ways) if ways else ""]


def what_they_see(payload: Mapping[str, Any], language: str) -> str:
    """What really travelled with the handoff, as a list in words; empty where nothing did."""
    seen = [
        texts.text("sees_messages", language) if payload.get("messages") else "",
        texts.text("sees_summary", language) if str(payload.get("summary") or "").strip() else "",
        _orders(payload, language),
        *_files(payload, language),
        _codes(payload, language),
    ]
    return texts.text("sees_comma", language).join(part for part in seen if part)


def _orders(payload: Mapping[str, Any], language: str) -> str:
    entities = payload.get("entities") or {}
    said = ",".join(str(value) for name, value in entities.items() if str(name).startswith("order"))
    found = [word.strip() for word in said.split(",") if _ORDER.fullmatch(word.strip())]
    numbers = list(dict.fromkeys(found))[:NAMED]
    key = "sees_order" if len(numbers) == 1 else "sees_orders"
    return texts.text(key, language, numbers=texts.text("sees_comma", language).join(numbers)) if numbers else ""


def _files(payload: Mapping[str, Any], language: str) -> list[str]:
    counted = Counter(_KINDS.get(str(file.get("type"))) for file in payload.get("attachments") or [])
    return [
        texts.text(f"sees_{kind}" if counted[kind] == 1 else f"sees_{kind}s", language, count=counted[kind])
        for kind in dict.fromkeys(_KINDS.values())
        if counted[kind]
    ]


def _codes(payload: Mapping[str, Any], language: str) -> str:
    """Codes as a customer has seen them, ERR_PERM_004; names of our own tools say nothing to them."""
    codes = [str(code) for code in payload.get("error_codes") or [] if _CODE.fullmatch(str(code))][:NAMED]
    return texts.text("sees_error", language, codes=texts.text("sees_comma", language).join(codes)) if codes else ""


def _told_at(told: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(told["at"]) if told.get("at") else None


def _times(told: Mapping[str, Any]) -> int:
    return int(told.get("times") or 0)
