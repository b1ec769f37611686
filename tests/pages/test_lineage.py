"""Who helped whom, on the page of a mentor and on My page: whoever did not agree to be found is somebody."""

import re
from collections.abc import Callable

from tests.journeys.house import House
from tests.journeys.programs import HOME, settled_in
from tests.journeys.test_lineage import ONE_MENTOR, accept, grow, merge
from tests.pages.visitor import Visitor

New = Callable[[], Visitor]


def three_generations(house: House) -> None:
    """octocat helped newcomer, who helped newcomer-two."""
    settled_in(house.world, ONE_MENTOR)
    house.settle()
    last = grow(house)
    accept(house, last)
    house.world.comment(HOME, last.number, "octocat", "/mentor capacity 0")
    house.settle()
    third = [merge(house, "newcomer-two", f"Another {n}") for n in range(3)][-1]
    accept(house, third, "newcomer-two")


def wants_to_be_found(house: House, *logins: str) -> None:
    thread = house.world.open_issue(HOME, "monalisa", "Who would like to be found?")
    for login in logins:
        house.world.comment(HOME, thread.number, login, "/mentor list")
    house.settle()


def line(text: str) -> list[str]:
    """The chain, as it is shown."""
    (shown,) = re.findall(r'<ol class="path".*?</ol>', text.partition("Who helped whom")[2], re.DOTALL)[:1]
    return [re.sub("<.*?>", "", one).strip() for one in re.findall("<li>(.*?)</li>", shown, re.DOTALL)]


def test_a_mentors_page_names_only_whoever_wants_to_be_found(house: House, visitor: New) -> None:
    three_generations(house)
    wants_to_be_found(house, "newcomer-two")
    anybody = visitor()
    page = anybody.get("/mentors/newcomer-two")
    assert page.status_code == 200
    assert line(page.text) == ["somebody", "somebody", "newcomer-two"]
    wants_to_be_found(house, "octocat")
    assert line(anybody.get("/mentors/newcomer-two").text) == ["octocat", "somebody", "newcomer-two"]
    octocat = anybody.get("/mentors/octocat").text
    assert (
        "One who was helped by octocat helps others here now." in octocat and "<bdi>newcomer" not in octocat
    )
    wants_to_be_found(house, "newcomer")
    assert line(anybody.get("/mentors/newcomer-two").text) == ["octocat", "newcomer", "newcomer-two"]
    assert 'href="/mentors/newcomer"' in anybody.get("/mentors/newcomer-two").text


def test_my_page_has_who_helped_me_and_the_invitation(house: House, visitor: New) -> None:
    settled_in(house.world, ONE_MENTOR)
    house.settle()
    last = grow(house)
    mine = visitor()
    assert "Would you like to be a mentor?" in mine.sign_in("newcomer").text
    accept(house, last)
    page = mine.get("/me").text
    assert "Would you like to be a mentor?" not in page and line(page) == ["octocat", "you"]
    house.world.comment(HOME, last.number, "octocat", "/mentor capacity 0")
    house.settle()
    house.world.open_pull_request(HOME, "newcomer-two", "A first lens", files=["lens.py"])
    house.settle()
    assert "you stand by" in visitor().sign_in("octocat").text


def test_who_left_is_somebody_and_the_rest_stays_true(house: House, visitor: New) -> None:
    three_generations(house)
    wants_to_be_found(house, "octocat", "newcomer", "newcomer-two")
    thread = house.world.open_issue(HOME, "monalisa", "Good-bye")
    house.world.comment(HOME, thread.number, "newcomer", "/mentor forget me")
    house.settle()
    assert line(visitor().get("/mentors/newcomer-two").text) == ["somebody", "newcomer-two"]
    assert "helped by octocat" not in visitor().get("/mentors/octocat").text
