"""What is known of a question before any mind is asked, and the thought of a mind about it.

Whether a person is called is no mind's business and stands on the floor above, in rules that staff can see.
"""

import time
from dataclasses import dataclass

from assistant.engine import Context, Engine
from assistant.frustration import Mood, mood_of
from assistant.language import spoken_in
from assistant.offline import OfflineEngine
from assistant.person_request import PersonRequest, person_request
from assistant.reply import Reply


@dataclass(frozen=True, slots=True)
class Cues:
    """What rules may go by without any mind. `kinds`: of the unanswered messages; `language`: to speak in."""

    language: str
    request: PersonRequest | None
    kinds: tuple[str, ...]
    mood: Mood


@dataclass(frozen=True, slots=True)
class Thought:
    """What a mind would say, in which language it is spoken to, and how many seconds it took."""

    reply: Reply
    language: str
    seconds: float = 0.0


def default_engine() -> Engine:
    """The engine that answers where nothing else is set up."""
    return OfflineEngine()


def cues_of(context: Context) -> Cues:
    """Read what is unanswered, without any mind. Pure; never raises for anything a customer can write."""
    language = spoken_in(context)
    kinds = tuple(dict.fromkeys(line.type for line in context.unanswered))
    return Cues(language, _asked_for_person(context, language), kinds, mood_of(context, language))


def think(context: Context, engine: Engine) -> Thought:
    """Ask this mind. Changes nothing; may raise whatever the engine raises."""
    began = time.monotonic()
    reply = engine.reply(context)
    return Thought(reply, spoken_in(context), round(time.monotonic() - began, 1))


def _asked_for_person(context: Context, language: str) -> PersonRequest | None:
    lines = (line.body for line in context.unanswered if line.type == "text")
    return next((request for line in lines if (request := person_request(line, language))), None)
