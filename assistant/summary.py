"""What an agent reads first at a handoff: made from what was said, word for word, by rule."""

from collections.abc import Sequence

from assistant.engine import Line
from assistant.orders import numbers_in

LONGEST_SUMMARY = 600


def summarise(history: Sequence[Line], unanswered: Sequence[Line], guidance: str = "") -> str:
    """The customer's matter in at most 600 characters: their words, what the bot said, orders, other media.

    `guidance`: what a colleague told the assistant who had the conversation before.
    """
    parts = [
        _wants(history, unanswered),
        _not_text(unanswered),
        _orders([*history, *unanswered]),
        _answered(history),
        _by_person(history, guidance),
    ]
    return "\n".join(part for part in parts if part)[:LONGEST_SUMMARY]


def _wants(history: Sequence[Line], unanswered: Sequence[Line]) -> str:
    said = _texts("user", unanswered) or _texts("user", history)[-1:]
    earlier = _texts("user", history)[-1:] if _texts("user", unanswered) else []
    now = f"The customer writes: {_quote(' / '.join(said), 220)}" if said else "The customer has written no text."
    return f"{now}\nBefore that: {_quote(earlier[0], 100)}" if earlier else now


def _not_text(unanswered: Sequence[Line]) -> str:
    kinds = dict.fromkeys(line.type for line in unanswered if line.who == "user" and line.type != "text")
    return f"Also sent, not text: {', '.join(kinds)[:60]}." if kinds else ""


def _orders(lines: Sequence[Line]) -> str:
    numbers = dict.fromkeys(number for text in _texts("user", lines)[-30:] for number in numbers_in(text))
    return f"Orders mentioned: {', '.join(list(numbers)[:4])}." if numbers else ""


def _answered(history: Sequence[Line]) -> str:
    said = _texts("bot", history)
    return f"The assistant last said: {_quote(said[-1], 130)}" if said else "The assistant has not answered yet."


def _by_person(history: Sequence[Line], guidance: str) -> str:
    if told := " ".join(guidance.split()):
        return f"A colleague had it before and told the assistant: {_quote(told, 130)}"
    return "A colleague has written in this conversation before." if _texts("human", history) else ""


def _texts(who: str, lines: Sequence[Line]) -> list[str]:
    return [
        " ".join(line.body.split()) for line in lines if line.who == who and line.type == "text" and line.body.strip()
    ]


def _quote(text: str, longest: int) -> str:
    return f"“{text if len(text) <= longest else f'{text[: longest - 1]}…'}”"
