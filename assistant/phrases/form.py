"""The form in which a language says how people ask for a person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """`alone`: words (comma separated) that ask by themselves, once `fillers` (space separated) are taken away."""

    language: str
    slots: dict[str, str]
    alone: str
    fillers: str
    asks: tuple[str, ...]
    set_aside: tuple[str, ...]
