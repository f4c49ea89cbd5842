"""Every kind of event is registered with the sentence that tells it to a person."""

import string
from collections.abc import Callable, Mapping
from typing import Any

Sentence = Callable[[Mapping[str, Any]], str]
_sentences: dict[str, Sentence] = {}


class _Forgiving(string.Formatter):
    """Leaves out what an older event's payload does not have."""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002
        return kwargs.get(str(key), "?")


def register(event_type: str, sentence: str | Sentence) -> str:
    """Declare an event type; `sentence` is a format string over the payload or a function of it."""
    if isinstance(sentence, str):
        template = sentence
        _sentences[event_type] = lambda payload: _Forgiving().vformat(template, (), payload)
    else:
        _sentences[event_type] = sentence
    return event_type


def is_registered(event_type: str) -> bool:
    return event_type in _sentences


def registered() -> list[str]:
    return sorted(_sentences)


def describe(event_type: str, payload: Mapping[str, Any]) -> str:
    """The event in plain words; its bare name where nobody registered one."""
    sentence = _sentences.get(event_type)
    return sentence(payload) if sentence else event_type
