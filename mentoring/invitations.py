"""Invitations: each graduate is asked personally, once, and answers in one word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mentoring.actions import Action, Comment, OpenIssue, RewriteIssue, Text, Thread, effect
from mentoring.durations import parse_duration
from mentoring.roster import Cohort, Member, Program
from mentoring.starter import progress

TOGETHER = 10  # graduates in one issue, since everybody mentioned there gets everything said there
TOO_OLD = timedelta(days=60)  # a cohort that had ended this long before the App first saw it is left in peace
REMIND_AFTER = timedelta(days=14)
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


@dataclass(frozen=True)
class Asked:
    """How an invitation stands: a line in the table of the issue."""

    person_id: int
    login: str
    state: str  # open, later, accepted, declined
    starters: tuple[Pull, ...] = ()


@dataclass(frozen=True)
class Invitation:
    """One personal ask, as it goes into the ledger."""

    person_id: int
    issue_key: str
    comment_key: str
    state: str
    reason: str


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


def groups(cohort: Cohort, graduates: Sequence[Graduate]) -> list[tuple[str, list[Graduate]]]:
    """Who is asked together: all, or by team where there are more than TOGETHER; each with a name."""
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


def _parts(graduates: list[Graduate]) -> list[list[Graduate]]:
    return [graduates[i : i + TOGETHER] for i in range(0, len(graduates), TOGETHER)]


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
        key = issue_key(home_id, group)
        rows = [Asked(g.id, g.member.login, _first_state(g)) for g in people]
        title = Text("issues/invitations_title", {"group": group, "program": program.name})
        actions.append(OpenIssue(home_id, "invitations", key, title, table(program, group, rows)))
        for graduate in people:
            one = comment_key(home_id, cohort.name, graduate.id)
            thread = Thread(home_id, opened_by=key)
            actions.append(Comment(thread, "invitation", one, _ask(program, cohort, graduate), urgency=1))
            invitations.append(Invitation(graduate.id, key, one, _first_state(graduate), _reason(graduate)))
    return tuple(invitations), tuple(actions)


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
                "progress": progress(len(row.starters), program.starter_issues),
                "starters": row.starters,
            }
            for row in yes
        ],
        "counts": {state: sum(row.state == state for row in rows) for state in ("open", "later", "declined")},
    }
    return Text("issues/invitations", values)


def retable(program: Program, home_id: int, key: str, rows: Sequence[Asked]) -> RewriteIssue:
    """The issue's body again, after an answer or another starter issue."""
    group = key.removeprefix(issue_key(home_id, ""))
    return RewriteIssue(home_id, "invitations", key, table(program, group, rows))


def remind_at(invitation: Invitation, now: datetime) -> datetime | None:
    """When silence is followed by the one reminder; whoever said yes already needs none."""
    return now + REMIND_AFTER if invitation.state == "open" else None


def remind(program: Program, home_id: int, issue_key: str, comment_key: str, login: str) -> Comment:
    """The one reminder: at the time the graduate asked for, or after two weeks of silence."""
    values = {"graduate": login, "noun": program.mentor_noun, "asked": program.starter_issues}
    key = effect(comment_key, "reminder")
    thread = Thread(home_id, opened_by=issue_key)
    return Comment(
        thread, "invitation_reminder", key, Text("comments/invitation_reminder", values), urgency=1
    )


def later(words: str, now: datetime) -> datetime:
    """When to ask again. Raises ValueError with one sentence if the words are no duration."""
    words = words.rstrip(".,;:! ")
    return now + (parse_duration(words) if words else LATER)
