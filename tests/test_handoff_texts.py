"""What customers are told about people: all of it in all six languages, short, and with nothing left out."""

import string
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handoff import texts
from handoff.wording import ALL, english

LANGUAGES = ("en", "es", "pt", "ar", "hi", "id")
MADRID = ZoneInfo("Europe/Madrid")
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def filled(key: str, language: str) -> str:
    names = placeholders(ALL[language][key])
    return texts.text(key, language, **dict.fromkeys(names, "x" * 40))


def test_six_languages_and_no_other():
    assert tuple(ALL) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_in_every_language_with_the_same_places_to_fill(language):
    said = ALL[language]
    assert set(said) == set(english.TEXTS)
    for key, text in english.TEXTS.items():
        assert placeholders(said[key]) == placeholders(text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_cut_off(language):
    for key in ALL[language]:
        said = filled(key, language)
        assert said.strip(), key
        assert len(said) < texts.LONGEST, key


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_nothing_was_left_in_english(language):
    same = {key for key, text in ALL[language].items() if text == english.TEXTS[key]}
    assert {key for key in same if any(char.isalpha() for char in english.TEXTS[key].partition("{")[0])} <= {
        "sees_video"
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_short_enough_for_whatsapp_and_differ(language):
    yes, no = (texts.text(key, language) for key in ("meanwhile_yes", "meanwhile_no"))
    assert max(len(yes), len(no)) <= 20
    assert yes != no


def test_unknown_language_gets_english_and_an_unknown_key_is_a_fault():
    assert texts.text("connecting", "xx") == english.TEXTS["connecting"]
    with pytest.raises(KeyError):
        texts.text("no_such_text", "en")


@pytest.mark.parametrize(
    ("language", "at", "said"),
    [
        ("en", "2026-11-20 21:30", "today at 21:30 (Madrid time)"),
        ("en", "2026-11-21 09:00", "tomorrow at 9:00 (Madrid time)"),
        ("en", "2026-11-23 09:00", "on Monday at 9:00 (Madrid time)"),
        ("en", "2026-12-07 09:00", "on Monday 7 December at 9:00 (Madrid time)"),
        ("es", "2026-11-23 09:00", "el lunes a las 9:00 (hora de Madrid)"),
        ("es", "2026-12-07 09:00", "el lunes 7 de diciembre a las 9:00 (hora de Madrid)"),
        ("pt", "2026-11-23 09:00", "segunda-feira às 9:00 (horário de Madrid)"),
        ("ar", "2026-11-23 09:00", "يوم الاثنين الساعة 9:00 (بتوقيت Madrid)"),
        ("hi", "2026-11-23 09:00", "सोमवार को 9:00 बजे (Madrid का समय)"),
        ("id", "2026-11-23 09:00", "hari Senin pukul 9:00 (waktu Madrid)"),
    ],
)
def test_moment_is_said_by_a_named_clock(language, at, said):
    """Without the clock's name a customer elsewhere comes at the wrong hour."""
    moment = datetime.fromisoformat(at).replace(tzinfo=MADRID)
    assert texts.when(moment, language, zone=MADRID, now=FRIDAY) == said


def test_day_is_counted_by_the_teams_clock_and_not_by_ours():
    """23:30 in Madrid is the day before in London: "today" would be wrong there."""
    moment = datetime(2026, 11, 21, 9, tzinfo=MADRID)
    assert texts.when(moment, "en", zone=MADRID, now=datetime(2026, 11, 20, 23, 30, tzinfo=UTC)).startswith("today")


@pytest.mark.parametrize(
    ("zone", "said"),
    [("America/Argentina/Buenos_Aires", "Buenos Aires time"), ("UTC", "UTC"), ("Etc/GMT+3", "GMT+3")],
)
def test_clock_is_called_after_its_city(zone, said):
    assert texts.clock_name(ZoneInfo(zone), "en") == said


def test_arabic_counts_minutes_in_three_ways():
    assert [texts.minutes(count, "ar") for count in (2, 10, 45)] == ["دقيقتين (2)", "10 دقائق", "45 دقيقة"]
