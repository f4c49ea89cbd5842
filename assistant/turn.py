"""One thought of the bot: the rules that come before any engine, the engine, and the rules that come after."""

from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from assistant.engine import Context, Engine
from assistant.language import language_of, of_locale
from assistant.offline import OfflineEngine
from assistant.person_request import PersonRequest, person_request
from assistant.reply import Reply

Trigger = Literal["asked_for_person", "low_confidence", "assistant_decided", "unreadable"]


@dataclass(frozen=True, slots=True)
class Thought:
    """What the bot would do. `trigger`: why it hands off, None where it answers; `language`: to speak in."""

    reply: Reply
    trigger: Trigger | None
    language: str


def default_engine() -> Engine:
    """The engine that answers where nothing else is set up."""
    return OfflineEngine()


def think(context: Context, engine: Engine) -> Thought:
    """Think about what is unanswered. Changes nothing; may raise whatever the engine raises.

    A person asked for is given before the engine is called; an answer below the threshold is not said.
    """
    language = _language(context)
    if request := _asked_for_person(context, language):
        return Thought(_person_reply(request), "asked_for_person", language)
    reply = engine.reply(context)
    return Thought(reply, _trigger(reply), language)


def _language(context: Context) -> str:
    """Of what is unanswered; where that does not tell, of what the customer wrote before; else of the locale."""
    written = [line.body for line in context.history[-20:] if line.who == "user" and line.type == "text"]
    return language_of(context.question, language_of("\n".join(written), of_locale(context.locale)))


def _asked_for_person(context: Context, language: str) -> PersonRequest | None:
    lines = (line.body for line in context.unanswered if line.type == "text")
    return next((request for line in lines if (request := person_request(line, language))), None)


def _person_reply(request: PersonRequest) -> Reply:
    reason = f"The customer asked for a person: “{request.phrase[:200]}”."
    return Reply.make(intent="person_request", handoff=True, confidence=1.0, reason=reason)


def _trigger(reply: Reply) -> Trigger | None:
    if reply.handoff and reply.intent == "unreadable":
        return "unreadable"
    if reply.confidence < settings.BOT_CONFIDENCE_THRESHOLD:
        return "low_confidence"
    return "assistant_decided" if reply.handoff else None
