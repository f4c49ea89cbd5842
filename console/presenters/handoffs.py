"""A handoff as the right pane tells it: why, by which rule, where it waits, what travelled. Frozen payloads are read
as they were written, years ago or now: what is odd in them reads as absent, never as an error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from audit.actors import Actor
from console.presenters import times
from conversations.models import Conversation
from conversations.states import State
from handoff import estimate, tickets, waits
from handoff.models import Handoff, Offer, Ticket

#: A rule's limits: what each is about, and how the figure stands to it.
_LIMITS = {
    "confidence_below": ("confidence", "under"),
    "sentiment_below": ("sentiment", "under"),
    "score_from": ("frustration", "from"),
    "slower_than": ("seconds", "over"),
    "times": ("bot_failures", "from"),
}
_SCORES = {"predicted_frustration": "predicted"}
_NAMES = {
    "bot_failures": "times without an answer", "bot_turns": "answers so far", "predicted": "frustration to come",
    "asked_in": "asked in", "kinds": "sent", "wants_person": "wants a person", "seconds": "seconds of thought",
}  # fmt: skip
_NOT_SEEN = ("rule_id", "limits", "in_cooldown", "sentiments")
_OUTCOMES = {
    Offer.Outcome.ACCEPTED: "accepted",
    Offer.Outcome.PASSED: "passed",
    Offer.Outcome.EXPIRED: "let it go by",
    Offer.Outcome.WITHDRAWN: "withdrawn",
}
_FILES = {
    "image": "picture", "video": "film", "audio": "sound", "voice": "voice message", "document": "document",
    "sticker": "sticker", "location": "place", "contacts": "contact",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """How a handoff came about and stands, in words; empty where there is nothing to say."""

    rule: str
    seen: str
    route: str
    mode: str
    place: str
    priority: str
    offers: list[str]
    told: str
    mood: str
    entities: list[tuple[str, str]]
    files: str
    errors: str


def story_of(conversation: Conversation, handoff: Handoff, *, now: datetime) -> Story:
    """One query, two more while it waits."""
    payload = handoff.payload if isinstance(handoff.payload, dict) else {}
    why = _dict(payload.get("auto_escalated_due_to"))
    return Story(
        rule=rule_words(why),
        seen=seen_words(why),
        route=handoff.route_reason,
        mode="A ticket was made of it" if handoff.mode == Handoff.Mode.COLD else "In the same thread",
        place=_place(conversation, handoff, now),
        priority=_priority(_dict(payload.get("priority"))),
        offers=[_offer(offer) for offer in handoff.offers.select_related("agent").order_by("offered_at", "pk")],
        told=_told(handoff.told, now),
        mood=mood_words(payload.get("sentiments")),
        entities=_entities(payload.get("entities")),
        files=_files(payload.get("attachments")),
        errors=", ".join(str(code) for code in _list(payload.get("error_codes"))),
    )


def tickets_of(conversation: Conversation) -> list[Ticket]:
    """What of this customer's is followed up later, the newest first. One query."""
    return list(reversed(tickets.open_of(conversation.customer)[-10:]))


def waiting_words(conversation: Conversation, handoff: Handoff | None, user: User, *, now: datetime) -> str:
    """What an agent must know at once: that a supervisor was asked to look, or how long the customer waits for whoever
    was reminded of them. Two or three queries where somebody was."""
    if handoff is None or handoff.ended_at:
        return ""
    if handoff.supervisor_since:
        return "Needs a supervisor"
    since = waits.waiting_since(conversation) if handoff.nudged_at else None
    if since is None or conversation.state != State.HUMAN:
        return ""
    whose = "your" if conversation.assigned_to_id == user.pk else "an"
    return f"waits {times.span((now - since).total_seconds())} for {whose} answer"


def rule_words(why: Mapping[str, Any]) -> str:
    """The rule and what decided: `“Not sure enough”: confidence 0.41, under 0.70`. Empty where no rule did."""
    rule, inputs = str(why.get("rule") or ""), _dict(why.get("inputs"))
    if not rule:
        return ""
    kind, limits = str(why.get("kind") or ""), _dict(inputs.get("limits"))
    told = [_limit(kind, name, limit, inputs) for name, limit in limits.items()]
    facts = ", ".join(words for words in told if words)
    return f"“{rule}”: {facts}" if facts else f"“{rule}”"


def _limit(kind: str, name: str, limit: Any, inputs: Mapping[str, Any]) -> str:
    """One limit of the rule with the figure that passed it; a limit that nobody knows any more as it is written."""
    if name not in _LIMITS:
        return f"{_words(name)} {_value(limit)}" if _value(limit) else ""
    source, between = _LIMITS[name]
    source = _SCORES.get(kind, source)
    seen = _value(inputs.get(source))
    return f"{_words(source)} {seen}, {between} {_value(limit)}" if seen else ""


def seen_words(why: Mapping[str, Any]) -> str:
    """Everything that was known when it was decided: `intent fee dispute, confidence 0.41, sentiment -0.35`."""
    inputs = _dict(why.get("inputs"))
    told = [(name, _value(value)) for name, value in inputs.items() if name not in _NOT_SEEN and value is not False]
    return ", ".join(f"{_words(name)} {value}" for name, value in told if value)


def _words(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " "))


def mood_words(sentiments: Any) -> str:
    """A course of feeling in words: `neutral, then unhappy, then very unhappy`."""
    said: list[str] = []
    for value in _list(sentiments):
        if isinstance(value, int | float) and (not said or said[-1] != _mood(value)):
            said.append(_mood(value))
    return ", then ".join(said[-4:])


def _mood(value: float) -> str:
    if value <= -0.6:
        return "very unhappy"
    if value < -0.2:
        return "unhappy"
    if value <= 0.2:
        return "neutral"
    return "content" if value < 0.6 else "happy"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_value, value)))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(item)}" for name, item in value.items() if _value(item))
    return "" if value is None else str(value).replace("_", " ")


def _priority(priority: Mapping[str, Any]) -> str:
    score, terms = priority.get("score"), [term for term in _list(priority.get("terms")) if _is_term(term)]
    if not isinstance(score, int):
        return ""
    parts = ", ".join(f"{name} {points}" for name, points in terms)
    return f"{score} ({parts})" if parts else str(score)


def _is_term(term: Any) -> bool:
    return isinstance(term, list | tuple) and len(term) == 2


def _place(conversation: Conversation, handoff: Handoff, now: datetime) -> str:
    if conversation.state != State.PENDING or handoff.ended_at:
        return ""
    place = estimate.place_of(conversation)
    return _standing(place, estimate.minutes_for(conversation, now=now, place=place)).capitalize()


def _standing(place: Any, minutes: Any) -> str:
    """`next in line, about 5 min`; what is not known is left out."""
    said = []
    if isinstance(place, int):
        said.append("next in line" if place <= 1 else f"number {place} in line")
    if isinstance(minutes, int):
        said.append("more than an hour and a half" if minutes >= estimate.LONGER else f"about {minutes} min")
    return ", ".join(said)


def _offer(offer: Offer) -> str:
    name = Actor.human(offer.agent).name
    if offer.ended_at is None:
        return f"{name}, until {times.clock_time(offer.expires_at)}"
    return f"{name}, {_OUTCOMES[Offer.Outcome(offer.outcome)]}"


def _told(told: Any, now: datetime) -> str:
    facts = _dict(told)
    said, moment = _standing(facts.get("place"), facts.get("minutes")), _moment(facts.get("at"))
    if not said and facts.get("closed"):
        said = "that nobody is there now"
    return f"{said} ({times.short(moment, now=now)})" if said and moment else said


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _entities(entities: Any) -> list[tuple[str, str]]:
    pairs: Iterable[tuple[Any, Any]] = _dict(entities).items()
    return [(str(name).replace("_", " ").capitalize(), _value(value)) for name, value in pairs if _value(value)]


def _files(attachments: Any) -> str:
    kinds = [_FILES.get(str(_dict(item).get("type")), "file") for item in _list(attachments)]
    counted = [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]
    return ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counted)


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
