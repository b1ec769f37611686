"""Moments as people write them: `2 weeks`, `until 24 December`, `next Monday`; in their own time zone."""

import re
import warnings
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dateparser.data.languages_info import language_order
from dateparser.date import DateDataParser

from mentoring.durations import LONGEST, parse_duration
from mentoring.wording import Mistake, phrase

LONGEST_TEXT = 60
_LEAD = re.compile(r"(?:until|till|til|for|in|to|by|on)\s+", re.IGNORECASE)
_ENDS = ".,;:! "
# By themselves a number and a letter mean a day or a month to the library, and nothing to anybody else.
_NO_MOMENT = re.compile(r"[0-9]*|[^\W\d_]")
_NUMBERS = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})(?![0-9])")
# "20 November", said on the 22nd, hardly means next year's.
_JUST_PASSED = timedelta(days=30)

NOT_UNDERSTOOD = phrase("That is no time that can be understood; please write one")
AMBIGUOUS = phrase("That could be two different days; please write the month as a word")
PASSED = phrase("That is over already; please write a time to come")
TOO_LONG = phrase("That is too long; please write at most %(days)s days", days=LONGEST.days)


def moment(text: str, now: datetime, zone: ZoneInfo, language: str = "en") -> datetime:
    """The moment that somebody means by a duration or a day; a day begins at midnight in their zone.

    `language` is read besides English. Raises Mistake for what is no moment, is over, or is more than a
    year away: a sentence without its full stop, so that an example can follow.
    """
    words = _words(text)
    found = _after(words, now) or _day(words, now.astimezone(zone), language)
    if found <= now:
        raise Mistake(PASSED)
    if found > now + LONGEST:
        raise Mistake(TOO_LONG)
    return found


def _words(text: str) -> str:
    words = " ".join(text[: 4 * LONGEST_TEXT].split()).strip(_ENDS)
    words = _LEAD.sub("", words, count=1) if _LEAD.match(words) else words
    if len(words) > LONGEST_TEXT or words.startswith("-") or _NO_MOMENT.fullmatch(words):
        raise Mistake(NOT_UNDERSTOOD)
    return words


def _after(words: str, now: datetime) -> datetime | None:
    """The moment after a duration; None if it is none."""
    try:
        return now + parse_duration(words)
    except ValueError as error:
        if "at most" in str(error):
            raise Mistake(TOO_LONG) from error
        return None


def _day(words: str, here: datetime, language: str) -> datetime:
    naive, order = here.replace(tzinfo=None), _order(words)
    relative = _read("relative-time", words, naive, language)
    found, parts = relative if relative[0] else _read("absolute-time", words, naive, language, order)
    if found is None or not {"year", "month", "day", "time"} & set(parts):
        raise Mistake(NOT_UNDERSTOOD)
    if "time" not in parts:
        found = found.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = found if found.tzinfo else found.replace(tzinfo=here.tzinfo)
    if "year" not in parts and moment > here + LONGEST - _JUST_PASSED:
        raise Mistake(PASSED)
    return moment


def _read(
    how: str, words: str, here: datetime, language: str, order: str = "MDY"
) -> tuple[datetime | None, Sequence[str]]:
    """What the library makes of it, and which parts of it were written. `here` is naive, and so is the answer."""
    settings = {
        "PARSERS": [how],  # no timestamps, no dates without spaces
        "RELATIVE_BASE": here,
        "TIMEZONE": "UTC",  # else it asks for the machine's
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PREFER_DATES_FROM": "future",
        # "January" begins on its first; "2 months" end on the day on which they began.
        "PREFER_DAY_OF_MONTH": "first" if how == "absolute-time" else "current",
        "DATE_ORDER": order,
        "RETURN_TIME_AS_PERIOD": True,
    }
    languages = ["en", language.split("-")[0].lower()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's, about days without a year
        parser = DateDataParser(languages=[one for one in languages if one in _known()], settings=settings)
        try:
            data = parser.get_date_data(words)
        except (
            ValueError,
            OverflowError,
            TypeError,
            AttributeError,
        ):  # it takes some texts for more than they are
            return None, ()
    return data.date_obj, data.parts


def _order(words: str) -> str:
    """Whether the day or the month comes first in `24/12`. Raises Mistake where nobody can know."""
    match = _NUMBERS.match(words)
    if match is None or int(match[2]) > 12:
        return "MDY"
    if int(match[1]) <= 12 and match[1] != match[2]:
        raise Mistake(AMBIGUOUS)
    return "DMY"


@cache
def _known() -> frozenset[str]:
    return frozenset(language_order)
