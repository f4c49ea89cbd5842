"""What customers are told about people, in the six languages: that one comes, when, what was noted down.

The words are in `handoff.wording`, a module for each language; every key stands in all six. Customers read every line
of this: natural, warm, short, and never more than is true.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format

from assistant.language import of_locale
from conversations.models import Conversation
from handoff.wording import ALL

LONGEST = 900
#: How a day further off is written in a sentence; the names are Django's.
_DATE = {"en": "l j F", "es": r"l j \d\e F", "pt": r"l, j \d\e F", "ar": "l j F", "hi": "l, j F", "id": "l, j F"}
#: Languages that write the names of days small.
_SMALL = ("es", "pt")
#: Stands in some of Django's Hindi names, and customers would see it.
_JOINER = "\u200c"


def text(key: str, language: str, **values: object) -> str:
    """What to say, at most 900 characters. A language that is none of the six gets English.

    Raises KeyError for an unknown key or a missing value.
    """
    return ALL.get(language, ALL["en"])[key].format(**values)[:LONGEST]


def language_of(conversation: Conversation) -> str:
    """The code of the language in which this customer is told things."""
    return of_locale(conversation.language or conversation.customer.locale)


def when(moment: datetime, language: str, *, zone: ZoneInfo, now: datetime) -> str:
    """A moment to come, as it is said to a customer, with the name of the clock it goes by: "on Monday at 9:00 (Madrid
    time)"."""
    local = moment.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    time = f"{local.hour}:{local.minute:02}"
    if days in (0, 1):
        said = text("when_today" if days == 0 else "when_tomorrow", language, time=time)
    else:
        shape = "l" if days < 7 else _DATE.get(language, "l j F")
        said = text("when_day", language, day=_day(local, shape, language), time=time)
    return f"{said} ({clock_name(zone, language)})"


def clock_name(zone: ZoneInfo, language: str) -> str:
    """Whose clock it is: that of the city the zone is called after, else the zone's own name."""
    area, _, city = zone.key.rpartition("/")
    if not area or area == "Etc":
        return city
    return text("city_time", language, city=city.replace("_", " "))


def minutes(count: int, language: str) -> str:
    """So many minutes, in words with the right number (Arabic has three)."""
    key = "minutes_2" if count == 2 else "minutes_few" if 3 <= count <= 10 else "minutes_many"
    return text(key, language, count=count)


def _day(local: datetime, shape: str, language: str) -> str:
    with translation.override(language):
        name = date_format(local, shape, use_l10n=False).replace(_JOINER, "")
    return name.lower() if language in _SMALL else name
