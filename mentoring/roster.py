"""The program as its organizers wrote it down: people, cohorts, areas and promises, checked and frozen."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
)

from mentoring import texts, written
from mentoring.durations import parse_duration
from mentoring.wording import Phrase, phrase
from mentoring.yaml12 import quoted

LABEL_LENGTH = 50
LOGIN_LENGTH = 39
ABOUT_LENGTH = 240
LINE_LENGTH = 200
MOST_MISFITS = 50
MOST_PATHS = 100  # of an area
ODD_NAME = phrase(
    "name an area on one line of at most %(most)s characters, without backticks", most=LABEL_LENGTH
)
ODD_TEAM = phrase(
    "name a team on one line of at most %(most)s characters, without backticks", most=LABEL_LENGTH
)
MOST_DEPTHS = 4  # `**` in one of them

# The suffix after `_` is the short code of an enterprise with managed users.
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:_[A-Za-z0-9]+)?")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
# What may be known of somebody on their path: each tells when a step begins.
WHENS = ("nothing", "opened", "merged", "three_merged", "reviewed", "mentor")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


# Where below the checked key, and one sentence.
Misfit = tuple[tuple[str | int, ...], str]


class Misfits(ValueError):
    """Parts that do not fit together."""

    def __init__(self, found: Iterable[Misfit]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(sentence for _, sentence in self.found))


def hinted(sentence: str, word: str, words: Iterable[str]) -> str:
    """The sentence, with the hint `; did you mean …?` where a word is near."""
    near = closest(word, words)
    return (
        phrase("%(sentence)s; did you mean `%(near)s`?", sentence=sentence, near=near) if near else sentence
    )


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one of the words that is near, if any is."""
    # Comparing costs the product of the lengths, and both sides come from a stranger's file.
    candidates = [w for w in words if len(w) <= LABEL_LENGTH][:100] if len(word) <= LABEL_LENGTH else []
    found = difflib.get_close_matches(word, candidates, n=1)
    return found[0] if found else None


def without_hint(sentence: str) -> str:
    """The sentence without what `hinted` added to it, which may be a word of another file."""
    if not isinstance(sentence, Phrase):
        return sentence
    values = {
        name: without_hint(one) if isinstance(one, str) else one for name, one in sentence.values.items()
    }
    if "near" in values:
        return str(values["sentence"])
    return Phrase.of(sentence.one, sentence.other, sentence.number, values)


# What a single value may be. Each sentence tells what to write; who reports it adds what was written.


def is_repository(text: str) -> bool:
    """Whether the text is `owner/repository`."""
    return _REPOSITORY.fullmatch(text) is not None


def _matching(holds: Callable[[str], bool], sentence: str) -> AfterValidator:
    def check(text: str) -> str:
        if not holds(text):
            raise ValueError(sentence)
        return text

    return AfterValidator(check)


def _too_long(most: int, text: str) -> Phrase:
    return phrase("write at most %(most)s characters; these are %(count)s", most=most, count=len(text))


def _one_line(longest: int) -> AfterValidator:
    def check(text: str) -> str:
        text = text.strip()
        if not text:
            raise ValueError(phrase("write something here, it is empty"))
        if len(text.splitlines()) > 1:
            raise ValueError(phrase("write it on one line"))
        if len(text) > longest:
            raise ValueError(_too_long(longest, text))
        return text

    return AfterValidator(check)


def _about(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > ABOUT_LENGTH:
        raise ValueError(_too_long(ABOUT_LENGTH, text))
    return text


def _whole(lowest: int, highest: int) -> BeforeValidator:
    def read(value: Any) -> int:
        if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
            value = int(value)
        if type(value) is not int or not lowest <= value <= highest:
            what = phrase(
                "write a whole number from %(lowest)s to %(highest)s", lowest=lowest, highest=highest
            )
            raise ValueError(what)
        return value

    return BeforeValidator(read)


def _date(value: Any) -> date:
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(phrase("write a date that exists, as year-month-day")) from error
    raise ValueError(phrase("write a date as year-month-day, such as 2026-11-02"))


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    return parse_duration(value if isinstance(value, str) else "")


def _away_after(value: Any) -> timedelta | None:
    return None if value in (None, "off") else _some_time(_duration(value))


def _some_time(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError(phrase("write a duration longer than nothing"))
    return value


def _invite(value: Any) -> Any:
    if value in ("auto", True, False):
        return value
    if value not in ("true", "false"):
        raise ValueError(phrase("write auto, true or false"))
    return value == "true"


def _yes_or_no(value: Any) -> bool:
    if value not in (True, False, "true", "false"):
        raise ValueError(phrase("write true or false"))
    return value in (True, "true")


def _digest(value: Any) -> Any:
    if value == "off":
        return None
    if isinstance(value, str):
        raise ValueError(phrase("write `off`, or keys such as {weekday: monday, hour: 9}"))
    return value


def _ask(value: Any) -> Any:
    return {"ask": value} if isinstance(value, str) else value


def _path(value: Any) -> Any:
    if value == "off":
        return ()
    if isinstance(value, str):
        raise ValueError(
            phrase("write `off`, or steps such as {name: First task, when: merged, next: Take another one}")
        )
    return value


def _when(value: Any) -> Any:
    if value not in WHENS:
        word = value if isinstance(value, str) else ""
        what = phrase("write one of %(words)s", words=", ".join(WHENS))
        raise ValueError(hinted(what, word, WHENS))
    return value


def _lowercase(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


@cache
def _zones() -> dict[str, str]:
    """Time zones by what people write for them: the name in any case, or its city alone."""
    # `localtime` and `Factory` mean something else on every machine.
    names = sorted(available_timezones() - {"localtime", "Factory"})
    return {name.rpartition("/")[2].lower(): name for name in names} | {name.lower(): name for name in names}


def time_zones() -> list[str]:
    """What may be written for a time zone."""
    return sorted(set(_zones().values()))


def _timezone(text: str) -> str:
    near = _zones().get(text.lower().replace(" ", "_"))
    if near == text:
        return text
    hint = near or "Europe/Rome"
    raise ValueError(phrase("write a time zone of the IANA list, such as %(zone)s", zone=hint))


def _channel(text: str) -> str:
    try:
        parts = urlsplit(text)
        fits = parts.scheme == "https" and bool(parts.hostname) and len(text) <= 500
    except ValueError:
        fits = False
    if not fits or re.search(r"[\s<>\"`\\]", text):
        raise ValueError(phrase("write an address that starts with https://"))
    return text


def _few_paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    # Each is compared with every changed file of a pull request.
    if len(paths) > MOST_PATHS:
        what = phrase("write at most %(most)s paths; these are %(count)s", most=MOST_PATHS, count=len(paths))
        raise ValueError(what)
    if any(path.count("**") > MOST_DEPTHS for path in paths):
        raise ValueError(phrase("write at most %(most)s times ** in one path", most=MOST_DEPTHS))
    return paths


def _mentor_label(text: str) -> str:
    if text.count("{login}") != 1:
        raise ValueError(phrase("write {login} exactly once in it, where the mentor's login goes"))
    if len(text) - len("{login}") + LOGIN_LENGTH > LABEL_LENGTH:
        room = LABEL_LENGTH - LOGIN_LENGTH
        raise ValueError(
            phrase(
                "write at most %(room)s characters around {login}, since a label has at most %(most)s",
                room=room,
                most=LABEL_LENGTH,
            )
        )
    return text


def _own_text(text: str) -> str:
    fault = texts.fault(text) or texts.too_much(text)
    if fault:
        raise ValueError(fault)
    return text


def is_login(text: str) -> bool:
    """Whether the text can be somebody's login on GitHub."""
    return len(text) <= LOGIN_LENGTH and _LOGIN.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Whether the text is a language code, such as `es` or `pt-BR`."""
    return _LANGUAGE.fullmatch(text) is not None


Login = Annotated[str, _matching(is_login, phrase("write a GitHub login, without @")), written.LOGIN]
Line = Annotated[str, _one_line(LINE_LENGTH), written.line(LINE_LENGTH)]
Label = Annotated[str, _one_line(LABEL_LENGTH), written.line(LABEL_LENGTH)]
# It stands in the midst of our sentences, so it must not be able to call anybody or to format anything.
_NOUN = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
Noun = Annotated[
    Label,
    _matching(lambda text: bool(_NOUN.fullmatch(text)), phrase("write words of letters, such as buddy")),
    written.NOUN,
]
AreaName = Annotated[
    Label, _matching(lambda text: "`" not in text, phrase("write a name without backticks")), written.AREA
]
Language = Annotated[
    str,
    _matching(is_language, phrase("write a language code such as en")),
    written.LANGUAGE,
]
OwnText = Annotated[str, AfterValidator(_own_text), written.own_text(texts.MOST)]
Timezone = Annotated[str, AfterValidator(_timezone), written.TIME_ZONE]
Repository = Annotated[str, _matching(is_repository, phrase("write owner/repository")), written.REPOSITORY]
Duration = Annotated[timedelta, BeforeValidator(_duration), written.duration()]
SomeTime = Annotated[Duration, AfterValidator(_some_time), written.duration(zero=False)]
Day = Annotated[date, BeforeValidator(_date), written.DAY]
DigestSection = Literal[
    "hands", "wins", "merged", "numbers", "charts", "repositories", "cohorts", "starters", "tip"
]
DIGEST_SECTIONS: tuple[str, ...] = get_args(DigestSection)
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class _Section(BaseModel):
    # The sentences below the keys are what the reference and an editor say of them.
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class FollowUp(_Section):
    """How long somebody may wait before the App does something about it."""

    answer_within: SomeTime = timedelta(days=2)
    """What the newcomer is promised; the mentor is reminded when it passes, once, by daylight
    where they are.
    """
    hand_over_after: SomeTime = timedelta(days=5)
    """When a second mentor joins; at once where the first is away."""
    organizer_after: SomeTime = timedelta(days=7)
    """When the cohort's captain and the organizers are told."""
    newcomer_check_in: SomeTime = timedelta(days=14)
    """When a silent newcomer gets a kind question."""
    release_claim_after: SomeTime = timedelta(days=21)
    """When a claimed starter issue without activity becomes free again."""
    pause_labels: tuple[Label, ...] = ("blocked",)
    """Labels, in any case, that pause the newcomer's clock: they cannot go on."""
    away_after: Annotated[
        timedelta | None, BeforeValidator(_away_after), written.duration(off=True, zero=False)
    ] = None
    """A mentor of whom GitHub shows no sign of life for so long counts as away, until the first one; `off`:
    never. Nothing is said about it.
    """


class Digest(_Section):
    """Where and when the weekly digest appears; without a repository, in the home of the program."""

    repository: Repository | None = None
    """Where the digest issue is opened, as `owner/repo`; without it, in the program's home."""
    weekday: Annotated[Weekday, BeforeValidator(_lowercase), written.words(_WEEKDAYS)] = "monday"
    """The day it comes."""
    hour: Annotated[int, _whole(0, 23), written.whole(0, 23)] = 9
    """The hour it comes, 0 to 23, by the program's clock."""
    without: tuple[DigestSection, ...] = ()
    """The sections that are left out: `hands`, `wins`, `merged`, `numbers`, `charts`, `repositories`, `cohorts`,
    `starters`, `tip`.
    """

    @property
    def isoweekday(self) -> int:
        """1 for Monday to 7 for Sunday, as `datetime.isoweekday` counts."""
        return _WEEKDAYS.index(self.weekday) + 1


class Ask(_Section):
    """Something else a graduate is asked beside starter issues, for them to take up or not. A word alone will do:
    `asks: [showcase, write]`.
    """

    ask: Literal["event", "next_program", "showcase", "write"]
    """`event`: organize one for newcomers; `next_program`: be invited to mentor in the next program;
    `showcase`: show what they did; `write`: write about it.
    """
    text: Line | None = None
    """What they are asked, in your words instead of ours."""
    link: Annotated[str, AfterValidator(_channel), written.CHANNEL] | None = None
    """Where there is more to read, as an address that starts with `https://`."""
    by: Day | None = None
    """The last day for it, as year-month-day; after it nobody is asked any more."""


class Step(_Section):
    """A step of the path from a first look to helping others."""

    name: Line
    """What the step is called."""
    when: Annotated[
        Literal["nothing", "opened", "merged", "three_merged", "reviewed", "mentor"],
        BeforeValidator(_when),
        written.words(WHENS),
    ]
    """What has to be known of somebody for the step to begin: `nothing`; a pull request `opened`, or `merged`;
    `three_merged`; `reviewed` somebody else's; `mentor`. Somebody is on the last step that has begun.
    """
    next: Line
    """What to do on this step, in one sentence of plain text."""


class Texts(_Section):
    """Your own words in the place of ours, with placeholders in braces; see "Your own words"."""

    welcome: OwnText | None = None
    """On a newcomer's first pull request: `{newcomer}`, `{mentor}`, `{answer_by}`."""
    introduction: OwnText | None = None
    """When somebody becomes the mentor of a newcomer on a thread: `{newcomer}`, `{mentor}`, `{answer_by}`."""
    nobody_free: OwnText | None = None
    """To a newcomer for whom nobody is free: `{newcomer}`."""
    reminder: OwnText | None = None
    """To a mentor whose answer has not come: `{mentor}`, `{newcomer}`, `{since}`."""
    organizers: OwnText | None = None
    """To the organizers, when a newcomer still waits: `{organizers}`, `{newcomer}`, `{mentors}`, `{since}`."""
    check_in: OwnText | None = None
    """To a silent newcomer: `{newcomer}`, `{mentor}`."""
    claim_hint: OwnText | None = None
    """To somebody who asks whether they may take an issue that is free: `{newcomer}`, `{mentor}`."""
    claim_released: OwnText | None = None
    """When a claim is freed after a long silence: `{newcomer}`, `{after}`."""
    invitation: OwnText | None = None
    """To a graduate: `{graduate}`, `{cohort}`, `{asked}` (how many starter issues), `{starter_url}`, `{answers}`."""
    invitation_reminder: OwnText | None = None
    """To a graduate who has not answered: `{graduate}`, `{asked}`."""
    back_tomorrow: OwnText | None = None
    """To a mentor whose absence ends: `{mentor}`, `{until}`."""
    good_first: OwnText | None = None
    """On a new good first issue: `{mentor}`, `{area}`, `{fixes}` (what a pull request says to close it)."""
    starter: OwnText | None = None
    """On a starter issue, above what would make it easier: `{mentor}`, `{contact}`, `{fixes}`."""
    merged: OwnText | None = None
    """On a newcomer's merged pull request: `{newcomer}`, `{mentor}`, `{took}`, `{next}` (free issues, or a step)."""
    peers: OwnText | None = None
    """To a newcomer who is told of others who are new: `{newcomer}`, `{peers}` (who, and what they do)."""
    lineage: OwnText | None = None
    """To a newcomer who is asked to help the next one: `{newcomer}`, `{mentor}`, `{merged}` (how many), `{answers}`."""
    lineage_reminder: OwnText | None = None
    """To the same, without an answer: `{newcomer}`."""
    path: OwnText | None = None
    """To whoever asks for their path: `{person}`, `{done}`, `{steps}`, `{next}`."""
    certificate: OwnText | None = None
    """To whoever asks for a certificate: `{person}`, `{certificates}` (the links)."""
    invitations: OwnText | None = None
    """How the issue begins in which graduates are asked: `{cohort}`."""
    showcase: OwnText | None = None
    """How the issue begins that collects what a cohort made: `{cohort}`."""
    report: OwnText | None = None
    """How a cohort's report begins, above ours: `{cohort}`, `{opened}`, `{merged}` (pull requests)."""
    digest: OwnText | None = None
    """How the weekly digest begins, above ours."""

    @field_validator("*")
    @classmethod
    def _placeholders_are_known(cls, text: str | None, info: ValidationInfo) -> str | None:
        if text is not None and info.field_name:
            known = texts.known(info.field_name)
            for name in texts.names(text):
                if name not in known:
                    raise ValueError(_unknown_placeholder(name, known))
        return text

    def given(self) -> dict[str, str]:
        """The texts there are, by kind."""
        return {kind: text for kind, text in self if text is not None}


def _unknown_placeholder(name: str, known: Collection[str]) -> str:
    what = phrase("there is no placeholder %(name)s here", name=quoted(f"{{{name}}}"))
    hint = hinted(what, name, known)
    if hint is not what:
        return hint
    return phrase("%(sentence)s; write %(words)s", sentence=what, words=", ".join(known))


class Area(_Section):
    """A part of the code base, and who else to turn to about it."""

    paths: Annotated[tuple[Line, ...], AfterValidator(_few_paths)] = ()
    """Patterns of the files that belong to it, such as `"django/db/**"`: `*` and `?` within a name, `**` for
    any number of folders. At most 100, each with at most four `**`.
    """
    labels: tuple[Label, ...] = ()
    """Labels of issues that belong to it."""
    team: Line | None = None
    """Who looks after it, as plain text; it never notifies anybody."""
    channel: Annotated[str, AfterValidator(_channel), written.CHANNEL] | None = None
    """Where to ask, as an address that starts with `https://`."""


class Member(_Section):
    """One person of a cohort, with what they declared about themselves."""

    login: Login
    """The GitHub login, without `@`; one made of digits needs no quotes."""
    team: Line | None = None
    """The team they worked in."""
    areas: tuple[AreaName, ...] = ()
    """Names from `areas` they know about; `[]` means any."""
    languages: tuple[Language, ...] = ()
    """Languages they speak, as codes such as `it` or `no`."""
    timezone: Timezone | None = None
    """Where they are, from the IANA list: they are reminded between 08:00 and 21:00 there, and dates they
    write are theirs.
    """
    capacity: Annotated[int, _whole(0, 50), written.whole(0, 50)] = 2
    """Open mentorships with newcomers at a time, 0 to 50 (issues do not count); `0` pauses."""
    mentoring: Literal["ask", "agreed", "declined"] = "ask"
    """`ask`: only once they said yes; `agreed`: at once; `declined`: never asked, never named."""
    contact: Line | None = None
    """Another way to reach them, as plain text."""
    about: Annotated[str, AfterValidator(_about), written.about(ABOUT_LENGTH)] = ""
    """What they say about themselves: at most 240 characters of plain text."""


class Team(_Section):
    """A team of a cohort: who looks after it, and is the first stop when a mentor of it is silent."""

    navigator: Login | None = None
    """The login of who guides it."""
    captain: Login | None = None
    """The login of who organizes it."""

    @property
    def logins(self) -> tuple[str, ...]:
        """Who looks after it, the navigator first."""
        return tuple(dict.fromkeys(login for login in (self.navigator, self.captain) if login))

    def without(self, logins: Collection[str]) -> "Team":
        """The team as if these people, by their logins in lower case, were not in it."""
        left = {role: login for role, login in self if (login or "").lower() not in logins}
        return Team.model_validate(left)


class Cohort(_Section):
    """A group with a first and a last day, both included."""

    name: Line
    """The name of the cohort; the invitation's title contains it."""
    kind: Literal["mentorship", "hackathon", "contest"] = "mentorship"
    """What the cohort was. A hackathon or a contest has its reports 7 and 30 days after, and a year."""
    starts: Day
    """The first day, as year-month-day."""
    ends: Day
    """The last day; graduates are invited the day after, once."""
    invite: Annotated[Literal["auto"] | bool, BeforeValidator(_invite), written.INVITE] = "auto"
    """Whether its graduates are asked. `auto`: yes, unless it had ended more than 60 days before Lamplighter
    first saw it.
    """
    goals: tuple[Line, ...] = ()
    """What the cohort is for, in your words: named above the numbers of its reports, and on the program's page."""
    captain: Login | None = None
    """The login that is the first stop when a mentor is silent."""
    teams: Mapping[str, Team] = {}
    """Its teams by name, the one that stands in a member's `team`: a name is one line of at most 50 characters."""
    members: tuple[Member, ...] = ()
    """The people of the cohort; nobody appears twice in one."""

    @field_validator("ends")
    @classmethod
    def _ends_after_it_starts(cls, ends: date, info: ValidationInfo) -> date:
        starts = info.data.get("starts")
        if starts and ends < starts:
            raise ValueError(phrase("write a day not before it starts on %(day)s", day=starts.isoformat()))
        return ends

    @field_validator("teams")
    @classmethod
    def _teams_have_plain_names(cls, teams: Mapping[str, Team]) -> Mapping[str, Team]:
        odd = [name for name in teams if not is_plain(name)]
        if odd:
            raise Misfits(((name,), ODD_TEAM) for name in odd)
        return teams

    @field_validator("members")
    @classmethod
    def _each_login_once(cls, members: tuple[Member, ...]) -> tuple[Member, ...]:
        repeated = _repeated(member.login for member in members)
        if repeated:
            raise Misfits(
                ((i, "login"), phrase("`%(login)s` is in this cohort twice", login=members[i].login))
                for i in repeated
            )
        return members

    def first_stops(self, member: Member) -> tuple[str, ...]:
        """Whom to turn to when this member is silent: who looks after their team, else the cohort's captain."""
        team = self.teams.get(member.team or "")
        return (team and team.logins) or ((self.captain,) if self.captain else ())


class Program(_Section):
    """What organizers run: the whole configuration file. In the file the name is the key `program`."""

    name: Line = Field(alias="program")
    """The name of your program, used in every text."""
    organizers: tuple[Login, ...] = ()
    """Logins told when a newcomer waits; they may do what maintainers may."""
    mentor_noun: Noun = "mentor"
    """What you call a mentor: "buddy", "navigator" …; words of letters, at most 50 characters."""
    language: Language = "en"
    """The language of what is said, a code such as `es` or `pt-BR`: English where there are no texts in it. Days may
    be written in it, beside English.
    """
    timezone: Timezone = "UTC"
    """The clock by which cohorts end and digests come, from the IANA list, such as `Europe/Rome`."""
    good_first_issue_labels: tuple[Label, ...] = ("good first issue",)
    """Labels that mark a good first issue, in any case; the first is the one Lamplighter adds."""
    mentor_label: Annotated[
        Line, AfterValidator(_mentor_label), written.mentor_label(LABEL_LENGTH - LOGIN_LENGTH)
    ] = "mentor: {login}"
    """The label that carries a mentor's name; `{login}` appears in it once, with at most 11 characters around
    it.
    """
    starter_issues: Annotated[int, _whole(0, 10), written.whole(0, 10)] = 2
    """How many starter issues each graduate is asked for, 0 to 10; `0` switches the ask off."""
    mentor_after: Annotated[int, _whole(0, 100), written.whole(0, 100)] = 3
    """After how many merged pull requests, 0 to 100, somebody who was helped here is asked, once, to help the
    next newcomer; `0`: never.
    """
    human_first: Duration = timedelta(0)
    """How long to wait before greeting; if a human has answered by then, only the mentor is introduced."""
    claims: Annotated[int, _whole(1, 20), written.whole(1, 20)] = 1
    """How many starter issues one newcomer may have claimed at a time, 1 to 20."""
    follow_up: FollowUp = FollowUp()
    """How long somebody may wait before something happens."""
    digest: Annotated[Digest | None, BeforeValidator(_digest)] = Digest()
    """Where and when the weekly digest appears; `digest: off` switches it off."""
    asks: tuple[Annotated[Ask, BeforeValidator(_ask)], ...] = ()
    """What else each graduate is asked, in the same comment: `event`, `next_program`, `showcase`, `write`."""
    exit_question: Annotated[bool, BeforeValidator(_yes_or_no), written.YES_OR_NO] = False
    """Whether the last comment to somebody links a page with one question: what made you stay, what got in the
    way? Only the organizers read the answers.
    """
    report: Annotated[bool, BeforeValidator(_yes_or_no), written.YES_OR_NO] = True
    """Whether there is an issue on who stayed at a cohort's end and later; the command `report` works either way."""
    peers: Annotated[bool, BeforeValidator(_yes_or_no), written.YES_OR_NO] = False
    """Whether newcomers of the same weeks are introduced to each other, once, on their first pull requests."""
    leaderboard: Annotated[bool, BeforeValidator(_yes_or_no), written.YES_OR_NO] = False
    """Whether the reports on your hackathons and contests have a leaderboard of merged pull requests."""
    path: Annotated[tuple[Step, ...] | None, BeforeValidator(_path)] = None
    """The steps of somebody's path, in their order; without this key five of ours. `path: off`: there is none, and
    nothing is said when a newcomer's pull request is merged.
    """
    all_contributors: Annotated[bool, BeforeValidator(_yes_or_no), written.YES_OR_NO] = False
    """Whether mentors get, beside a draft of praise, the newcomer's line and entry for all-contributors to copy."""
    texts: Texts = Texts()
    """Your own words in the place of ours, by kind; see "Your own words"."""
    areas: Mapping[str, Area] = {}
    """Parts of your code base by name: a name is one line of at most 50 characters."""
    cohorts: tuple[Cohort, ...] = ()
    """The groups of your program; the repository whose file holds them is the program's home."""
    # Who was helped here and said yes: in no file, but members like all others.
    _grown: tuple[Member, ...] = PrivateAttr(default=())

    @field_validator("good_first_issue_labels")
    @classmethod
    def _some_label(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        if not labels:
            raise ValueError(phrase("write at least one label"))
        return labels

    @field_validator("asks")
    @classmethod
    def _each_ask_once(cls, asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
        repeated = _repeated(one.ask for one in asks)
        if repeated:
            raise Misfits(
                ((i,), phrase("%(value)s is in this list twice", value=f"`{asks[i].ask}`")) for i in repeated
            )
        return asks

    @field_validator("areas")
    @classmethod
    def _areas_have_plain_names(cls, areas: Mapping[str, Area]) -> Mapping[str, Area]:
        odd = [name for name in areas if not is_plain(name)]
        if odd:
            raise Misfits(((name,), ODD_NAME) for name in odd)
        return areas

    @field_validator("cohorts")
    @classmethod
    def _cohorts_fit(cls, cohorts: tuple[Cohort, ...], info: ValidationInfo) -> tuple[Cohort, ...]:
        found: list[Misfit] = [
            ((i, "name"), phrase("another cohort has this name")) for i in _repeated(c.name for c in cohorts)
        ]
        if "areas" in info.data:
            found += islice(_unknown_areas(cohorts, info.data["areas"]), MOST_MISFITS)
        if found:
            raise Misfits(found)
        return cohorts

    @property
    def own_texts(self) -> dict[str, str]:
        """The program's own words by kind, with what is the same each time filled in."""
        return texts.settled(self.texts.given(), self.name, self.mentor_noun)

    @property
    def clock(self) -> ZoneInfo:
        """The time zone by which cohorts end and digests come."""
        return ZoneInfo(self.timezone)

    def members(self) -> Iterator[tuple[Cohort, Member]]:
        """Every entry of the roster in the order of the file, then whoever grew up here; somebody in two cohorts
        comes twice.
        """
        for cohort in (*self.cohorts, _grown_up(self._grown)):
            for member in cohort.members:
                yield cohort, member

    def with_grown(self, members: Iterable[Member]) -> "Program":
        """The program with people who were helped here and said yes; whoever is in the file stays as it has them."""
        written_down = {member.login.lower() for cohort in self.cohorts for member in cohort.members}
        program = self.model_copy()
        program._grown = tuple(one for one in members if one.login.lower() not in written_down)
        return program

    def entry(self, login: str) -> tuple[Cohort, Member] | None:
        """The entry of this person in their newest cohort: the last to end, then the last in the file."""
        entries = [e for e in self.members() if e[1].login.lower() == login.lower()]
        return max(reversed(entries), key=lambda e: e[0].ends, default=None)

    def member(self, login: str) -> Member | None:
        """What this person declared in their newest cohort."""
        entry = self.entry(login)
        return entry[1] if entry else None

    def without(self, logins: Collection[str]) -> "Program":
        """The program as if these people, by their logins in lower case, were not in its file."""
        if not logins:
            return self
        cohorts = tuple(
            cohort.model_copy(
                update={
                    "captain": cohort.captain if (cohort.captain or "").lower() not in logins else None,
                    "teams": {name: team.without(logins) for name, team in cohort.teams.items()},
                    "members": tuple(one for one in cohort.members if one.login.lower() not in logins),
                }
            )
            for cohort in self.cohorts
        )
        organizers = tuple(login for login in self.organizers if login.lower() not in logins)
        program = self.model_copy(update={"cohorts": cohorts, "organizers": organizers})
        return program.with_grown(one for one in self._grown if one.login.lower() not in logins)

    def in_roster(self, login: str) -> bool:
        """Whether the login is a member of any cohort."""
        return self.entry(login) is not None

    def ended(self, cohort: Cohort, now: datetime) -> bool:
        """Whether the cohort's last day is over by the program's clock. `now` is aware."""
        return now.astimezone(self.clock).date() > cohort.ends

    def invite_at(self, cohort: Cohort) -> datetime:
        """The first moment, in UTC, of the day after the cohort's last by the program's clock."""
        # Where the clock jumps over midnight, fold=0 gives the moment of the jump: still the day's first.
        midnight = datetime.combine(cohort.ends + timedelta(days=1), time(), tzinfo=self.clock)
        return midnight.astimezone(UTC)

    def mentor_label_for(self, login: str) -> str:
        """The label which carries this mentor's name."""
        return self.mentor_label.replace("{login}", login)

    def is_good_first(self, label_names: Iterable[str]) -> bool:
        """Whether one of the labels marks a good first issue, in any case."""
        marks = {label.lower() for label in self.good_first_issue_labels}
        return any(name.lower() in marks for name in label_names)


def _grown_up(members: tuple[Member, ...]) -> Cohort:
    """In the place of a cohort: it has no name, and ended before all others."""
    return Cohort.model_construct(name="", starts=date.min, ends=date.min, members=members)


def is_plain(name: str) -> bool:
    """Whether a name stays in the code span in which it is quoted."""
    return (
        bool(name.strip()) and "`" not in name and len(name) <= LABEL_LENGTH and len(name.splitlines()) == 1
    )


def _repeated(names: Iterable[str]) -> list[int]:
    """Where a name occurs again, in any case."""
    seen: set[str] = set()
    again = []
    for i, name in enumerate(names):
        if name.lower() in seen:
            again.append(i)
        seen.add(name.lower())
    return again


def _unknown_areas(cohorts: tuple[Cohort, ...], areas: Mapping[str, Area]) -> Iterator[Misfit]:
    for i, cohort in enumerate(cohorts):
        for j, member in enumerate(cohort.members):
            for k, name in enumerate(member.areas):
                if name not in areas:
                    yield (
                        (i, "members", j, "areas", k),
                        hinted(phrase("no area is called `%(name)s`", name=name), name, areas),
                    )
