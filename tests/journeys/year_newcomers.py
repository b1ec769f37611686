"""What newcomers do in a year, and the mentors who are named to them."""

import re
from collections.abc import Callable
from functools import partial

from sandbox.world import Thread
from tests.journeys.house import BOT
from tests.journeys.programs import HOME
from tests.journeys.year_plan import Newcomer, Pull
from tests.journeys.year_stage import Year
from tests.pages.visitor import Visitor

NAMED = re.compile(r"^mentor: (\S+)$")
ASKED = re.compile(r"<!-- lamplighter:lineage .*? -->")
HELPER = re.compile(r"\*\*(\S+)\*\* was your mentor")


def newcomers(year: Year) -> None:
    """Puts on the agenda what they do."""
    for newcomer in year.plan.newcomers:
        for pull in newcomer.pulls:
            year.at(pull.opened, _opens(year, newcomer, pull))
        if newcomer.exit:
            year.at(newcomer.last + 1, partial(_answers_the_question, year, newcomer))


def _opens(year: Year, newcomer: Newcomer, pull: Pull) -> Callable[[], None]:
    def act() -> None:
        number = newcomer.pulls.index(pull) + 1
        title, body = f"Polish lens {newcomer.login} {number}", _about(year, newcomer, pull)
        thread = year.world.open_pull_request(HOME, newcomer.login, title, body, files=["lens.py"])
        year.lived.pulls.append((newcomer, pull, thread.number))
        if number == 1:
            year.at(year.today + 1, partial(_meets, year, newcomer, thread))
        year.at(pull.ended, partial(_ends, year, newcomer, thread, pull))

    return act


def _about(year: Year, newcomer: Newcomer, pull: Pull) -> str:
    if pull is not newcomer.pulls[0] or not newcomer.takes_starter or not year.free:
        return "It is small."
    number = year.free.pop(0)
    year.lived.taken[number] = pull
    return f"Fixes #{number}"


def names_on(thread: Thread) -> set[str]:
    """Whose names stand on a thread, as its labels say."""
    return {found[1] for label in thread.labels if (found := NAMED.match(label))}


def _meets(year: Year, newcomer: Newcomer, thread: Thread) -> None:
    """Whoever is named on the thread a day later answers, if the plan has it; nobody else does."""
    look(year, newcomer, thread)
    for mentor in sorted(names_on(thread)) if newcomer.is_answered else ():
        year.world.comment(HOME, thread.number, mentor, "Lovely. Shall we look at it together?")
        year.lived.helped.append((mentor, newcomer.login, year.today))


def look(year: Year, newcomer: Newcomer, thread: Thread) -> None:
    """Notes whose names stand there."""
    year.lived.named[newcomer.login] |= names_on(thread)


def _ends(year: Year, newcomer: Newcomer, thread: Thread, pull: Pull) -> None:
    look(year, newcomer, thread)  # somebody may have said yes since
    end = year.world.merge if pull.merged else year.world.close
    end(HOME, thread.number, "monalisa")
    if pull.merged:
        year.at(year.today + 1, partial(read_on, year, newcomer, pull, thread))


def read_on(year: Year, newcomer: Newcomer, pull: Pull, thread: Thread) -> None:
    """The day after a merge they read what was said to them: a question, perhaps, and answer it in their time."""
    for body in (comment.body for comment in thread.comments if comment.author == BOT):
        if "/stay/" in body:
            year.lived.linked.setdefault(newcomer.login, pull.ended)
        if ASKED.search(body):
            helper = HELPER.search(body)
            year.lived.asked[newcomer.login] = helper[1] if helper else None
            if newcomer.answer:
                said = (HOME, thread.number, newcomer.login, f"/mentor {newcomer.answer}")
                year.at(pull.ended + 1 + newcomer.after, partial(year.world.comment, *said))


def _answers_the_question(year: Year, newcomer: Newcomer) -> None:
    assert newcomer.exit
    stayed, hindered = newcomer.exit
    path, mine = f"/stay/{year.world.find_repository(HOME).id}", Visitor(year.house)
    page = mine.send(mine.sign_in(newcomer.login, path), path, stayed=stayed, hindered=hindered)
    assert "Thank you" in page.text, page.text
    mine.session.close()
