"""Plays a month of a busy repository and prints what happened: `python -m tests.journeys.month`.

Through signed webhooks, the stand-in for GitHub, and a clock that is moved: to what people do, and to whatever
the App waits for. The same script gives the same month.
"""

import argparse
import heapq
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from adapters.ledger import mentorships, schema
from adapters.valkey import PrivateValkey
from jobs import clock
from sandbox.server import serve
from sandbox.world import Comment, Thread, World
from tests.journeys.busy_month import MONTH
from tests.journeys.house import BOT, House, open_house
from tests.journeys.programs import FILE, HOME, OWNER
from tests.journeys.story import Mentor, Newcomer, Says, Story, stamp

MARKER = re.compile(r"<!-- lamplighter:(\S+) .*? -->")
CODE = re.compile(r"`[^`]*`")
MENTION = re.compile(r"(?<![\w`/])@([A-Za-z0-9][A-Za-z0-9-]*)")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MERGED_AFTER = timedelta(hours=20)  # an approval
SEED = 20


# --- the player -----------------------------------------------------------------------------------


@dataclass(order=True)
class _Due:
    """Something that somebody is about to do; `does` gives the words for it, or None if it is moot by then."""

    at: datetime
    count: int
    login: str = field(compare=False)
    does: Callable[[], tuple[Thread, str] | None] = field(compare=False)


class Player:
    """Moves the clock, lets people act, and tells what the App did about it."""

    def __init__(self, house: House, story: Story, tell: Callable[[str], None] = print) -> None:
        self.house, self.story, self.tell = house, story, tell
        self.world: World = house.world
        self.settle: Callable[[], None] = house.settle
        self.random = random.Random(SEED)
        self.agenda: list[_Due] = []
        self.mentors = {one.login: one for one in story.mentors}
        self.newcomers = {one.login: one for one in story.newcomers}
        self.spoke: dict[int, str] = {}  # who was heard last on a thread
        self.replies: set[tuple[int, str]] = set()  # who is about to answer where
        self.week = story.begins.isocalendar().week
        self.seen: set[int] = set()  # our comments
        self.shown: set[int] = set()  # our issues
        self.works: dict[int, set[str]] = {}  # newcomers who are assigned, by thread
        self.rung: set[str] = set()  # moments of the clock that have come

    def play(self) -> None:
        """The whole month."""
        self._set_the_stage()
        for act in self.story.acts:
            self._at(self.story.moment(act.when), act.login, lambda act=act: self._say(act))
        for one in self.story.newcomers:
            self._at(self.story.moment(one.opens), one.login, lambda one=one: self._open(one))
        ends = self.story.begins + self.story.lasts
        while self.now < ends:
            self._go_on(ends)

    def _go_on(self, ends: datetime) -> None:
        """To whatever comes next: a moment that the App waits for, or something that somebody does."""
        then = min(self.agenda[0].at, ends) if self.agenda else ends
        moment = self._next_moment(then)
        if moment is not None:
            self._go_to(moment)
            self._settle()
            return
        self._go_to(then)
        if then < ends and (done := heapq.heappop(self.agenda).does()):
            self._settle(*done)

    def _set_the_stage(self) -> None:
        story, world = self.story, self.world
        world.organization(OWNER, members=["monalisa"])
        for login in [*self.mentors, *self.newcomers, *(act.login for act in story.acts), "captain-ada"]:
            world.user(login)
        world.repository(HOME, files={FILE: story.file, "README.md": "# Observatory\n"})
        world.collaborator(HOME, "monalisa", role="maintain")
        world.install(OWNER, [HOME])
        self.tell(f"{stamp(self.now):16}  {'':14}  monalisa installs Lamplighter")
        self._settle()

    @property
    def now(self) -> datetime:
        return self.house.context.now()

    def _at(self, moment: datetime, login: str, does: Callable[[], tuple[Thread, str] | None]) -> None:
        heapq.heappush(self.agenda, _Due(moment, len(self.agenda) + len(self.seen), login, does))

    # -- time ------------------------------------------------------------------------------------------

    def _go_to(self, moment: datetime) -> None:
        self.house.advance(max(moment - self.now, timedelta()))

    def _next_moment(self, until: datetime) -> datetime | None:
        """The minute in which the clock rings next, or an inbox row is due, if that is before `until`."""
        low, high = self.now, self._next_row(until)
        if not self._rings(high):
            return high if high < until else None
        while high - low > MINUTE / 2:
            middle = low + (high - low) / 2
            low, high = (low, middle) if self._rings(middle) else (middle, high)
        minute = high.replace(second=0, microsecond=0)
        return minute if minute > self.now and self._rings(minute) else minute + MINUTE

    def _next_row(self, until: datetime) -> datetime:
        waiting = (schema.inbox.c.done_at.is_(None), schema.inbox.c.parked_at.is_(None))
        with self.house.context.ledger.read() as connection:
            due = connection.execute(select(func.min(schema.inbox.c.due_at)).where(*waiting)).scalar()
        return min(due, until) if due and due > self.now else until

    def _rings(self, moment: datetime) -> bool:
        return bool(self._names(moment) - self.rung)

    def _names(self, moment: datetime) -> set[str]:
        with self.house.context.ledger.read() as connection:
            return {asked.delivery for asked in clock.moments(connection, moment)}

    # -- what people do --------------------------------------------------------------------------------

    def thread(self, words: str) -> Thread:
        """People remember titles, not numbers."""
        return next(one for one in self.world.issues(HOME) if words in one.title)

    def _say(self, act: Says) -> tuple[Thread, str]:
        if act.opens:
            thread = self.world.open_issue(HOME, act.login, act.opens, act.text, labels=act.labels)
            return thread, f"{act.login} opens “{act.opens}”"
        thread = self.thread(act.on)
        self.world.comment(HOME, thread.number, act.login, act.text)
        said = next((line for line in act.text.splitlines() if line.startswith("/mentor")), act.text)
        return thread, f"{act.login}: {said}"

    def _open(self, one: Newcomer) -> tuple[Thread, str]:
        body = f"Fixes #{self.thread(one.fixes).number}" if one.fixes else "My first one!"
        thread = self.world.open_pull_request(HOME, one.login, one.title, body, files=list(one.files))
        self.spoke[thread.number] = one.login
        return thread, f"{one.login} opens a first pull request, “{one.title}”"

    def _answer(self, thread: Thread, mentor: str) -> tuple[Thread, str] | None:
        """A first word asks for something, a second one approves; nobody answers whom nobody waits for."""
        self.replies.discard((thread.number, mentor))
        if thread.state != "open" or self.spoke.get(thread.number) != thread.author:
            return None
        before = [one.author for one in thread.comments] + self._reviewers(thread)
        approves = bool(set(before) & set(self.mentors))
        state, body = ("approved", "Lovely!") if approves else ("changes_requested", "Nice! A test, please?")
        self.world.review(HOME, thread.number, mentor, state, body)
        self.spoke[thread.number] = mentor
        if approves:
            self._at(self._awake(self.now + MERGED_AFTER), "monalisa", lambda: self._merge(thread))
        elif (goes_on := self.newcomers[thread.author].goes_on) is not None:
            self._at(self._some(goes_on), thread.author, lambda: self._push(thread, mentor))
        return thread, f"{mentor} {'approves' if approves else 'answers'}"

    def _reviewers(self, thread: Thread) -> list[str]:
        return [one.user.login for one in thread.pull.reviews] if thread.pull else []

    def _push(self, thread: Thread, mentor: str) -> tuple[Thread, str] | None:
        if thread.state != "open":
            return None
        self.world.synchronize(HOME, thread.number, thread.author, files=["tests/test_it.py"])
        self.spoke[thread.number] = thread.author
        self._reply(thread, mentor)
        return thread, f"{thread.author} pushes"

    def _merge(self, thread: Thread) -> tuple[Thread, str] | None:
        if thread.state != "open":
            return None
        self.world.merge(HOME, thread.number, "monalisa")
        return thread, "monalisa merges"

    def _reply(self, thread: Thread, login: str) -> None:
        """A mentor who was told will answer, some time later."""
        mentor = self.mentors[login]
        if mentor.answers is None or thread.pull is None or (thread.number, login) in self.replies:
            return
        self.replies.add((thread.number, login))
        self._at(self._free(mentor, self._some(mentor.answers)), login, lambda: self._answer(thread, login))

    def _some(self, duration: timedelta) -> datetime:
        minutes = duration / MINUTE * self.random.uniform(0.8, 1.2)
        return self._awake(self.now + round(minutes) * MINUTE)

    def _awake(self, moment: datetime) -> datetime:
        """People sleep."""
        if 6 <= moment.hour < 21:
            return moment
        morning = moment.replace(hour=7, minute=self.random.randrange(10, 60))
        return morning if moment.hour < 6 else morning + DAY

    def _free(self, mentor: Mentor, moment: datetime) -> datetime:
        if mentor.away is None:
            return moment
        since, until = (self.story.moment(one) for one in mentor.away)
        return until if since <= moment < until else moment

    # -- what the App did about it ---------------------------------------------------------------------

    def _settle(self, thread: Thread | None = None, words: str = "") -> None:
        at = stamp(self.now)
        self.settle()
        for token in self.world.tokens.values():  # an hour is soon over here, and a new one takes its time
            token.expires_at = self.story.begins + self.story.lasts
        self.rung |= self._names(self.now)
        effects: dict[int, list[str]] = {}
        for where, said in self._effects():
            effects.setdefault(where.number, []).append(said)
        if thread is not None:
            here = effects.pop(thread.number, [])
            self._line(at, thread, words + (f" → {', '.join(here)}" if here else ""))
        for number, said_there in effects.items():
            self._line(at, self.world.thread(HOME, number), ", ".join(said_there))

    def _line(self, at: str, thread: Thread, words: str) -> None:
        if self.now.isocalendar().week != self.week:
            self.week = self.now.isocalendar().week
            self.tell("")
        place = f"{thread.repository.name}#{thread.number}"
        self.tell(f"{at:16}  {place:14}  {words}")

    def _effects(self) -> Iterator[tuple[Thread, str]]:
        for thread in self.world.issues(HOME):
            if thread.author == BOT and thread.number not in self.shown:
                self.shown.add(thread.number)
                yield thread, f"Lamplighter: “{thread.title}”"
            yield from self._assigned(thread)
            for comment in [one for one in thread.comments if one.author == BOT]:
                if comment.id not in self.seen:
                    self.seen.add(comment.id)
                    yield from self._told(thread, comment)

    def _assigned(self, thread: Thread) -> Iterator[tuple[Thread, str]]:
        before, now = self.works.get(thread.number, set()), set(thread.assignees) - set(self.mentors)
        self.works[thread.number] = now
        yield from ((thread, f"assigned to {login}") for login in sorted(now - before))
        yield from ((thread, "free again") for _ in before - now)

    def _told(self, thread: Thread, comment: Comment) -> Iterator[tuple[Thread, str]]:
        mentioned = mentions(comment.body)
        for login in mentioned:
            if login in self.mentors:
                self._reply(thread, login)
        kind = MARKER.findall(comment.body)[-1]
        others = [login for login in mentioned if login != thread.author]
        said = SAID.get(kind, lambda _body, _others: f"{kind} to {', '.join(mentioned) or 'nobody'}")
        if words := said(comment.body, others):
            yield thread, words


def mentions(body: str) -> list[str]:
    """Who is told by a text, in order; what stands in code tells nobody."""
    return MENTION.findall(CODE.sub("", body))


def _introduced(body: str, others: list[str]) -> str:
    if "nobody is free" in body:
        return "the newcomer hears that nobody is free"
    together = re.search(r"together with \*\*(\S+)\*\*", body)
    return f"{others[-1]} joins {together[1]}" if together else f"handed over to {others[-1]}"


def _welcomed(_body: str, others: list[str]) -> str:
    return f"welcomed, mentor {others[0]}" if others else "welcomed, no mentor is free"


# What the timeline says of each kind of comment: of its text, and who is mentioned but the thread's author.
SAID: dict[str, Callable[[str, list[str]], str]] = {
    "welcome": _welcomed,
    "introduction": _introduced,
    "reminder": lambda _body, others: f"{others[0]} is reminded",
    "organizers": lambda _body, others: f"told: {', '.join(others)}",
    "check_in": lambda body, _others: f"{mentions(body)[0]} is asked how it goes",
    "claim_released": lambda body, _others: f"no hard feelings for {mentions(body)[0]}",
    "claim_hint": lambda _body, _others: "the command is suggested",
    "good_first": lambda _body, others: f"a good first issue, mentor {others[0]}",
    "starter": lambda _body, _others: "a starter issue",
    "invitation": lambda body, _others: f"{mentions(body)[0]} is asked",
    "invitation_reminder": lambda body, _others: f"{mentions(body)[0]} is asked once more",
    "refusal": lambda body, _others: f"refused: {body.partition(': ')[2].splitlines()[0]}",
    "back_tomorrow": lambda body, _others: f"{mentions(body)[0]} hears that they are back tomorrow",
}


# --- the sums -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    """A month in numbers."""

    begun: int  # mentorships
    answered: int
    in_time: int
    said: Counter[str]  # new comments, by kind
    handed_over: int
    most_on_a_thread: int
    mentions: Counter[str]


def sums(house: House, within: timedelta = 2 * DAY) -> Sums:
    """Counted on GitHub's side where it shows them, else in the ledger."""
    world = house.world
    posted = [
        one.body["body"]
        for one in world.writes(HOME)
        if one.method == "POST" and one.path.endswith("/comments") and "invitation" not in str(one.body)
    ]
    with house.context.ledger.read() as connection:
        rows = connection.execute(select(schema.mentorships)).all()
        released = connection.execute(select(schema.claims).where(schema.claims.c.released_why == "silent"))
        freed = len(released.all())
    taken = [one.answered_at - one.since for one in rows if one.answered_at]
    said = Counter(MARKER.findall(body)[-1] for body in posted)
    assert said["claim_released"] == freed
    return Sums(
        begun=len(rows),
        answered=len(taken),
        in_time=sum(one <= within for one in taken),
        said=said,
        handed_over=sum("meet @" in body for body in posted),
        most_on_a_thread=max(sum(c.author == BOT for c in t.comments) for t in _people_s(world)),
        mentions=Counter(login for body in posted for login in set(mentions(body))),
    )


def _people_s(world: World) -> list[Thread]:
    return [thread for thread in world.issues(HOME) if thread.author != BOT]


def untrue_labels(house: House) -> list[str]:
    """Labels on open threads with the name of somebody who is not (any more) a mentor there, by the ledger."""
    home, found = house.world.find_repository(HOME), []
    for thread in house.world.issues(HOME):
        shown = {label.removeprefix("mentor: ") for label in thread.labels if label.startswith("mentor: ")}
        with house.context.ledger.read() as connection:
            row = mentorships.get(connection, home.id, thread.number)
            starter = mentorships.starter(connection, home.id, thread.number)
        ids = {row.mentor_id, row.second_id} if row is not None and not row.closed_at else set()
        ids |= {starter.mentor_id} if starter is not None and not starter.dropped_at else set()
        true = {house.world.users[one].login for one in ids if one}
        if thread.state == "open" and shown != true:
            found.append(f"#{thread.number} shows {sorted(shown)} and not {sorted(true)}")
    return found


def open_world(story: Story) -> World:
    """A world whose clock stands still unless it is moved."""
    return World(now=lambda: story.begins)


def main() -> None:
    argparse.ArgumentParser(prog="python -m tests.journeys.month", description=__doc__).parse_args()
    begun = time.monotonic()
    world = open_world(MONTH)
    with (
        tempfile.TemporaryDirectory() as folder,
        PrivateValkey(Path(folder) / "queue") as queue,
        serve(world),
        open_house(Path(folder) / "data", queue.url, world=world) as house,
    ):
        Player(house, MONTH).play()
        print(summary(sums(house)))
        for trouble in (*house.parked(), *house.repeated(), *untrue_labels(house)):
            print(f"Not as it should be: {trouble}")
    print(f"\nA month in {time.monotonic() - begun:.0f} s.")


def summary(found: Sums) -> str:
    """The sums, for people."""
    said, told = found.said, ", ".join(f"{login} {times}" for login, times in found.mentions.most_common(4))
    lines = {
        "mentorships": found.begun,
        "answered": f"{found.answered}, {found.in_time} of them within the promised two days",
        "reminders": said["reminder"],
        "hand-overs": found.handed_over,
        "calls for the organizers": said["organizers"],
        "questions to silent newcomers": said["check_in"],
        "claims freed": said["claim_released"],
        "comments of the App on one thread": f"{found.most_on_a_thread} at most",
        "mentions": f"{sum(found.mentions.values())}, the most of {told}",
    }
    return "\n" + "\n".join(f"{name:>34}  {value}" for name, value in lines.items())


if __name__ == "__main__":
    main()
