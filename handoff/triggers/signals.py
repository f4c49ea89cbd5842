"""Everything a rule may look at, gathered once, and what of it goes on the record."""

from dataclasses import dataclass, replace
from typing import Any, Self

from assistant.engine import Context
from assistant.knowledge import ENOUGH
from assistant.turn import Cues, Thought

#: An answer less sure than this counts as "I do not know" where the assistant's failures in a row are counted.
UNSURE = ENOUGH
#: Words in the name of an error, of whichever client, that say the mind could not be reached or was too slow.
_OUTAGES = ("timeout", "connection", "connecterror", "transporterror", "unavailable", "overloaded", "ratelimit",
            "internalserver", "readerror", "protocolerror")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known of a turn. What only a thought can tell is empty before it.

    `question` and `phrase` are the customer's words: rules may look at them, the record never gets them (invariant 9).
    """

    question: str = ""
    #: Kinds of the unanswered messages: text, image and so on.
    kinds: tuple[str, ...] = ()
    tier: str = ""
    #: The words that ask for a person, and the language of the rule that knew them; empty where nobody asks.
    phrase: str = ""
    asked_in: str = ""
    #: -1 to 1, now and line by line; None and empty where nothing was said in words.
    sentiment: float | None = None
    sentiments: tuple[float, ...] = ()
    frustration: float = 0.0
    predicted: float = 0.0
    repeats: int = 0
    bot_turns: int = 0
    #: The assistant's turns in a row, up to and with this one, that failed or knew no answer.
    bot_failures: int = 0
    intent: str = ""
    confidence: float | None = None
    wants_person: bool = False
    error_codes: tuple[str, ...] = ()
    guardrail: str = ""
    seconds: float | None = None
    #: The class of the error with which the mind failed, and whether it was away or too slow.
    failure: str = ""
    is_outage: bool = False

    def with_thought(self, thought: Thought) -> Self:
        """And what the mind made of it. Its own view of the mood, where it has one, counts more than the formula's."""
        reply = thought.reply
        known = replace(
            self, intent=reply.intent, confidence=reply.confidence, wants_person=reply.handoff,
            error_codes=reply.error_codes, guardrail=reply.guardrail, seconds=thought.seconds,
            sentiment=self.sentiment if reply.sentiment is None else reply.sentiment,
        )  # fmt: skip
        return replace(known, bot_failures=self.bot_failures + 1 if known.is_unsure else 0)

    def with_failure(self, error: Exception) -> Self:
        """And how the mind failed."""
        return replace(
            self, failure=type(error).__name__, is_outage=is_outage(error), bot_failures=self.bot_failures + 1
        )

    @property
    def is_unsure(self) -> bool:
        """Whether the thought comes to "I do not know"."""
        return self.wants_person or (self.confidence is not None and self.confidence < UNSURE)

    def as_inputs(self) -> dict[str, Any]:
        """What goes on the record: figures and codes, nothing that a customer wrote. What is not known is left out."""
        inputs = {
            "kinds": list(self.kinds), "tier": self.tier, "asked_in": self.asked_in, "sentiment": self.sentiment,
            "sentiments": list(self.sentiments), "frustration": self.frustration, "predicted": self.predicted,
            "repeats": self.repeats, "bot_turns": self.bot_turns, "bot_failures": self.bot_failures,
            "intent": self.intent, "confidence": self.confidence, "wants_person": self.wants_person or None,
            "error_codes": list(self.error_codes), "guardrail": self.guardrail, "seconds": self.seconds,
            "failure": self.failure,
        }  # fmt: skip
        return {name: value for name, value in inputs.items() if value or isinstance(value, int | float)}


def signals_of(context: Context, cues: Cues, *, bot_failures: int = 0) -> Signals:
    """What is known before any mind is asked. `bot_failures`: of the assistant's turns just before this one."""
    request, mood = cues.request, cues.mood
    return Signals(
        question=context.question, kinds=cues.kinds, tier=context.tier,
        phrase=request.phrase if request else "", asked_in=request.language if request else "",
        sentiment=mood.sentiment, sentiments=mood.sentiments, frustration=mood.frustration, predicted=mood.predicted,
        repeats=mood.repeats, bot_turns=mood.bot_turns, bot_failures=bot_failures,
    )  # fmt: skip


def is_outage(error: BaseException) -> bool:
    """Whether the mind could not be reached or did not answer in time. Every client has errors of its own, so they are
    known by what they are called; a defect of ours is none."""
    if isinstance(error, TimeoutError | ConnectionError):
        return True
    names = [kind.__name__.lower() for kind in type(error).__mro__]
    return any(word in name for name in names for word in _OUTAGES)
