"""The language of a page: who decides it, what stays, and that a page is in one language and not in two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from gettext import NullTranslations
from html import unescape

import pytest
from flask import render_template
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.context import Context
from adapters.ledger import languages
from app import create_app
from jobs.certificate_shown import Shown
from mentoring.certificate import Certificate, title
from mentoring.wording import phrase
from pages import wording
from pages.program_tables import FILES
from sandbox.world import Repository
from tests.pages.lively import COOKIE, DAY, KEY, NOW, Place, a_place, busy, certified, lively, signed_in
from tests.pages.public import LONG_AGO, Somebody, a_program, a_starter
from tests.pages.words import english_in, words_of

SPANISH = {"Accept-Language": "es-MX, en;q=0.5"}


@dataclass
class Site:
    place: Place
    home: Repository
    client: FlaskClient

    def get(self, path: str, accept: str = "", login: str = "monalisa") -> TestResponse:
        self.client.set_cookie(COOKIE, f"{KEY}-{login}")
        return self.client.get(path, headers={"Accept-Language": accept} if accept else {})

    def html(self, path: str, accept: str = "", login: str = "monalisa") -> str:
        answer = self.get(path, accept, login)
        assert answer.status_code == 200, path
        return answer.text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lively program, with an organizer and a mentor who signed in; its file says nothing of a language, so English."""
    with a_place(tmp_path_factory.mktemp("languages")) as place:
        home = lively(place)
        busy(place, home)
        for login in ("monalisa", "octocat", "stranger"):
            signed_in(place, login, f"{KEY}-{login}")
        yield Site(place, home, create_app(place.context).test_client())


def lang(html: str) -> str:
    found = re.search(r'<html lang="([^"]+)" dir="ltr">', html)
    assert found
    return found[1]


# --- who decides ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "accept", "spoken", "varies"),
    [
        ("", "", "en", True),
        ("", "es", "es", True),
        ("", "es-MX, en;q=0.5", "es", True),
        ("", "fr, es;q=0.4", "es", True),
        ("", "en-GB, es;q=0.9", "en", True),
        ("", "xx", "en", True),
        ("", "ёё;q=é, *", "en", True),
        ("?lang=es", "en", "es", False),
        ("?lang=ES-mx", "en", "es", False),
        ("?lang=en", "es", "en", False),
        ("?lang=xx", "es", "es", True),
        ("?lang=", "es", "es", True),
        ("?lang=" + "es-" * 20, "es", "es", True),
    ],
)
def test_the_address_decides_then_the_browser(
    site: Site, query: str, accept: str, spoken: str, varies: bool
) -> None:
    answer = site.client.get(f"/{query}", headers={"Accept-Language": accept.encode().decode("latin-1")})
    assert lang(answer.text) == answer.headers["Content-Language"] == spoken
    assert ("Accept-Language" in answer.vary) is varies


@pytest.mark.parametrize("of_program", ["es", "en", "fr"])
def test_a_page_of_a_program_is_in_its_language(site: Site, of_program: str) -> None:
    one = certified(site.place, site.home)
    say(site, of_program)
    try:
        for accept in ("es", "en"):
            answer = site.get(f"/certificates/{one}", accept)
            wanted = of_program if of_program != "fr" else accept  # nobody has translated it yet
            assert lang(answer.text) == answer.headers["Content-Language"] == wanted
            assert ("Accept-Language" in answer.vary) is (of_program == "fr")
        assert lang(site.html(f"/certificates/{one}?lang=es", "en")) == "es"
        assert lang(site.html(f"/certificates/{one}?lang=en", "es")) == "en"
    finally:
        say(site, "en")


def say(site: Site, code: str) -> None:
    """What the program's file says of its language."""
    with site.place.context.ledger.write() as connection:
        languages.keep(connection, site.home.id, code, {})


def test_a_file_to_take_along_has_the_same_columns_in_every_language(site: Site) -> None:
    for name in FILES:
        plain = site.get(f"/programs/{site.home.id}/{name}.csv", "en")
        asked = site.get(f"/programs/{site.home.id}/{name}.csv?lang=es", "es")
        assert plain.status_code == 200 and asked.data == plain.data and "Accept-Language" not in asked.vary


def test_a_chart_is_said_in_the_language_of_its_page(site: Site) -> None:
    page = unescape(site.html(f"/programs/{site.home.id}?lang=es"))
    assert re.search(r"<title>Semana del 24 ago: \d+ con algo integrado</title>", page)
    assert re.search(r"El \d+\xa0% tuvo la respuesta de una persona en un día", page)
    assert ">nov</text>" in page and "noviembre de 2026" in page


def test_what_was_asked_for_stays_on_the_way_and_files_are_what_they_are(site: Site) -> None:
    html = site.html("/me?lang=es", "en", "octocat")
    inside = [unescape(one) for one in re.findall(r'(?:href|action)="(/[^"]*)"', html)]
    kept = [one for one in inside if not one.startswith("/static/") and one != "/me/data.json"]
    assert len(kept) > 10 and all("lang=es" in one for one in kept)
    assert "/me/data.json" in inside
    assert "lang=" not in "".join(
        re.findall(r'(?:href|action)="(/[^"]*)"', site.html("/me", "es", "octocat"))
    )


def test_signing_in_leads_back_to_a_page_in_the_same_language(site: Site) -> None:
    site.client.delete_cookie(COOKIE)
    asked = site.client.get("/me?lang=es")
    assert asked.status_code == 302
    assert "to=/me?lang%3Des" in asked.headers["Location"] and "lang=es" in asked.headers["Location"]


def test_a_small_switch_leads_to_the_same_page_in_each_language(site: Site) -> None:
    html = site.html("/me?show=all&lang=es")
    nav = html[html.index('<nav class="languages"') :]
    assert '<a href="?show=all&amp;lang=en" lang="en" hreflang="en" rel="alternate">English</a>' in nav
    assert '<a href="?show=all&amp;lang=es" lang="es" hreflang="es" aria-current="true">Español</a>' in nav


def test_the_switch_says_again_only_what_it_was_given(site: Site) -> None:
    html = site.html('/?q="><script>alert(1)</script>&endpoint=x&_external=1')
    assert "<script" not in html and "q=%22%3E%3Cscript" in html


def test_pages_of_operators_are_english_throughout(site: Site) -> None:
    html = site.html("/setup", "es") if site.get("/setup").status_code == 200 else ""
    answer = site.client.get("/installed", headers=SPANISH)
    assert answer.headers["Content-Language"] == "en" and "No such installation" in answer.text
    assert 'class="languages"' not in html + answer.text and "Skip to the content" in answer.text


def test_an_error_is_told_in_the_language_of_the_browser(site: Site) -> None:
    answer = site.client.get("/nothing", headers=SPANISH)
    assert (answer.status_code, answer.text) == (404, "Aquí no hay nada.\n")
    assert answer.headers["Content-Language"] == "es" and "Accept-Language" in answer.vary
    assert site.client.get("/nothing").text == "There is nothing here.\n"


# --- one language ---------------------------------------------------------------------------------

PAGES = {
    "start": "/",
    "my page": "/me",
    "my page after a button": "/me?done=away",
    "erase": "/me/erase",
    "exit question": "/stay/{home}",
    "certificates": "/certificates",
}
OF_ORGANIZERS = {
    "programs": "/programs",
    "program": "/programs/{home}",
    "program's newcomers": "/programs/{home}/newcomers",
    "program's newcomers who wait": "/programs/{home}/newcomers?show=waiting",
    "program's newcomers, all": "/programs/{home}/newcomers?show=all&page=2",
    "program's mentors": "/programs/{home}/mentors?sort=load",
    "program's starter issues": "/programs/{home}/starters?show=all",
    "program's invitations": "/programs/{home}/invitations",
    "program's cohorts": "/programs/{home}/cohorts",
    "program's answers": "/programs/{home}/stay",
}
OF_ONE_PROGRAM = {"exit question", *OF_ORGANIZERS} - {
    "programs"
}  # its file says nothing of a language: English
PUBLIC = {
    "mentors": "/mentors",
    "mentors, chosen": "/mentors?area=docs&language=it&timezone=Europe%2FRome&availability=free&region=Europe",
    "mentors, by words": "/mentors?q=octocat",
    "nobody fits": "/mentors?q=nobody+like+that",
    "a frame": "/mentors/embed",
    "a mentor": "/mentors/octocat",
    "another mentor": "/mentors/hubot",
    "start here": "/start-here",
    "start here, chosen": "/start-here?state=free&size=small&language=it",
    "no issue fits": "/start-here?area=nothing",
}
# What is the same in both languages.
NAMES = {
    "Lamplighter",
    "GitHub",
    "English",
    "Español",
    "HTML",
    "Markdown",
    "JSON",
    "bot",
    "· Lamplighter",
    "CSV",
}


@pytest.mark.parametrize(
    ("name", "login"),
    [*((name, "octocat") for name in PAGES), ("my page", "monalisa"), ("my page", "stranger")],
)
def test_a_page_in_spanish_says_nothing_in_english(site: Site, name: str, login: str) -> None:
    path = (PAGES | OF_ORGANIZERS)[name].format(home=site.home.id)
    more = "&" if "?" in path else "?"
    spanish, english = site.html(f"{path}{more}lang=es", "en", login), site.html(path, "en", login)
    if name not in OF_ONE_PROGRAM:
        assert english_in(site.html(path, "es", login)) == []
    assert lang(spanish) == "es" and english_in(spanish) == []
    assert lang(english) == "en" and len(english_in(english)) > 8  # so it would be seen
    same = set(words_of(spanish)) & set(words_of(english))
    assert {one for one in same if not is_a_name(one, site)} == set()


def is_a_name(text: str, site: Site) -> bool:
    """What people are called, threads, addresses, a program: the same in every language."""
    rest = re.sub(r"https?://\S+|[\w-]+/[\w-]+(#\d+)?|#\d+", "", text)
    for name in sorted({*NAMES, site.home.full_name, "Djangonaut Space"}, key=len, reverse=True):
        rest = rest.replace(name, "")
    return not re.search(r"[^\W\d_]", re.sub(r"\b[a-z]+-\d+\b|octocat|hubot|mona(lisa)?", "", rest))


@pytest.mark.parametrize("kind", ["mentor", "newcomer"])
def test_a_certificate_is_whole_in_both_languages(site: Site, kind: str) -> None:
    path = f"/certificates/{certified(site.place, site.home, kind)}"  # type: ignore[arg-type]
    spanish, english = site.html(f"{path}?lang=es"), site.html(path, "es")  # as the program's file has it
    assert english_in(spanish) == [] and len(english_in(english)) > 8
    assert "11 de noviembre de 2026" in spanish and "11 November 2026" in english
    same = set(words_of(spanish)) & set(words_of(english))
    assert {one for one in same if not is_a_name(one, site)} == set()


# --- what people wrote ----------------------------------------------------------------------------

HOSTILE = '<b onclick="x">Dome</b> & %(count)s {{ 7 * 7 }} \'"'


@pytest.mark.parametrize("code", ["en", "es"])
def test_what_people_wrote_is_escaped_inside_of_sentences(site: Site, code: str) -> None:
    """The sandbox has no such names; a program and its noun can be called so."""
    one = Certificate("mentor", HOSTILE, HOSTILE, 7, 5, NOW - DAY, NOW)
    it = Shown("x", one, HOSTILE, "https://example.org", "https://example.org/x", [], {}, "", "k", code)
    variants = (one, replace(one, merged=0), replace(one, helped=1), replace(one, kind="newcomer"))
    app = site.client.application
    with app.test_request_context(f"/certificates/x?lang={code}"):
        pages = [
            render_template("certificate.html", it=it, one=given, title=title(given), line=str, picture="/x")
            for given in variants
        ]
        values = {"name": HOSTILE, "program_id": 1, "said": None, "longest": 1000, "done": None}
        pages.append(render_template("erase.html", person=it))
    with app.test_request_context(f"/stay/1?lang={code}"):
        pages.append(render_template("exit_question.html", **values))
    for page in pages:
        assert lang(page) == code and HOSTILE in unescape(page)
        assert "<b onclick" not in page and "Dome</b>" not in page


BLOCKS = {
    "alone": "{% trans %}Hello <i>{{ who }}</i>!{% endtrans %}",
    "with a plural": "{% trans n=1, who %}Hello <i>{{ who }}</i>!{% pluralize %}{{ n }} <i>{{ who }}</i>{% endtrans %}",
    "with a context": '{% trans "to a friend" who %}Hello <i>{{ who }}</i>!{% endtrans %}',
    "with both": '{% trans "to a friend" n=1, who %}Hello <i>{{ who }}</i>!{% pluralize n %}{{ n }}{% endtrans %}',
    "a phrase": "Hello <i>{{ said }}</i>!",
    "a phrase in a sentence": "{% trans who=said %}Hello <i>{{ who }}</i>!{% endtrans %}",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_sentence_keeps_its_html_and_defuses_its_values(site: Site, block: str) -> None:
    app = site.client.application
    with app.test_request_context("/?lang=es"):
        made = app.jinja_env.from_string(block)
        shown = made.render(who=HOSTILE, said=phrase("%(who)s", who=HOSTILE))
    # Without a file's name Flask escapes, too.
    assert unescape(shown) == f"Hello <i>{HOSTILE}</i>!" and "<b onclick" not in shown


def test_a_quotation_mark_of_a_translator_ends_no_attribute(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = NullTranslations()
    said.gettext = lambda _: 'A "word" <b>'  # type: ignore[method-assign]
    monkeypatch.setattr(wording, "catalogue", lambda _: said)
    app = site.client.application
    with app.test_request_context("/"):
        made = app.jinja_env.from_string('<p title="{% trans %}Words{% endtrans %}">')
        assert made.render() == '<p title="A &#34;word&#34; <b>">'


# --- what everybody may see -----------------------------------------------------------------------

LISTED = [
    Somebody("octocat", 1, {"areas": ["docs"], "languages": ["it", "es"], "timezone": "Europe/Rome"}),
    Somebody("hubot", 2, {"about": 'The big "words" & <b>more</b>'}, said={"away_since": LONG_AGO}),
    *(Somebody(f"mona-{n}", 10 + n, {"timezone": "America/New_York"}) for n in range(30)),
]


@pytest.fixture
def public(client: FlaskClient, context: Context) -> FlaskClient:
    """A program with more mentors than a page has, and starter issues."""
    a_program(
        context,
        LISTED,
        areas={"docs": {"labels": ["docs"], "team": "The writers", "channel": "https://chat.example.org/x"}},
    )
    a_starter(context, 1, "Polish <b>it</b>", 1, ["size: S", "docs"])
    for number in range(2, 30):
        a_starter(context, number, f"Polish lens {number}", 2)
    return client


def test_what_everybody_may_see_is_in_one_language(public: FlaskClient) -> None:
    for name, path in PUBLIC.items():
        more = "&" if "?" in path else "?"
        by_browser = public.get(path, headers={"Accept-Language": "es-AR"})
        by_address = public.get(f"{path}{more}lang=es", headers={"Accept-Language": "en"})
        english = public.get(path)
        assert by_browser.status_code == by_address.status_code == english.status_code == 200, name
        assert "Accept-Language" in by_browser.vary and "Accept-Language" not in by_address.vary
        assert len(english_in(english.text)) > 2, name  # so it would be seen
        for spanish in (by_browser.text, by_address.text):
            assert lang(spanish) == "es" and english_in(spanish) == [], name
            same = set(words_of(spanish)) & set(words_of(english.text))
            assert {one for one in same if not _is_theirs(one)} == set(), name


def _is_theirs(text: str) -> bool:
    """People, programs, places and what is spelled alike."""
    names = r"https://\S+|Djangonaut Space|Session 4|UTC[+−]\d+|nobody like that|docs|hubot|octocat|mona-\d+|djangonaut-space/home-\d+"
    return not re.search(r"[^\W\d_]", re.sub(rf"{names}|Lamplighter|HTML|Markdown|JSON|issues?", "", text))


def test_days_cities_and_numbers_are_said_in_the_language(public: FlaskClient) -> None:
    page = public.get("/mentors?lang=es").text
    assert "Roma, UTC+1" in page and "Nueva York" in page and "italiano" in page
    assert "32 personas" in page and "página 1 de 2" in page and "Más personas" in page
    assert "habla italiano y español" in public.get("/start-here?area=docs&lang=es").text
    assert "speaks Italian and Spanish" in public.get("/start-here?area=docs&lang=en").text


def test_choosing_and_paging_keep_the_language_and_so_does_a_frame(public: FlaskClient) -> None:
    page = unescape(public.get("/mentors?lang=es&availability=free", headers={"Accept-Language": "en"}).text)
    assert '<input type="hidden" name="lang" value="es">' in page
    assert re.search(r'rel="next" href="/mentors\?[^"]*lang=es', page)
    assert re.search(r'<iframe src="https://lamplighter.example.org/mentors/embed\?[^"]*lang=es', page)
    frame = public.get("/mentors/embed?lang=es").text
    assert re.search(r'target="_blank"', frame) and "/mentors/octocat?lang=es" in frame
    page = unescape(public.get("/mentors", headers=SPANISH).text)
    assert 'name="lang"' not in page and '<iframe src="https://lamplighter.example.org/mentors/embed"' in page


def test_what_programs_read_is_the_same_in_every_language(public: FlaskClient) -> None:
    plain, asked = public.get("/mentors.json"), public.get("/mentors.json?lang=es", headers=SPANISH)
    assert asked.data == plain.data and "Accept-Language" not in asked.vary
    assert asked.json and asked.json["facets"]["availability"][0]["label"] == "Has room"
    badge = public.get("/mentors/octocat/badge.svg")
    again = public.get("/mentors/octocat/badge.svg?lang=es", headers=SPANISH)
    assert again.data == badge.data and again.headers["ETag"] == badge.headers["ETag"]
