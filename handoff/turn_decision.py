"""What the bot does with its turn: the rules that need no thought, the thought, the rules about it. Without a lock."""

import logging
from dataclasses import dataclass
from typing import Any

from assistant.engine import Context, Engine
from assistant.texts import text
from assistant.turn import Thought, cues_of, think
from handoff import triggers
from handoff.models import TriggerRule
from handoff.triggers import Fired, Signals
from handoff.triggers.rules import WITHOUT_INTENT

logger = logging.getLogger(__name__)

Kind = TriggerRule.Kind


@dataclass(frozen=True, slots=True)
class Decision:
    """A person, where `fired` says why or where `signals.failure` does; else `words`, in `language`, to be said.

    `thought`: None where no mind was asked, or it failed.
    """

    signals: Signals
    fired: Fired | None = None
    thought: Thought | None = None
    language: str = ""
    words: str = ""
    in_cooldown: bool = False

    @property
    def calls_person(self) -> bool:
        return self.fired is not None or bool(self.signals.failure)

    @property
    def explanation(self) -> str:
        """Why a person is called, for the agent: the engine's own reason where it gave one about itself, ours else."""
        own = self.thought.reply.reason if self.thought else ""
        if self.fired is None:
            return self.signals.failure
        return own if own and self.fired.rule.kind in (Kind.LOW_CONFIDENCE, Kind.ENGINE) else self.fired.why

    def inputs(self) -> dict[str, Any]:
        """What was decided by, for the record: figures and codes only."""
        rule = self.fired.rule if self.fired else None
        about = {"rule_id": rule.pk, "limits": self.fired.limits} if rule and self.fired else {}
        return {**self.signals.as_inputs(), **about, "in_cooldown": self.in_cooldown}

    def evidence(self) -> dict[str, Any]:
        """What a handoff carries of it: see `handoff.carried`. What is not known is left out."""
        signals, reply = self.signals, self.thought.reply if self.thought else None
        asked = self.fired is not None and self.fired.rule.kind == Kind.ASKED
        known: dict[str, Any] = {"intent": "person_request", "confidence": 1.0} if asked else {}
        if reply is not None:
            known = {
                "intent": reply.intent, "confidence": reply.confidence, "citations": list(reply.citations),
                "entities": dict(reply.entities), "error_codes": list(reply.error_codes), "guardrail": reply.guardrail,
                "tools": [{"name": tool.name, "ok": tool.ok, "error_code": tool.error_code, "note": tool.note}
                          for tool in reply.tools],
            }  # fmt: skip
        if signals.sentiment is not None:
            known["sentiment"] = signals.sentiment
        return {**known, "sentiments": list(signals.sentiments), "frustration": signals.frustration}


def decide(context: Context, engine: Engine, *, failures: int, cooldown: int) -> Decision:
    """Decide about what is unanswered. Changes nothing, never raises: whatever goes wrong, the customer gets a person.

    `failures`: the bot's turns in a row that came to nothing; `cooldown`: its turns left in which it does not hand off
    by itself. Where nothing is unanswered the customer has said nothing that could call a person: the bot resumes.
    """
    in_cooldown = cooldown > 0 or not context.unanswered
    signals, rules, language = Signals(tier=context.tier), list[TriggerRule](), ""
    try:
        rules, cues = _rules(context), cues_of(context)
        signals, language = triggers.signals_of(context, cues, bot_failures=failures), cues.language
        if fired := triggers.decide(rules, signals, in_cooldown=in_cooldown):
            return Decision(signals, fired, language=language, in_cooldown=in_cooldown)
        thought = think(context, engine)
        signals = signals.with_thought(thought)
        fired = triggers.decide(rules, signals, in_cooldown=in_cooldown)
        words = _words(context, thought, signals)
        return Decision(signals, fired, thought, language, words, in_cooldown)
    except Exception as error:  # whatever a mind does wrong, the customer gets a person
        logger.exception("the assistant failed in conversation %s", context.conversation_id)
        signals = signals.with_failure(error)
        return Decision(signals, failure_rule(rules, signals), language=language, in_cooldown=in_cooldown)


def _rules(context: Context) -> list[TriggerRule]:
    """Those that may speak: where the customer has said nothing, none that goes by what they said or who they are."""
    rules = triggers.in_force()
    return rules if context.unanswered else [rule for rule in rules if rule.kind not in WITHOUT_INTENT]


def failure_rule(rules: list[TriggerRule], signals: Signals) -> Fired | None:
    """The rule about a mind that is down, where it is on and that is what happened.

    A cooldown does not count: an assistant that cannot speak cannot keep anybody.
    """
    down = [rule for rule in rules if rule.kind == Kind.MODEL_DOWN]
    return triggers.decide(down, signals, in_cooldown=False)


def _words(context: Context, thought: Thought, signals: Signals) -> str:
    """The answer, or honest words where there is none and yet no rule calls a person: silence is never the answer.

    An answer that comes with the wish to hand off is not said: it may promise a person who does not come.
    """
    reply = thought.reply
    if reply.answer.strip() and not reply.handoff:
        return "\n".join([reply.answer, *reply.citations])
    if not context.unanswered:
        return text("back" if context.returned else "here_again", thought.language)
    return text("not_sure" if "text" in signals.kinds else "cannot_read", thought.language)
