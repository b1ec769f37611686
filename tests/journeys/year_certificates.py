"""At the end of a year all whose name stood on a newcomer's thread ask for their certificate, and look at it."""

import re

import requests

from tests.journeys.house import BOT
from tests.journeys.programs import HOME
from tests.journeys.year_newcomers import look
from tests.journeys.year_stage import Year

LINK = re.compile(r"\[Your certificate of mentoring\]\((\S+)\)")
HELPED = re.compile(r"who helped <strong>(\d+)</strong> newcomers?")
ALL = ", all the way to the merge"
MERGED = re.compile(r"<strong>(\d+)</strong> of them all the way to the merge")
WAIT = 60  # seconds


def asked_on(days: int) -> int:
    """On which day they ask: the last but one."""
    return days - 2


def certificates(year: Year) -> None:
    """Puts on the agenda that they ask, and that they look a day later."""
    year.at(asked_on(year.plan.days), lambda: _ask(year))
    year.at(asked_on(year.plan.days) + 1, lambda: _look(year))


def _ask(year: Year) -> None:
    for newcomer, pull, number in year.lived.pulls:
        if pull.ended >= year.today:
            look(year, newcomer, year.world.thread(HOME, number))
    for login in sorted(set().union(*year.lived.named.values())):
        year.world.comment(HOME, year.wall, login, "/mentor certificate")


def _look(year: Year) -> None:
    for comment in year.world.thread(HOME, year.wall).comments:
        if comment.author == BOT and (link := LINK.search(comment.body)):
            login = comment.body.removeprefix("**").split("**")[0]
            page = requests.get(link[1], timeout=WAIT)
            helped, merged = HELPED.search(page.text), MERGED.search(page.text)
            assert helped, page.text
            many = int(merged[1]) if merged else int(ALL in page.text)
            year.lived.certified[login] = (int(helped[1]), many)
