"""Events: what people ask for by command – a day, a role, a result – and when somebody is told something."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mentoring.dates import NOT_UNDERSTOOD, PASSED, moment
from mentoring.wording import Mistake, Phrase, phrase

ROLES = ("host", "greeter", "mentor", "notes")
MANY = frozenset({"mentor"})  # roles that any number of people may have
TASKS = ("place", "issues", "mentors", "channel", "setup", "greeting", "notes")
LONGEST_TITLE = 100  # characters
LONGEST_RESULT = 300
MOST_CAME = 100_000
DAYS_BEFORE = 3  # when whoever has a role is reminded
AT = time(9)  # of the day, by the program's clock
LATEST = timedelta(days=14)  # what could not be said so long is not said any more
REMINDED, ASKED = 1, 2  # the steps

NO_DAY = phrase("Please begin with the day, as in `/mentor event 24 January: Bug day`.")
NO_TITLE = phrase("Please say what it is behind the day, as in `/mentor event 24 January: Bug day`.")
TITLE_TOO_LONG = phrase(
    "Please give the event a name of at most %(most)s characters; the rest has room in its issue.",
    most=LONGEST_TITLE,
)
ROLE = phrase(
    "The roles are `host`, `greeter`, `mentor` and `notes`, as in `/mentor role host`; `/mentor role no host` gives it back."
)
TASK = phrase(
    "Please name a line of the checklist by its word, as in `/mentor done place`: %(tasks)s.",
    tasks=", ".join(f"`{one}`" for one in TASKS),
)
NO_RESULT = phrase(
    "Please say how many people came, as in `/mentor result 12 came, 3 first pull requests, https://example.org/notes`."
)
RESULT_TOO_LONG = phrase(
    "Please say it in at most %(most)s characters; a link can tell the rest.", most=LONGEST_RESULT
)

_HOUR = re.compile(r"\d:\d\d|\d\s*[ap]\.?m\b", re.IGNORECASE)
_MOST_WORDS = 6  # of a day: `24 de enero a las 18:00`
_AFTER_DAY = " :,;–—-"
_NOT = re.compile(r"(?:no|not|without)\s+", re.IGNORECASE)
_ALL = frozenset({"none", "nothing", "no"})
_ROLE_WORDS = {
    "mentors": "mentor",
    "note": "notes",
    "notetaker": "notes",
    "note-taker": "notes",
    "note taker": "notes",
}
_CANCEL = frozenset({"cancel", "cancelled", "canceled", "off"})
_LINK = re.compile(r"\S*://\S*")
_NUMBER = re.compile(r"(?<![\w.#/-])(\d{1,6})(?![\w/-])(?!\.\d)")
_FIRST = re.compile(r"\s*(?:first|pull|pr\b|prs\b|primer)", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """An event, or only its new day. `begins_at` is aware; without an hour it is the day's first moment."""

    begins_at: datetime
    timed: bool
    title: str


@dataclass(frozen=True)
class Result:
    """What came of it; `firsts` is None where it was not said."""

    text: str
    came: int
    firsts: int | None


@dataclass(frozen=True)
class Held:
    """An event that took place, as reports tell of it."""

    title: str
    day: date
    came: int | None = None  # nobody has said yet
    firsts: int | None = None


def is_cancel(words: str) -> bool:
    """Whether `/mentor event cancel` is meant."""
    return words.strip().rstrip(".!").casefold() in _CANCEL


def asked(words: str, now: datetime, zone: ZoneInfo, language: str) -> Asked:
    """The day that stands first, and the name behind it, if there is one. Raises Mistake."""
    whys: list[Phrase] = []
    for day, title in _splits(" ".join(words.split())):
        try:
            begins_at, timed = _begins(day, now, zone, language)
        except Mistake as error:
            whys.append(error.sentence)
        else:
            return Asked(begins_at, timed, _title(title))
    # Of several readings that fail the one that was understood best says why.
    why = next((one for one in whys if one != NOT_UNDERSTOOD), None)
    raise Mistake(phrase("%(why)s, as in `/mentor event 24 January: Bug day`.", why=why) if why else NO_DAY)


def _splits(words: str) -> list[tuple[str, str]]:
    """Where the day may end: at the first colon behind which something else begins, else the most words first."""
    day, colon, title = words.partition(": ")
    parts = words.split(" ")
    counts = range(min(_MOST_WORDS, len(parts)), 0, -1)
    found = [(" ".join(parts[:count]), " ".join(parts[count:])) for count in counts]
    return [*([(day, title)] if colon else []), *found]


def _begins(day: str, now: datetime, zone: ZoneInfo, language: str) -> tuple[datetime, bool]:
    found = moment(day.rstrip(_AFTER_DAY), now, zone, language).astimezone(zone)
    if _HOUR.search(day):
        return found, True
    found = datetime.combine(found.date(), time(), tzinfo=zone)
    if found <= now:
        raise Mistake(PASSED)
    return found, False


def _title(words: str) -> str:
    title = words.strip(_AFTER_DAY)
    if len(title) > LONGEST_TITLE:
        raise Mistake(TITLE_TOO_LONG)
    return title if _has_letters(title) else ""


def _has_letters(text: str) -> bool:
    return any(unicodedata.category(one)[0] not in "CZM" for one in text)


def role_of(words: str) -> tuple[str | None, bool]:
    """The role that is meant, and whether it is given back; None: all of them. Raises Mistake."""
    return _word_of(words, ROLES, ROLE, everything=True)


def task_of(words: str) -> tuple[str, bool]:
    """The line of the checklist, and whether it is not done after all. Raises Mistake."""
    task, is_undone = _word_of(words, TASKS, TASK)
    return task or "", is_undone


def _word_of(
    words: str, known: tuple[str, ...], why: Phrase, *, everything: bool = False
) -> tuple[str | None, bool]:
    said = " ".join(words.casefold().split()).strip(" .,;:!`")
    if everything and said in _ALL:
        return None, True
    word = _NOT.sub("", said, count=1) if _NOT.match(said) else said
    word = _ROLE_WORDS.get(word, word) if everything else word
    if word not in known:
        raise Mistake(why)
    return word, bool(_NOT.match(said))


def result_of(words: str) -> Result:
    """How many came, and how many first pull requests there were, if it says so. Raises Mistake."""
    text = " ".join(words.split())
    if len(text) > LONGEST_RESULT:
        raise Mistake(RESULT_TOO_LONG)
    apart = _LINK.sub(" ", text)
    found = list(_NUMBER.finditer(apart))
    firsts = next((one for one in found if _FIRST.match(apart, one.end())), None)
    others = [one for one in found if one is not firsts]
    if not others or int(others[0][1]) > MOST_CAME:
        raise Mistake(NO_RESULT)
    return Result(text, int(others[0][1]), int(firsts[1]) if firsts else None)


# --- when somebody is told something ----------------------------------------------------------------


def remind_at(begins_at: datetime, zone: ZoneInfo) -> datetime:
    """When whoever has a role is reminded."""
    return _at(begins_at.astimezone(zone).date() - timedelta(days=DAYS_BEFORE), zone)


def ask_at(begins_at: datetime, zone: ZoneInfo) -> datetime:
    """When it is asked how it was."""
    return _at(begins_at.astimezone(zone).date() + timedelta(days=1), zone)


def _at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, AT, tzinfo=zone)


def due_at(begins_at: datetime, zone: ZoneInfo, step: int, now: datetime) -> datetime | None:
    """The next moment; what has passed when the event is opened or moved is left out."""
    first = remind_at(begins_at, zone)
    if step < REMINDED and now < first:
        return first
    return ask_at(begins_at, zone) if step < ASKED else None


def step_at(begins_at: datetime, zone: ZoneInfo, step: int, now: datetime) -> int | None:
    """Which step is to be taken now; None: none, as after a long outage."""
    asked_at = ask_at(begins_at, zone)
    if now >= asked_at:
        return ASKED if step < ASKED and now < asked_at + LATEST else None
    is_time = remind_at(begins_at, zone) <= now < begins_at
    return REMINDED if step < REMINDED and is_time else None
