"""The page of mentors: only who agreed, found by facets and words; plain text; the same number of statements."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from adapters.context import Context
from adapters.ledger import availability, erasing, forgetting, listing, people, places
from mentoring.languages import name_of
from mentoring.listing import FACETS
from tests.pages.public import INSTALLATION, OWNER, Somebody, a_program, newcomers_of, write

ON_BOTH = True

MONA = Somebody(
    "mona",
    11,
    {
        "areas": ["orm"],
        "languages": ["it", "en"],
        "timezone": "Europe/Rome",
        "capacity": 2,
        "about": "Migrations looked like magic to me too.",
    },
)
HUBOT = Somebody(
    "hubot", 12, {"areas": ["docs"], "languages": ["en"], "timezone": "America/New_York", "capacity": 1}
)
DEFUNKT = Somebody("defunkt", 13, {"areas": ["docs", "orm"], "languages": ["fr"], "about": "Élan vital"})
SILENT = Somebody("monalisa", 14, {"areas": ["orm"]}, listed=False)
AREAS = {"areas": {"orm": {}, "docs": {}}}


@pytest.fixture
def program(context: Context) -> None:
    a_program(context, [MONA, HUBOT, DEFUNKT, SILENT], **AREAS)


def logins(client: FlaskClient, query: str = "") -> set[str]:
    return {one["login"] for one in answer(client, query)["mentors"]}


def answer(client: FlaskClient, query: str = "") -> Any:
    response = client.get(f"/mentors.json{query}")
    assert response.status_code == 200
    return response.get_json()


def counts(client: FlaskClient, facet: str, query: str = "") -> dict[str, int]:
    return {one["value"]: one["count"] for one in answer(client, query)["facets"][facet]}


# --- who is on it ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("program")
def test_only_who_agreed_is_on_any_of_the_pages(client: FlaskClient) -> None:
    assert logins(client) == {"mona", "hubot", "defunkt"}
    for path in ("/mentors", "/mentors/embed", "/mentors.json"):
        text = client.get(path).text
        assert "mona" in text and "monalisa" not in text, path


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("path", ["/mentors/{}", "/mentors/{}/badge.svg"])
def test_who_is_not_listed_and_who_is_unknown_get_the_same_404(client: FlaskClient, path: str) -> None:
    answers = {
        login: client.get(path.format(login)) for login in ("monalisa", "nobody", "a%00b", "-", "é" * 99)
    }
    assert {one.status_code for one in answers.values()} == {404}
    assert len({(one.text, str(one.headers)) for one in answers.values()}) == 1


@pytest.mark.usefixtures("program")
def test_whoever_takes_their_word_back_is_gone_at_once(client: FlaskClient, context: Context) -> None:
    assert "mona" in logins(client)
    with context.ledger.write() as connection:
        listing.person_says(connection, MONA.id, False, context.now())
    assert "mona" not in logins(client)
    assert client.get("/mentors/mona").status_code == 404


@pytest.mark.usefixtures("program")
def test_whoever_is_forgotten_is_gone_at_once(client: FlaskClient, context: Context) -> None:
    assert client.get("/mentors/mona").status_code == 200
    with context.ledger.write() as connection:
        forgetting.forget(connection, MONA.id, ["mona"], context.now())
        erasing.erase(connection, MONA.id, ["mona"])
    assert "mona" not in client.get("/mentors").text
    assert client.get("/mentors/mona").status_code == 404


@pytest.mark.parametrize("said", [{"said": "no"}, {"said": "later"}, {"roster": "declined", "said": "no"}])
def test_whoever_is_no_mentor_any_more_is_not_shown(
    client: FlaskClient, context: Context, said: dict[str, str]
) -> None:
    a_program(context, [Somebody("mona", 11, said={**said, "said_at": context.now()})])
    assert logins(client) == set()


@pytest.mark.usefixtures("program")
def test_whoever_leaves_the_roster_is_not_shown(client: FlaskClient, context: Context) -> None:
    assert "mona" in logins(client)
    write(context, [HUBOT, DEFUNKT], name="Djangonaut Space", **AREAS)
    assert logins(client) == {"hubot", "defunkt"}


def test_a_program_whose_home_is_private_is_nowhere(client: FlaskClient, context: Context) -> None:
    secret = {"areas": {"warp-drive": {}}}
    mona = Somebody("mona", 11, {"areas": ["warp-drive"], "about": "Warp nine."})
    a_program(context, [mona], name="Black Project", private=True, **secret)
    for path in ("/mentors", "/mentors/embed", "/mentors.json", "/start-here"):
        text = client.get(path).text
        assert not re.search("mona|warp|black project|home-42", text, re.IGNORECASE), path
    assert client.get("/mentors/mona").status_code == 404
    assert "warp" not in client.get("/mentors.json?area=orm").text


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("becomes", ["private", "archived"])
def test_a_home_that_is_closed_takes_its_mentors_along(
    client: FlaskClient, context: Context, becomes: str
) -> None:
    assert logins(client)
    with context.ledger.write() as connection:
        home = {"id": 42, "full_name": f"{OWNER}/home-42", becomes: True}
        places.see_repository(connection, context.now(), **home)
    assert logins(client) == set()


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("ends", ["suspended", "removed"])
def test_a_program_without_the_app_is_not_shown(client: FlaskClient, context: Context, ends: str) -> None:
    assert logins(client)
    with context.ledger.write() as connection:
        end = places.suspend if ends == "suspended" else places.remove_installation
        end(connection, INSTALLATION, context.now())
    assert logins(client) == set()


# --- how they are found ---------------------------------------------------------------------------


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?area=orm", {"mona", "defunkt"}),
        ("?area=orm&area=docs", {"mona", "hubot", "defunkt"}),
        ("?area=docs&language=en", {"hubot"}),
        ("?language=it&language=fr", {"mona", "defunkt"}),
        ("?region=Europe", {"mona"}),
        ("?region=America&region=Europe&language=en&area=docs", {"hubot"}),
        ("?timezone=America/New_York", {"hubot"}),
        ("?program=42", {"mona", "hubot", "defunkt"}),
        ("?program=43", set()),
        ("?cohort=Session+4&area=docs", {"hubot", "defunkt"}),
        ("?cohort=Session+9", set()),
        ("?availability=free", {"mona", "hubot", "defunkt"}),
        ("?q=magic", {"mona"}),
        ("?q=ELAN+vital", {"defunkt"}),
        ("?q=italian", {"mona"}),
        ("?q=rome+orm", {"mona"}),
        ("?q=magic&area=docs", set()),
        ("?q=%00", set()),
        ("?colour=green&area=", {"mona", "hubot", "defunkt"}),
    ],
)
def test_within_a_facet_any_and_between_facets_all(client: FlaskClient, query: str, found: set[str]) -> None:
    assert logins(client, query) == found


@pytest.mark.usefixtures("program")
def test_the_counts_tell_what_choosing_it_would_bring(client: FlaskClient) -> None:
    assert counts(client, "area") == {"orm": 2, "docs": 2}
    assert counts(client, "area", "?area=orm") == {"orm": 2, "docs": 2}
    assert counts(client, "area", "?language=en") == {"orm": 1, "docs": 1}
    assert counts(client, "language", "?area=orm") == {"it": 1, "en": 1, "fr": 1}
    assert counts(client, "language", "?area=orm&language=it") == {"it": 1, "en": 1, "fr": 1}
    assert counts(client, "area", "?area=rust") == {"orm": 2, "docs": 2, "rust": 0}


@pytest.mark.usefixtures("program")
def test_availability_is_that_of_this_moment(client: FlaskClient, context: Context) -> None:
    newcomers_of(context, HUBOT.id, 1)
    with context.ledger.write() as connection:
        now = context.now()
        availability.away(connection, 42, DEFUNKT.id, now, now.replace(year=now.year + 1), None, (42, 1))
    states = {one["login"]: one["programs"][0]["availability"] for one in answer(client, "")["mentors"]}
    assert states == {"mona": "free", "hubot": "full", "defunkt": "away"}
    assert [one["login"] for one in answer(client)["mentors"]] == ["mona", "hubot", "defunkt"]
    assert logins(client, "?availability=full&availability=away") == {"hubot", "defunkt"}


def test_somebody_in_two_programs_is_one_person_and_fits_as_they_are_in_one_of_them(
    client: FlaskClient, context: Context
) -> None:
    areas = {"areas": {"orm": {}, "docs": {}}}
    a_program(context, [Somebody("mona", 11, {"areas": ["orm"], "languages": ["it"]})], **areas)
    other = Somebody("mona", 11, {"areas": ["docs"], "languages": ["it"]})
    a_program(context, [other], home=43, name="Summer of Code", **areas)
    found = answer(client)
    assert found["total"] == 1
    assert {one["name"] for one in found["mentors"][0]["programs"]} == {"Djangonaut Space", "Summer of Code"}
    assert counts(client, "language") == {"it": 1}
    assert logins(client, "?area=orm&program=43") == set()
    assert logins(client, "?area=docs&program=43") == {"mona"}


# --- pages, links, names --------------------------------------------------------------------------


def crowd(number: int) -> list[Somebody]:
    return [Somebody(f"mentor-{n}", 1000 + n, {"languages": ["en"]}) for n in range(number)]


def test_everybody_is_on_one_page_and_only_on_one(client: FlaskClient, context: Context) -> None:
    a_program(context, crowd(60))
    page, seen = answer(client, "?language=en"), []
    while True:
        seen += [one["login"] for one in page["mentors"]]
        if page["next"] is None:
            break
        page = client.get(page["next"].removeprefix("https://lamplighter.example.org")).get_json()
    assert len(seen) == len(set(seen)) == 60 and page["pages"] == 3
    for odd in ("0", "-1", "99", "x", "²", "9" * 400):
        assert client.get("/mentors", query_string={"page": odd}).status_code == 200
    assert 'rel="next"' in client.get("/mentors?page=1").text
    assert 'rel="next"' not in client.get("/mentors?page=3").text


def test_nobody_is_always_first(client: FlaskClient, context: Context) -> None:
    a_program(context, crowd(20))
    today = [one["login"] for one in answer(client)["mentors"]]
    assert today == [one["login"] for one in answer(client)["mentors"]]
    assert today != sorted(today)


def test_a_program_without_mentors_says_so(client: FlaskClient, context: Context) -> None:
    assert "Nobody is listed yet" in client.get("/mentors").text
    a_program(context, [])
    assert "Nobody is listed yet" in client.get("/mentors").text
    assert answer(client)["total"] == 0
    assert client.get("/mentors/embed").status_code == 200


@pytest.mark.usefixtures("program")
def test_where_nobody_fits_there_is_a_way_back(client: FlaskClient) -> None:
    page = client.get("/mentors?area=orm&language=xx").text
    assert "Nobody fits all of that" in page
    assert 'href="/mentors?area=orm"' in page  # without the language


@pytest.mark.usefixtures("program")
def test_a_box_stays_ticked_and_keeps_its_count(client: FlaskClient) -> None:
    page = client.get("/mentors?area=orm").text
    ticked = re.findall(r'<input type="checkbox" name="(\w+)" value="([^"]+)" checked>', page)
    assert ticked == [("area", "orm")]
    assert '<form class="facets" action="/mentors" method="get"' in page
    assert "<script" not in page


class Tags(HTMLParser):
    """What a browser makes of a page: its tags, and what their attributes say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.values: dict[str, set[str]] = defaultdict(set)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        for name, value in attrs:
            self.values[name].add(value or "")


NASTY = '<script>alert(1)</script> [x](javascript:alert(2)) {{ 7*7 }} " onmouseover="x'
TURNED = "left \u202e thgir \u2066 \x07 end"
WORDS = [
    ("Пишу по-русски и отвечаю всем", "Пишу по-русски"),
    ("מדריכה בעברית", "מדריכה בעברית"),
    ("أساعد المبتدئين", "أساعد المبتدئين"),
    ("日本語で大丈夫です", "日本語で大丈夫です"),
    ("👩🏽‍🚀 🦄", "👩🏽‍🚀 🦄"),
    ("Donaudampfschifffahrt" * 10, "Donaudampfschifffahrt" * 10),
]


@pytest.mark.parametrize(("about", "shown"), WORDS)
def test_words_in_any_script_are_shown_as_they_are(
    client: FlaskClient, context: Context, about: str, shown: str
) -> None:
    area = about[:20]
    a_program(context, [Somebody("mona", 11, {"about": about, "areas": [area]})], areas={area: {}})
    for path in ("/mentors", "/mentors/mona", "/mentors/embed"):
        page = client.get(path).text
        assert shown in page and 'dir="auto"' in page, path
    assert answer(client)["mentors"][0]["programs"][0]["about"] == about
    assert logins(client, f"?area={area}") == {"mona"}
    assert logins(client, f"?q={about[:5]}") == {"mona"}


def test_what_people_wrote_is_text_and_nothing_else(client: FlaskClient, context: Context) -> None:
    a_program(context, [Somebody("mona", 11, {"about": NASTY})], name='"><img src=x onerror=alert(3)>')
    for path in (
        "/mentors",
        "/mentors?q=%22%3E%3Cscript%3E",
        "/mentors/mona",
        "/mentors/embed",
        "/mentors/mona/badge.svg",
    ):
        tags = Tags(client.get(path).text)
        assert "script" not in tags.names and "x" not in tags.values["src"], path
        assert not [name for name in tags.values if name.startswith("on")], path
        assert not [link for link in tags.values["href"] if link.startswith("javascript")], path
    assert "{{ 7*7 }}" in client.get("/mentors/mona").text


def test_nothing_turns_the_writing_around(client: FlaskClient, context: Context) -> None:
    a_program(context, [Somebody("mona", 11, {"about": TURNED})], name="Space \u202e ecapS")
    for path in ("/mentors", "/mentors/mona", "/mentors/embed", "/mentors.json", "/mentors/mona/badge.svg"):
        text = client.get(path).text
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x07]", text) and "u202e" not in text, path


@pytest.mark.usefixtures("program")
def test_whoever_asks_for_very_much_gets_a_page_of_the_usual_size(client: FlaskClient) -> None:
    """Each value that is chosen is told with a link that names all others."""
    asked = "&".join(f"{facet.name}={'x' * 150}{n}" for facet in FACETS for n in range(60))
    page = client.get(f"/mentors?{asked}&area=orm")
    assert page.status_code == 200 and len(page.data) < 2_000_000
    assert len(client.get(f"/mentors?area={'x' * 50_000}").data) < 20_000


@pytest.mark.usefixtures("program")
def test_words_that_somebody_made_up_do_not_fill_the_memory(client: FlaskClient) -> None:
    for number in range(2000):
        logins(client, f"?language=made-up-{number}")
    assert name_of.cache_info().currsize < 2000


# --- one mentor -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("program")
def test_a_mentor_has_a_page_to_share(client: FlaskClient) -> None:
    page = client.get("/mentors/mona").text
    assert "Migrations looked like magic to me too." in page
    assert 'href="https://github.com/mona"' in page
    assert 'src="/mentors/mona/badge.svg"' in page
    assert "https://lamplighter.example.org/mentors/mona/badge.svg" in page
    assert client.get("/mentors/MONA").headers["Location"] == "/mentors/mona"


@pytest.mark.usefixtures("program")
def test_a_mentor_who_was_renamed_is_found_by_both_names(client: FlaskClient, context: Context) -> None:
    with context.ledger.write() as connection:
        people.see(connection, MONA.id, "mona-two")
    assert "mona-two" in logins(client)
    assert client.get("/mentors/mona").headers["Location"] == "/mentors/mona-two"
    assert client.get("/mentors/mona-two").status_code == 200


@pytest.mark.usefixtures("program")
def test_a_login_that_is_somebody_elses_now_leads_to_nobody(client: FlaskClient, context: Context) -> None:
    with context.ledger.write() as connection:
        people.see(connection, MONA.id, "mona-two")
        people.resolve(connection, "mona", 999, context.now())
    assert client.get("/mentors/mona").status_code == 404


@pytest.mark.usefixtures("program")
def test_the_badge_may_be_shown_anywhere_and_is_kept_for_a_while(client: FlaskClient) -> None:
    found = client.get("/mentors/mona/badge.svg")
    assert found.mimetype == "image/svg+xml"
    assert found.headers["Cache-Control"] == "public, max-age=3600"
    assert found.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    drawn = ElementTree.fromstring(found.text)
    assert drawn.attrib["aria-label"] == "mona · mentor: Djangonaut Space"
    again = client.get("/mentors/mona/badge.svg", headers={"If-None-Match": found.headers["ETag"]})
    assert again.status_code == 304


def test_a_badge_of_any_program_is_well_formed(client: FlaskClient, context: Context) -> None:
    a_program(context, [Somebody("mona", 11)], name='<Ünïcode & "日本語"> 🦄 ' + "x" * 150)
    drawn = ElementTree.fromstring(client.get("/mentors/mona/badge.svg").text)
    assert drawn.attrib["aria-label"].endswith("…") and int(drawn.attrib["width"]) < 800


# --- on others' pages -----------------------------------------------------------------------------


@pytest.mark.usefixtures("program")
def test_the_list_may_be_framed_anywhere_and_nothing_else_may(client: FlaskClient) -> None:
    framed = client.get("/mentors/embed?area=orm")
    assert framed.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert "X-Frame-Options" not in framed.headers and "Set-Cookie" not in framed.headers
    assert "mona" in framed.text and "hubot" not in framed.text
    assert all('target="_blank"' in link for link in re.findall("<a [^>]+>", framed.text))
    page = client.get("/mentors")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.usefixtures("program")
def test_other_sites_may_read_the_json(client: FlaskClient) -> None:
    headers = client.get("/mentors.json").headers
    assert headers["Access-Control-Allow-Origin"] == "*" and headers["Cache-Control"] == "public, max-age=60"


# --- speed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/mentors", "/mentors.json?language=en&q=mentor", "/mentors/mentor-1"])
def test_many_mentors_take_no_more_statements_than_few(
    client: FlaskClient, context: Context, path: str
) -> None:
    def statements() -> int:
        client.get(path)  # what is kept is kept now
        seen: list[str] = []

        def see(_c: Any, _k: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(context.ledger._reader, "before_cursor_execute", see)
        assert client.get(path).status_code == 200
        event.remove(context.ledger._reader, "before_cursor_execute", see)
        return len(seen)

    a_program(context, crowd(3))
    few = statements()
    a_program(context, crowd(300)[3:], home=43, name="Many")
    write(context, crowd(300), home=43, name="Many")
    with context.ledger.write() as connection:
        places.join_program(connection, 42, None)  # one program again
    assert statements() == few > 0
