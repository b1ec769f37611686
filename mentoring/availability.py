"""Availability: who is away, until when, how much room they have, and when they are told that it ends."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from mentoring.actions import Text
from mentoring.mentors import newer
from mentoring.roster import Member, Program
from mentoring.wording import Mistake, phrase

MOST = 50  # mentorships at a time
DAY = timedelta(days=1)
SHORT = timedelta(days=2)  # an absence needs no note before it ends
DAY_BEGINS, DAY_ENDS = time(8), time(21)  # nobody is told anything at night
LOOK_EVERY = DAY  # at signs of life, where the program asks for it
TIMELINE = timedelta(days=30)  # how far back GitHub's list of somebody's public events goes

SAID, SILENT = "said", "silent"  # how somebody came to be away


@dataclass(frozen=True)
class Capacity:
    """What the roster, since when, and the person by command, when, said of their room."""

    roster: int | None = None
    roster_at: datetime | None = None
    said: int | None = None
    said_at: datetime | None = None


def capacity_of(member: Member, word: Capacity | None) -> int:
    """How many mentorships at a time: the newer word wins. The file itself tells what the roster says now."""
    if word is None or word.said is None:
        return member.capacity
    changed = word.roster is not None and word.roster != member.capacity
    return member.capacity if changed or newer(word.roster_at, word.said_at) else word.said


def read_capacity(words: str) -> int:
    """The number somebody asked for. Raises Mistake with one sentence."""
    text = words.strip().rstrip(".,;:!")
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= MOST):
        raise Mistake(
            phrase("Please write a whole number from 0 to %(most)s, as in `/mentor capacity 3`.", most=MOST)
        )
    return int(text)


def is_away(since: datetime | None, until: datetime | None, now: datetime) -> bool:
    """Whether an absence goes on; without an end it lasts until a sign of life."""
    return since is not None and (until is None or now < until)


def zone_of(program: Program, member: Member | None) -> ZoneInfo:
    """The person's time zone, else the program's."""
    return ZoneInfo(member.timezone) if member and member.timezone else program.clock


def note_at(since: datetime, until: datetime, zone: ZoneInfo) -> datetime | None:
    """When somebody is told that they are back tomorrow: the day before, by day; None after a short absence."""
    if until - since <= SHORT:
        return None
    here = until.astimezone(zone) - DAY  # by the clock on the wall, also where it is put forward
    if here.time() < DAY_BEGINS:
        return here.replace(hour=DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
    if here.time() >= DAY_ENDS:
        return here.replace(hour=DAY_ENDS.hour - 1, minute=0, second=0, microsecond=0)
    return here


def daytime(moment: datetime, zone: tzinfo | None) -> datetime:
    """The moment itself if it is between 08:00 and 21:00 there, else the next morning, in UTC."""
    if zone is None:
        return moment
    here = moment.astimezone(zone)
    if DAY_BEGINS <= here.time() < DAY_ENDS:
        return moment
    day = here.date() if here.time() < DAY_BEGINS else here.date() + DAY
    return datetime.combine(day, DAY_BEGINS, tzinfo=zone).astimezone(UTC)


def back_tomorrow(program: Program, login: str, until: datetime, zone: ZoneInfo) -> Text:
    """The note of the day before."""
    values = {"mentor": login, "noun": program.mentor_noun, "until": until.astimezone(zone)}
    return Text("comments/back_tomorrow", values)


def last_sign(newest_event: datetime | None, seen_at: datetime | None, now: datetime) -> datetime:
    """The last sign of life that is known of.

    GitHub's list of public events goes back 30 days. Of somebody who is not in it, and whom we have never
    seen, it is only known that they have been silent for as long.
    """
    known = [moment for moment in (newest_event, seen_at) if moment]
    return max(known) if known else now - TIMELINE


def is_silent(last: datetime, away_after: timedelta, now: datetime) -> bool:
    """Whether somebody has been silent for so long that they are taken to be away."""
    return last <= now - away_after
