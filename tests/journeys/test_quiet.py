"""Quiet by construction: a busy thread for a month, counted against the budget in `docs/quiet.md`."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from sandbox.models import Thread
from sandbox.world import Access
from tests.journeys.house import BOT, House
from tests.journeys.month import MARKER, mentions
from tests.journeys.programs import HOME, configuration, settled_in

BUDGET = Path(__file__).parents[2] / "docs" / "quiet.md"
LINE = re.compile(r"\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|")

MENTORS = ("octocat", "hubot", "graduate-three")  # none of them says a word
NEWCOMER, ORGANIZER, CAPTAIN, ASKS = "newcomer", "monalisa", "regular", "newcomer-two"
PEOPLE = {
    "newcomer": {NEWCOMER},
    "mentor": set(MENTORS),
    "organizers": {ORGANIZER, CAPTAIN},
    "who asks": {ASKS},
    "nobody": set(),
}
# What the month below holds, of what the budget counts in.
WAITS = 2  # longer than was promised: from the first day to the 9th, and from the 10th to the 18th
SILENCES = 2  # longer than `newcomer_check_in`: from the 18th to the 24th, and from then on
REFUSED_TEXTS, DONE_TEXTS = 3, 8
EVENTS = 200
LADDER = ("reminder", "introduction", "organizers")

Act = Callable[[House, Thread], object]


@dataclass(frozen=True)
class Allowed:
    """A line of the budget."""

    per: str
    whom: frozenset[str]


def budget() -> dict[str, Allowed]:
    """The table of `docs/quiet.md`, by kind."""
    lines = LINE.findall(BUDGET.read_text("utf-8"))
    return {kind: Allowed(per, frozenset(whom.split(", "))) for kind, per, whom in lines}


def says(login: str, text: str, house: House, pull: Thread) -> None:
    house.world.comment(HOME, pull.number, login, text)


def edits(house: House, pull: Thread) -> None:
    first = next(one for one in pull.comments if one.author == NEWCOMER)
    house.world.edit_comment(HOME, first.id, NEWCOMER, f"{first.body} And")


def pushes(house: House, pull: Thread) -> None:
    house.world.synchronize(HOME, pull.number, NEWCOMER, files=["lens.py"])


def reviews(login: str, house: House, pull: Thread) -> None:
    house.world.review(HOME, pull.number, login, "commented", "A thought.")


def labels(house: House, pull: Thread) -> None:
    if "needs docs" in pull.labels:
        house.world.unlabel(HOME, pull.number, ORGANIZER, "needs docs")
    else:
        house.world.label(HOME, pull.number, ORGANIZER, "needs docs")


def drafts(house: House, pull: Thread) -> None:
    house.world.ready(HOME, pull.number, NEWCOMER, ready=pull.draft)


def retitles(house: House, pull: Thread) -> None:
    house.world.edit(HOME, pull.number, NEWCOMER, title=f"{pull.title}!")


bot = partial(says, "dependabot[bot]", "Coverage: 97 %.")
chats = partial(says, "passer-by", "I saw that elsewhere, too.")

# Day, how often, what: a month of somebody else's e-mails.
MONTH: tuple[tuple[float, int, Act], ...] = (
    (0.1, 12, pushes),
    (0.2, 8, partial(says, NEWCOMER, "One more thought.")),
    (0.3, 10, bot),
    (1.0, 6, labels),
    (1.1, 8, drafts),
    (1.2, 4, retitles),
    (1.3, 10, edits),
    (2.0, 10, bot),
    (4.0, REFUSED_TEXTS, partial(says, ASKS, "/mentor sing\n/mentor dance")),
    (4.1, DONE_TEXTS // 2, partial(says, ASKS, "/mentor help")),
    (4.2, DONE_TEXTS // 2, partial(says, ASKS, "/mentor why")),
    (6.0, 12, bot),
    (8.0, 8, pushes),
    (9.0, 1, partial(says, ORGANIZER, "I like it. Does it work at night?")),
    (9.1, 15, chats),
    (9.2, 5, partial(reviews, "passer-by")),
    (10.0, 1, partial(says, NEWCOMER, "It does now.")),
    (11.0, 10, bot),
    (13.0, 10, pushes),
    (14.0, 6, labels),
    (16.0, 5, edits),
    (18.0, 1, partial(reviews, ORGANIZER)),
    (18.1, 15, chats),
    (20.0, 10, bot),
    (24.0, 1, partial(says, NEWCOMER, "Exams, sorry!")),
    (24.1, 1, partial(says, ORGANIZER, "No hurry.")),
    (26.0, 10, chats),
    (29.9, 10, bot),
)


def played(house: House) -> Thread:
    """The thread after its month; a thread shows at most one comment of a kind at any time."""
    members = "".join(f"      - {{login: {login}, mentoring: agreed}}\n" for login in MENTORS)
    extra = "starter_issues: 0\ndigest: off\nfollow_up: {newcomer_check_in: 5d}\n"
    text = configuration(house.world, members=members, extra=extra)
    settled_in(house.world, text.replace("    ends:", f"    captain: {CAPTAIN}\n    ends:"))
    for login in ("dependabot[bot]", "passer-by"):
        house.world.user(login)
    pull = house.world.open_pull_request(HOME, NEWCOMER, "Polish the lens", files=["lens.py"])
    house.settle()
    began = house.context.now()
    for day, times, act in MONTH:
        to(house, pull, began + timedelta(days=day))
        for _ in range(times):
            act(house, pull)
        house.settle()
        at_most_one_of_a_kind(pull)
    return pull


def to(house: House, pull: Thread, moment: datetime) -> None:
    """The time passes day by day."""
    while (left := moment - house.context.now()) > timedelta():
        house.advance(min(left, timedelta(days=1)))
        house.settle()
        at_most_one_of_a_kind(pull)


def at_most_one_of_a_kind(pull: Thread) -> None:
    shown = Counter(kind_of(one.body) for one in pull.comments if one.author == BOT)
    assert all(count == 1 for kind, count in shown.items() if kind != "refusal"), shown
    assert shown["refusal"] <= REFUSED_TEXTS


def kind_of(body: str) -> str:
    kinds: list[str] = MARKER.findall(body)
    return kinds[-1]


def ours(house: House, method: str, ending: str) -> list[Access]:
    """Our writes whose path ends so."""
    pattern = re.compile(f"{ending}$")
    return [one for one in house.world.writes(HOME) if one.method == method and pattern.search(one.path)]


# Said in the words of two templates.
SAME_KIND = {"good_first_dropped": "good_first", "nobody_free": "introduction"}


def test_the_budget_names_every_kind_of_comment() -> None:
    templates = (file.stem for file in (BUDGET.parents[1] / "templates" / "comments").glob("*.md"))
    assert set(budget()) == {SAME_KIND.get(name, name) for name in templates}


@pytest.mark.parametrize("released_url", ["sqlite"], indirect=True)
def test_a_busy_thread_stays_within_the_budget(house: House) -> None:
    assert sum(times for _, times, _ in MONTH) == EVENTS
    pull = played(house)
    posted = [one.body["body"] for one in ours(house, "POST", "/comments")]
    joined = names_put_on(house) - 1  # the first one is welcomed
    per = {"thread": 1, "wait": WAITS, "silence": SILENCES, "text": REFUSED_TEXTS, "mentor who joins": joined}
    allowed = {kind: per.get(line.per, 0) for kind, line in budget().items()}

    said = Counter(kind_of(body) for body in posted)
    assert {kind: count for kind, count in said.items() if count > allowed[kind]} == {}
    # Everything that may come in such a month did come: otherwise nothing was counted.
    assert set(said) == {"welcome", "help", "why", "refusal", "check_in", *LADDER}
    assert [said[kind] for kind in LADDER] == [WAITS] * len(LADDER)

    told = Counter((kind_of(body), login) for body in posted for login in mentions(body))
    for (kind, login), times in told.items():
        assert login in set().union(*(PEOPLE[role] for role in budget()[kind].whom)), f"{kind}: @{login}"
        assert times <= allowed[kind]
    edits_are_worth_it(house)
    names_come_and_go(house, pull, joined)


def edits_are_worth_it(house: House) -> None:
    """A welcome is rewritten when what it shows changes; no edit mentions anybody new."""
    shown: dict[str, str] = {}
    told: set[str] = set()
    edited: Counter[str] = Counter()
    for one in house.world.writes(HOME):
        if not re.search(r"/comments(/\d+)?$", one.path) or one.method == "DELETE":
            continue
        body, kind = one.body["body"], kind_of(one.body["body"])
        if one.method == "PATCH":
            edited[kind] += 1
            assert body != shown[kind] or kind != "welcome", "an edit that changes nothing"
            assert set(mentions(body)) <= told
        shown[kind] = body
        told |= set(mentions(body))
    assert set(edited) <= {"welcome", "why"}
    assert edited["welcome"] <= WAITS * (len(LADDER) + 1)  # each step, and the answer


def names_put_on(house: House) -> int:
    names = [name for one in ours(house, "POST", "/labels") for name in one.body["labels"]]
    return len([name for name in names if name.startswith("mentor: ")])


def names_come_and_go(house: House, pull: Thread, joined: int) -> None:
    """One label and one assignment for each who joins and each who leaves, and one thumb for each text done."""
    left = joined + 1 - len([name for name in pull.labels if name.startswith("mentor: ")])
    assert len(ours(house, "DELETE", r"/labels/.+")) == len(ours(house, "DELETE", "/assignees")) == left
    assert len(ours(house, "POST", "/labels")) == len(ours(house, "POST", "/assignees")) == joined + 1
    assert len(ours(house, "POST", "/reactions")) == DONE_TEXTS
