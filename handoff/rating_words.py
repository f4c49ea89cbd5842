"""What a customer's answer to "how was it?" means: 1 (very bad) to 5 (very good), or that it is none."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

LOWEST, HIGHEST = 1, 5

#: What people put under a message, by what it says of the service. What is not here says nothing: it is no rating.
_BY_SCORE = {
    5: "😍 🤩 🥰 😘 ❤ 🧡 💛 💚 💙 💜 🩷 🤍 🖤 💖 💗 💓 💕 💯 👏 🔥 🎉 🥳 🙌 🌟 🏆 💪",
    4: "👍 😀 😃 😄 😁 😊 🙂 ☺ 😉 😎 😇 🤗 🙏 👌 ✅ 🤝 ✨",
    3: "😐 😑 😶 🤔",
    2: "🙁 ☹ 😕 😟 😞 😔 🫤 😒",
    1: "👎 😡 😠 🤬 😤 😭 😢 😩 😫 🤮 💩",
}
EMOJI = {emoji: score for score, line in _BY_SCORE.items() for emoji in line.split()}
_STAR = "⭐"

_VARIATION = re.compile("[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")
_JOINER = "\u200d"
#: "5", "5!", "5/5", "4 of 5", "5 stars": a number and nothing else that could mean something.
_BARE = re.compile(r"\W*([1-5])(?:\s*(?:/|of|out of|de|من|में से|dari)\s*5)?\W*")
_LEADING = re.compile(r"\W*([1-5])(?![\d.,]*\d)")


def of_emoji(emoji: str) -> int | None:
    """The score of one emoji, whatever its skin and variation; keycaps 1 to 5 count as their digits."""
    plain = _VARIATION.sub("", emoji).split(_JOINER)[0].strip()
    return EMOJI.get(plain) or of_number(plain)


def of_number(text: str) -> int | None:
    """The score where the text is a number from 1 to 5 and no more, in whatever digits; stars are counted."""
    plain = _digits(_VARIATION.sub("", text)).strip()
    if plain and not plain.replace(_STAR, "").strip():
        stars = plain.count(_STAR)
        return stars if stars <= HIGHEST else None
    found = _BARE.fullmatch(plain.lower())
    return int(found[1]) if found else None


def of_words(text: str) -> int | None:
    """The score of a text that is surely about the rating, since it quotes the question: it begins with the number,
    or is one emoji."""
    found = _LEADING.match(_digits(text))
    return int(found[1]) if found else of_number(text) or of_emoji(text)


def of_tap(content: Mapping[str, Any]) -> int | None:
    """The score of a row of our list (`rating:4`); None for any other tap."""
    kind, _, number = str(content.get("id", "")).partition(":")
    return of_number(number) if content.get("kind") == "tap" and kind == "rating" else None


def _digits(text: str) -> str:
    """With the digits of any script as ours."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text[:200])
