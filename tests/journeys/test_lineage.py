"""Lineage: whoever was helped here is asked to help the next one, and a project grows from one mentor."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.ledger import contributions, lineage, people, schema
from jobs.digest_week import gather
from jobs.week import load_home
from sandbox.world import Thread
from tests.journeys.house import BOT, House
from tests.journeys.programs import FILE, HOME, OWNER, settled_in

DOCS = Path(__file__).parents[2] / "docs" / "for-maintainers.md"
ONE_MENTOR = """\
program: Observatory
digest: off
cohorts:
  - name: First mentors
    starts: 2026-11-01
    ends: 2026-11-01
    invite: false
    members:
      - {login: octocat, mentoring: agreed, about: "Ask me anything."}
"""
LENS = f"{OWNER}/lens"


def merge(house: House, login: str, title: str, repo: str = HOME, says: str = "") -> Thread:
    """A pull request that is opened, answered by whoever `says` so, and merged."""
    pull = house.world.open_pull_request(repo, login, title, files=["lens.py"])
    house.settle()
    if says:
        house.world.comment(repo, pull.number, says, "Thank you, that looks good.")
        house.settle()
    house.world.close(repo, pull.number, "monalisa", merged=True)
    house.settle()
    return pull


def grow(house: House, login: str = "newcomer", helper: str = "octocat", merges: int = 3) -> Thread:
    """Somebody who is helped with their first pull request; the one with which they had enough merged."""
    pulls = [merge(house, login, f"Lens {n}", says=helper if n == 1 else "") for n in range(1, merges + 1)]
    return pulls[-1]


def asks(house: House, repo: str, number: int) -> list[str]:
    return [body for body in house.said(repo, number) if "/mentor accept" in body]


def accept(house: House, pull: Thread, login: str = "newcomer", repo: str = HOME) -> None:
    house.world.comment(repo, pull.number, login, "Gladly!\n\n/mentor accept")
    house.settle()


def id_of(house: House, login: str) -> int:
    return int(house.world.user(login).id)


def chain(house: House, login: str) -> list[str]:
    home = house.world.find_repository(HOME).id
    with house.context.ledger.read() as connection:
        ids = lineage.chain(connection, home, id_of(house, login))
        names = people.names(connection, ids)
        return [names[one] for one in ids]


def generation(house: House, login: str) -> int | None:
    home = house.world.find_repository(HOME).id
    with house.context.ledger.read() as connection:
        return lineage.generation(connection, home, id_of(house, login))


@pytest.fixture
def alone(house: House) -> House:
    """A program with one mentor and nobody else."""
    settled_in(house.world, ONE_MENTOR)
    house.settle()
    return house


def test_a_project_grows_from_one_mentor(alone: House) -> None:
    house = alone
    last = grow(house)
    (ask,) = asks(house, HOME, last.number)
    assert ask.startswith("@newcomer, 3 of your pull requests are merged here by now.")
    assert "**octocat** was your mentor" in ask and "@octocat" not in ask
    accept(house, last)
    assert generation(house, "newcomer") == 1 and chain(house, "newcomer") == ["octocat"]

    house.world.comment(
        HOME, last.number, "octocat", "/mentor capacity 0"
    )  # so that it is the new one's turn
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer-two", "A first lens", files=["lens.py"])
    house.settle()
    (welcome,) = house.said(HOME, pull.number)
    assert "@newcomer is your mentor for it" in welcome
    assert (
        "They were new here themselves not long ago; @octocat, who helped them then, is here too" in welcome
    )
    thread = house.world.thread(HOME, pull.number)
    assert "mentor: newcomer" in thread.labels and "mentor: octocat" not in thread.labels

    house.world.close(HOME, pull.number, "monalisa", merged=True)
    house.settle()
    third = [merge(house, "newcomer-two", f"Another {n}") for n in range(2)][-1]
    (ask,) = asks(house, HOME, third.number)
    assert "**newcomer** was your mentor" in ask
    accept(house, third, "newcomer-two")
    assert generation(house, "newcomer-two") == 2
    assert chain(house, "newcomer-two") == ["octocat", "newcomer"]
    home = house.world.find_repository(HOME).id
    with house.context.ledger.read() as connection:
        assert lineage.generations(connection, home) == {0: 1, 1: 1, 2: 1}
    loaded = load_home(alone.context, home)
    assert loaded is not None
    week = gather(alone.context, loaded, alone.context.now(), shown_in_private=False)
    assert week.generations == {0: 1, 1: 1, 2: 1}


def test_the_second_newcomer_meets_the_new_mentor_alone(alone: House) -> None:
    house = alone
    last = grow(house)
    accept(house, last)
    house.world.comment(HOME, last.number, "octocat", "/mentor capacity 0")
    house.settle()
    welcomes = []
    for login in ("newcomer-two", "regular"):
        pull = house.world.open_pull_request(HOME, login, "A first lens", files=["lens.py"])
        house.settle()
        welcomes += house.said(HOME, pull.number)
    assert "@octocat" in welcomes[0] and "@octocat" not in welcomes[1]
    assert "They were new here themselves not long ago." in welcomes[1]


def test_whoever_stands_by_is_the_first_to_step_in(alone: House) -> None:
    house = alone
    last = grow(house)
    accept(house, last)
    house.world.comment(HOME, last.number, "octocat", "/mentor capacity 0")
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer-two", "A first lens", files=["lens.py"])
    house.settle()
    house.world.comment(HOME, last.number, "octocat", "/mentor capacity 1")
    house.settle()
    for _ in range(6):
        house.advance(timedelta(days=1))
        house.settle()
    introduction = next(body for body in house.said(HOME, pull.number) if "meet @octocat" in body)
    assert "who helps you together with **newcomer**" in introduction


def test_nobody_is_asked_who_was_helped_by_nobody(house: House) -> None:
    settled_in(
        house.world, "program: Observatory\ndigest: off\nareas: {all: {paths: ['**'], team: Everybody}}\n"
    )
    house.settle()
    last = grow(house, helper="")
    assert asks(house, HOME, last.number) == []
    with house.context.ledger.read() as connection:
        found = contributions.merged(
            connection, house.world.find_repository(HOME).id, id_of(house, "newcomer")
        )
        assert len(found) == 3  # they were noted: it is for want of help that nobody asks


def test_it_is_asked_once_whatever_comes_after(alone: House) -> None:
    house = alone
    last = grow(house)
    merged = [merge(house, "newcomer", f"More {n}") for n in range(2)]
    assert len(asks(house, HOME, last.number)) == 1
    assert [asks(house, HOME, one.number) for one in merged] == [[], []]
    for one in list(house.world.deliveries):
        house.world.redeliver(one.id)
    house.settle()
    assert len(asks(house, HOME, last.number)) == 1


def test_a_no_is_a_no(alone: House) -> None:
    house = alone
    last = grow(house)
    house.world.comment(HOME, last.number, "newcomer", "/mentor decline")
    house.settle()
    merge(house, "newcomer", "One more")
    house.advance(timedelta(days=30))
    house.settle()
    assert generation(house, "newcomer") is None
    assert [len(house.said(HOME, n)) for n in (last.number, last.number + 1)] == [1, 0]


def test_silence_gets_one_reminder_and_later_one_at_its_time(alone: House) -> None:
    house = alone
    last = grow(house)
    for _ in range(3):
        house.advance(timedelta(days=14))
        house.settle()
    said = asks(house, HOME, last.number)
    assert len(said) == 2 and "this is the one reminder" in said[1]
    house.world.comment(HOME, last.number, "newcomer", "/mentor later 2 weeks")
    house.settle()
    for _ in range(3):
        house.advance(timedelta(days=14))
        house.settle()
    said = asks(house, HOME, last.number)
    assert len(said) == 3 and "you asked us to come back to you now" in said[2]


def test_nothing_is_asked_where_the_program_switched_it_off(house: House) -> None:
    settled_in(house.world, ONE_MENTOR.replace("digest: off", "digest: off\nmentor_after: 0"))
    house.settle()
    last = grow(house)
    assert asks(house, HOME, last.number) == []


def test_merges_in_several_repositories_count_together_and_private_help_is_not_named(house: House) -> None:
    settled_in(house.world, ONE_MENTOR)
    house.world.repository(LENS, private=True, files={"README.md": "#", FILE: f"_extends: {HOME}\n"})
    house.world.collaborator(LENS, "monalisa", role="maintain")
    for login in ("octocat", "newcomer"):
        house.world.collaborator(LENS, login, role="read")
    house.world.add_repositories(next(iter(house.world.installations)), [LENS])
    house.settle()
    first = house.world.open_pull_request(LENS, "newcomer", "Lens", files=["lens.py"])
    house.world.comment(LENS, first.number, "newcomer", "/mentor me")
    house.settle()
    house.world.comment(LENS, first.number, "octocat", "Welcome!\n\n/mentor capacity 0")
    house.settle()
    house.world.close(LENS, first.number, "monalisa", merged=True)
    merge(house, "newcomer", "Another lens", LENS)
    last = merge(house, "newcomer", "A public one")
    (ask,) = asks(house, HOME, last.number)
    assert "octocat" not in ask and "lens" not in ask
    assert "Not long ago you were new yourself." in ask


def test_on_a_locked_thread_the_next_merge_is_the_moment(alone: House) -> None:
    house = alone
    grow(house, merges=2)
    pull = house.world.open_pull_request(HOME, "newcomer", "Third", files=["lens.py"])
    house.settle()
    house.world.lock_thread(HOME, pull.number, "monalisa")
    house.world.close(HOME, pull.number, "monalisa", merged=True)
    house.settle()
    assert asks(house, HOME, pull.number) == []
    fourth = merge(house, "newcomer", "Fourth")
    assert len(asks(house, HOME, fourth.number)) == 1


def test_a_helper_who_asks_to_be_forgotten_is_named_nowhere(alone: House) -> None:
    house = alone
    last = grow(house)
    accept(house, last)
    house.world.comment(HOME, last.number, "octocat", "/mentor forget me")
    house.settle()
    assert asks(house, HOME, last.number) == []  # it named them
    assert generation(house, "newcomer") == 1 and chain(house, "newcomer") == []
    pull = house.world.open_pull_request(HOME, "newcomer-two", "A first lens", files=["lens.py"])
    house.settle()
    (welcome,) = house.said(HOME, pull.number)
    assert "@newcomer is your mentor" in welcome and "octocat" not in welcome


def test_who_stands_by_and_declines_is_named_no_more(alone: House) -> None:
    house = alone
    last = grow(house)
    accept(house, last)
    house.world.comment(HOME, last.number, "octocat", "/mentor capacity 0")
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer-two", "A first lens", files=["lens.py"])
    house.settle()
    house.world.comment(HOME, pull.number, "octocat", "/mentor forget me")
    house.settle()
    for _ in range(3):
        house.advance(timedelta(minutes=1))
        house.settle()
    assert all("octocat" not in body for body in house.said(HOME, pull.number))
    with house.context.ledger.read() as connection:
        assert connection.execute(select(schema.mentorships.c.beside_id)).scalars().all().count(None) == 2


def test_whoever_grew_up_here_may_open_starter_issues_and_is_what_a_later_file_says(alone: House) -> None:
    house = alone
    last = grow(house)
    accept(house, last)
    issue = house.world.open_issue(HOME, "newcomer", "Dust the lens", "/mentor starter")
    house.settle()
    assert "mentor: newcomer" in house.world.thread(HOME, issue.number).labels
    line = "      - {login: newcomer, mentoring: agreed, about: From the file.}\n"
    house.world.push(HOME, "monalisa", {FILE: ONE_MENTOR + line})
    house.settle()
    house.world.comment(HOME, last.number, "octocat", "/mentor capacity 0")
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer-two", "A first lens", files=["lens.py"])
    house.settle()
    assert "> From the file." in house.said(HOME, pull.number)[0]
    assert generation(house, "newcomer") == 1


def test_the_configuration_in_the_documentation_is_enough(house: House) -> None:
    (text,) = re.findall(r"<!-- example -->\n```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    settled_in(house.world, text)
    house.settle()
    last = grow(house)
    assert len(asks(house, HOME, last.number)) == 1
    assert house.world.thread(HOME, last.number).comments[-1].author == BOT
