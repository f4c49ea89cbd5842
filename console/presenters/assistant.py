"""The assistant's brake and canary as a page: what holds now, and who changed it when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from audit.actors import Actor
from audit.models import Event
from console.presenters import times
from console.presenters.panel import Happening, happening_of
from conversations.models import BotSwitch, Conversation
from conversations.states import Control
from handoff import brake

#: Changes on the page; the record has all.
MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class BrakePage:
    """`level` is for the colour: all (answers everybody), some, none (by the canary), stopped."""

    switch: BotSwitch
    level: Literal["all", "some", "none", "stopped"]
    headline: str
    meaning: str
    changed: str
    holding: int
    changes: list[Happening]


def brake_page(*, now: datetime) -> BrakePage:
    """What the page shows, in four queries at most."""
    switch = BotSwitch.current()
    level = _level(switch)
    changes = Event.objects.filter(stream=brake.STREAM).order_by("-seq")[:MOST_CHANGES]
    return BrakePage(
        switch=switch,
        level=level,
        headline=f"Stopped{_since(now)}" if level == "stopped" else _headline(switch, level),
        meaning=_meaning(level),
        changed=_changed(switch, now),
        holding=Conversation.objects.filter(control=Control.BOT).count(),
        changes=[happening_of(event, now=now) for event in changes],
    )


def _level(switch: BotSwitch) -> Literal["all", "some", "none", "stopped"]:
    if not switch.enabled:
        return "stopped"
    if switch.canary_percent == 0:
        return "none"
    return "all" if switch.canary_percent == 100 else "some"


def _headline(switch: BotSwitch, level: str) -> str:
    if level == "none":
        return "The assistant takes no new conversations"
    if level == "all":
        return "The assistant answers every customer"
    return f"The assistant answers {switch.canary_percent} % of customers"


def _since(now: datetime) -> str:
    """Since when and by whom, by the record: the row's own time may be that of a later change of the canary."""
    stops = Event.objects.filter(stream=brake.STREAM, payload__before__enabled=True, payload__after__enabled=False)
    last = stops.order_by("-seq").first()
    return f" since {times.short(last.ts, now=now)} by {last.actor_name}" if last else ""


def _changed(switch: BotSwitch, now: datetime) -> str:
    if switch.changed_at is None:
        return "Nobody has changed it yet."
    by = f" by {Actor.human(switch.changed_by).name}" if switch.changed_by else ""
    return f"Last changed {times.short(switch.changed_at, now=now)}{by}."


def _meaning(level: str) -> str:
    return {
        "stopped": "It says nothing anywhere. Whoever writes is given to people.",
        "none": "Every new conversation goes to people. What the assistant has begun, it goes on with.",
        "some": "The same customers every time; new conversations of the others go to people.",
        "all": "Whoever asks for a person still gets one, at once.",
    }[level]
