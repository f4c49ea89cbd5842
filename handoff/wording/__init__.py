"""What customers are told about people, one module per language: the data behind `handoff.texts`."""

from handoff.wording import arabic, english, hindi, indonesian, portuguese, spanish

ALL: dict[str, dict[str, str]] = {
    "en": english.TEXTS,
    "es": spanish.TEXTS,
    "pt": portuguese.TEXTS,
    "ar": arabic.TEXTS,
    "hi": hindi.TEXTS,
    "id": indonesian.TEXTS,
}
