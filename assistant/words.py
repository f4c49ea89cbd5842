"""Text as people type it, brought to one plain form, so that rules need not know a hundred spellings."""

import re
import unicodedata

#: Characters read of one message. WhatsApp allows no more in a text.
LONGEST = 4_096

_OTHER_LETTERS = str.maketrans(
    {"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": None, "ँ": "ं", "़": None, "ı": "i"}
)
_SENTENCE_MARKS = frozenset(".!?…\n\r؟।॥۔‼⁇⁈⁉⸮")
_CLAUSE_MARKS = frozenset(',;:،؛()[]{}"«»“”–—|')
_APOSTROPHES = frozenset("'’‘`´ʼ")
_HALF_NASAL = re.compile("[ङञणनम]\u094d(?=[क-ह])")
_INITIALS = re.compile(r"(?<![^\W\d_])([^\W\d_])\.(?=[^\W\d_](?![^\W\d_]))")
_SPELT_OUT = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")
_LETTER_RUN = re.compile(r"([^\W\d_]|[\u0900-\u0963])\1+")


def fold(text: str) -> str:
    """Lower case, without accents, vowel signs of Arabic, tatweel, invisible characters; wide letters narrowed.

    Never raises, whatever is in the text. Punctuation stays.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    text = unicodedata.normalize("NFD", text).translate(_OTHER_LETTERS)
    return _HALF_NASAL.sub("ं", "".join(map(_folded, text)))


def _folded(char: str) -> str:
    if char < "\x7f" and char.isprintable():
        return char
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in ("Mn", "Mc"):
        return char if "\u0900" <= char <= "\u097f" else ""
    if char in "\n\r" or category not in ("Cf", "Cs", "Cc", "Cn", "Co", "Me"):
        return char
    return " " if category == "Cc" else ""


def plain(text: str) -> str:
    """Folded words with one space between them; `.` where a sentence ends, `,` where a clause does."""
    marked = "".join(map(_marked, _INITIALS.sub(r"\1", fold(text))))
    words = " ".join(marked.split())
    return _SPELT_OUT.sub(lambda found: found[0].replace(" ", ""), words)


def _marked(char: str) -> str:
    if char in _APOSTROPHES:
        return ""
    if char in _SENTENCE_MARKS:
        return " . "
    if char in _CLAUSE_MARKS:
        return " , "
    return char if char.isalnum() or "\u0900" <= char <= "\u097f" else " "


def clauses(text: str) -> list[str]:
    """The clauses of a text, then its whole sentences where they differ; in plain form, marks removed."""
    sentences = [sentence.strip() for sentence in plain(text).split(".")]
    parts = [part.strip() for sentence in sentences for part in sentence.split(",")]
    wholes = [" ".join(sentence.replace(",", " ").split()) for sentence in sentences]
    return [unit for unit in dict.fromkeys(parts + wholes) if unit]


def words(text: str) -> list[str]:
    """The words of a text in plain form."""
    return [word for word in plain(text).split() if word not in ".,"]


def squeeze(text: str) -> str:
    """Every run of one letter made single, so that `plsss`, `humaaan` and `caall` are what they mean to be."""
    return _LETTER_RUN.sub(r"\1", text)
