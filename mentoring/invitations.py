"""Invitations: each graduate is asked personally, once, and answers in one word."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from mentoring import asks, showcase
from mentoring.actions import Action, Comment, OpenIssue, RewriteIssue, Text, Thread, effect
from mentoring.commands import Command, parse
from mentoring.dates import moment
from mentoring.facts import Remarked
from mentoring.roster import Ask, Cohort, Member, Program
from mentoring.starter import progress

TOGETHER = 10  # graduates in one issue, since everybody mentioned there gets everything said there
TOO_OLD = timedelta(days=60)  # a cohort that had ended this long before the App first saw it is left in peace
REMIND_AFTER = timedelta(days=14)
UTC_ZONE = ZoneInfo("UTC")
LATER = timedelta(weeks=3)  # what `/mentor later` means without a duration


@dataclass(frozen=True)
class Pull:
    """A merged pull request of a graduate, the reason why they are asked; or a starter issue of theirs."""

    slug: str
    number: int
    url: str


@dataclass(frozen=True)
class Graduate:
    """A member of a cohort that has ended, and what speaks for asking them."""

    id: int
    member: Member
    pulls: tuple[Pull, ...] = ()
    pull_count: int = 0
    starter_url: str = ""  # the prefilled link
    asks: tuple[Ask, ...] = ()  # what else they are asked


@dataclass(frozen=True)
class Asked:
    """How an invitation stands: a line in the table of the issue."""

    person_id: int
    login: str
    state: str  # open, later, accepted, declined
    starters: tuple[Pull, ...] = ()
    unlinked: int = 0  # further starter issues, in private or where the App is no longer installed
    agreed: tuple[str, ...] = ()  # to what else they said yes


@dataclass(frozen=True)
class Invitation:
    """One personal ask, as it goes into the ledger."""

    person_id: int
    issue_key: str
    comment_key: str
    state: str
    reason: str


@dataclass(frozen=True)
class Answer:
    """What somebody answered, and what that says of them as a mentor."""

    state: str  # accepted, later, declined
    said: str  # yes, later, no
    how: str
    at: datetime
    remind_at: datetime | None = None


def due_at(program: Program, cohort: Cohort, first_seen: datetime) -> datetime | None:
    """When the cohort's graduates are to be asked; None: never."""
    ended = program.invite_at(cohort)
    if not program.starter_issues or not cohort.members or cohort.invite is False:
        return None
    if cohort.invite == "auto" and ended < first_seen - TOO_OLD:
        return None
    return ended


def to_ask(cohort: Cohort, ids: Iterable[tuple[Member, int | None]]) -> list[tuple[Member, int]]:
    """The members to be asked: not those who declined in the roster, nor logins that nobody has."""
    return [(m, person_id) for m, person_id in ids if person_id is not None and m.mentoring != "declined"]


def groups(
    cohort: Cohort, graduates: Sequence[Graduate], taken: Mapping[str, int] | None = None
) -> list[tuple[str, list[Graduate]]]:
    """Who is asked together: all, or by team where there are more than TOGETHER; each with a name.

    `taken`: the groups that were asked before, with their sizes; whoever comes late joins them.
    """
    if taken:
        return _late(cohort, graduates, taken)
    if len(graduates) <= TOGETHER:
        return [(cohort.name, list(graduates))] if graduates else []
    teams: dict[str, list[Graduate]] = {}
    for graduate in graduates:
        teams.setdefault(graduate.member.team or "", []).append(graduate)
    return [
        (f"{cohort.name}{f' · {team}' if team else ''}{f' · {part}' if len(parts) > 1 else ''}", people)
        for team, all_of_them in teams.items()
        for parts in [_parts(all_of_them)]
        for part, people in enumerate(parts, start=1)
    ]


def _late(
    cohort: Cohort, graduates: Sequence[Graduate], taken: Mapping[str, int]
) -> list[tuple[str, list[Graduate]]]:
    """Fills up the groups that have room, those of the same team first; then begins further parts."""
    sizes = dict(taken)
    found: dict[str, list[Graduate]] = {}
    for graduate in graduates:
        mine = f"{cohort.name} · {graduate.member.team}"
        room = sorted((name for name, size in sizes.items() if size < TOGETHER), key=lambda n: n != mine)
        group = room[0] if room else _further_part(cohort, sizes)
        sizes[group] = sizes.get(group, 0) + 1
        found.setdefault(group, []).append(graduate)
    return list(found.items())


def _further_part(cohort: Cohort, taken: Mapping[str, int]) -> str:
    return next(name for part in count(2) if (name := f"{cohort.name} · {part}") not in taken)


def _parts(graduates: list[Graduate]) -> list[list[Graduate]]:
    return [graduates[i : i + TOGETHER] for i in range(0, len(graduates), TOGETHER)]


def reminder_key(comment_key: str) -> str:
    """The effect key of the reminder after silence; those that were asked for have it and their moment."""
    return effect(comment_key, "reminder")


def issue_key(home_id: int, group: str) -> str:
    """The effect key of the issue in which a group is asked."""
    return effect(f"repo {home_id}", "invitations", group)


def comment_key(home_id: int, cohort: str, person_id: int) -> str:
    """The effect key of one person's invitation."""
    return effect(f"repo {home_id}", "invitation", cohort, f"person {person_id}")


def invite(
    program: Program, home_id: int, cohort: Cohort, graduates: Sequence[Graduate]
) -> tuple[tuple[Invitation, ...], tuple[Action, ...]]:
    """One issue for each group, and in it one comment for each graduate."""
    invitations: list[Invitation] = []
    actions: list[Action] = []
    for group, people in groups(cohort, graduates):
        asked, of_group = invite_group(program, home_id, cohort, group, people)
        invitations += asked
        actions += of_group
    return tuple(invitations), tuple(actions)


def invite_group(
    program: Program, home_id: int, cohort: Cohort, group: str, people: Sequence[Graduate]
) -> tuple[tuple[Invitation, ...], tuple[Action, ...]]:
    """The issue of one group – it is opened once – and in it one comment for each of these graduates."""
    key = issue_key(home_id, group)
    rows = [Asked(g.id, g.member.login, _first_state(g)) for g in people]
    title = Text("issues/invitations_title", {"group": group, "program": program.name})
    actions: list[Action] = [OpenIssue(home_id, "invitations", key, title, table(program, group, rows))]
    invitations: list[Invitation] = []
    for graduate in people:
        one = comment_key(home_id, cohort.name, graduate.id)
        thread = Thread(home_id, opened_by=key)
        actions.append(Comment(thread, "invitation", one, _ask(program, cohort, graduate), urgency=1))
        invitations.append(Invitation(graduate.id, key, one, _first_state(graduate), _reason(graduate)))
    return tuple(invitations), tuple(actions)


def answer_of(person_id: int, remarks: Iterable[Remarked], slug: str) -> Answer | None:
    """Somebody's last accept, later or decline in a thread. A duration nobody understood was refused then."""
    answer = None
    for remark in remarks:
        if remark.author_id == person_id and remark.by_person:
            for command in parse(remark.body, slug):
                answer = _answer(command, remark.created_at) or answer
    return answer


def _answer(command: Command, at: datetime) -> Answer | None:
    how = f"/mentor {command.verb}"
    if command.verb == "accept":
        return Answer("accepted", "yes", how, at)
    if command.verb == "decline":
        return Answer("declined", "no", how, at)
    if command.verb == "later":
        with suppress(ValueError):
            return Answer("later", "later", how, at, later(command.words, at))
    return None


def _first_state(graduate: Graduate) -> str:
    return "accepted" if graduate.member.mentoring == "agreed" else "open"


def _reason(graduate: Graduate) -> str:
    return f"{graduate.pull_count} merged pull requests"


def _ask(program: Program, cohort: Cohort, graduate: Graduate) -> Text:
    values = {
        "graduate": graduate.member.login,
        "cohort": cohort.name,
        "program": program.name,
        "noun": program.mentor_noun,
        "pulls": graduate.pulls,
        "pull_count": graduate.pull_count,
        "asked": program.starter_issues,
        "capacity": graduate.member.capacity,
        "agreed": graduate.member.mentoring == "agreed",
        "starter_url": graduate.starter_url,
        "asks": asks.told(graduate.asks),
        "collects": showcase.is_wanted(program),
    }
    return Text("comments/invitation", values)


def table(program: Program, group: str, rows: Sequence[Asked]) -> Text:
    """The body of the issue: who was asked, who said yes; declines and silence are counted, never named."""
    yes = [row for row in rows if row.state == "accepted"]
    values = {
        "group": group,
        "program": program.name,
        "noun": program.mentor_noun,
        "asked": [row.login for row in rows],
        "yes": [
            {
                "login": row.login,
                "progress": progress(len(row.starters) + row.unlinked, program.starter_issues),
                "starters": row.starters,
            }
            for row in yes
        ],
        "teams": _teams(program, group, [row.login for row in rows]),
        "also": [
            {"ask": kind, "logins": logins}
            for kind in asks.KINDS
            if (logins := [row.login for row in rows if kind in row.agreed])
        ],
        "counts": {state: sum(row.state == state for row in rows) for state in ("open", "later", "declined")},
    }
    return Text("issues/invitations", values)


def _teams(program: Program, group: str, logins: Sequence[str]) -> list[dict[str, str | None]]:
    """Who looks after the teams of the people who are asked in one issue."""
    cohort = cohort_of(program.cohorts, group)
    if cohort is None:
        return []
    here = {member.team for member in cohort.members if member.login in logins}
    return [
        {"name": name, "navigator": team.navigator, "captain": team.captain}
        for name, team in cohort.teams.items()
        if name in here and team.logins
    ]


def cohort_of(cohorts: Iterable[Cohort], group: str) -> Cohort | None:
    """The cohort that a group is of."""
    found = [one for one in cohorts if group == one.name or group.startswith(f"{one.name} · ")]
    return max(found, key=lambda one: len(one.name), default=None)


def group_of(home_id: int, issue_key_: str) -> str:
    """The name of the group that is asked in an issue."""
    return issue_key_.removeprefix(issue_key(home_id, ""))


def retable(program: Program, home_id: int, key: str, rows: Sequence[Asked]) -> RewriteIssue:
    """The issue's body again, after an answer or another starter issue."""
    group = group_of(home_id, key)
    return RewriteIssue(home_id, "invitations", key, table(program, group, rows))


def remind_at(invitation: Invitation, now: datetime) -> datetime | None:
    """When silence is followed by the one reminder; whoever said yes already needs none."""
    return now + REMIND_AFTER if invitation.state == "open" else None


def remind(
    program: Program,
    home_id: int,
    issue_key: str,
    comment_key: str,
    login: str,
    asked_for: datetime | None = None,
) -> Comment:
    """A reminder: the one after two weeks of silence, or one for each moment the graduate asked for."""
    values = {
        "graduate": login,
        "noun": program.mentor_noun,
        "asked": program.starter_issues,
        "asked_for": asked_for is not None,
    }
    key = reminder_key(comment_key)
    if asked_for is not None:
        key = effect(key, f"{asked_for.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
    thread = Thread(home_id, opened_by=issue_key)
    return Comment(
        thread, "invitation_reminder", key, Text("comments/invitation_reminder", values), urgency=1
    )


def later(words: str, now: datetime, zone: ZoneInfo = UTC_ZONE, language: str = "en") -> datetime:
    """When to ask again. Raises ValueError as `mentoring.dates.moment` does."""
    words = words.rstrip(".,;:! ")
    return moment(words, now, zone, language) if words else now + LATER
