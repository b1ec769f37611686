"""Certificates and the exit question in a real browser: what axe-core finds, a phone, and on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mentoring.certificate import NEWCOMER
from tests.browser.conftest import problems
from tests.pages.lively import COOKIE, KEY, a_place, certified, lively, shown


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The pages, by what they are."""
    with (
        a_place(tmp_path_factory.mktemp("certified")) as place,
        shown(place, home := lively(place)) as program,
    ):
        site, _, number = program.partition("/programs/")
        yield {
            "about": f"{site}/certificates",
            "mentor": f"{site}/certificates/{certified(place, home)}",
            "newcomer": f"{site}/certificates/{certified(place, home, NEWCOMER)}",
            "question": f"{site}/stay/{number}",
        }


@pytest.mark.parametrize(("scheme", "lang"), [("light", "en"), ("dark", "es")])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", ["about", "mentor", "newcomer", "question"])
def test_nothing_keeps_anybody_out(
    page: Page, addresses: dict[str, str], name: str, width: int, scheme: str, lang: str
) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": KEY, "url": addresses["about"]}])
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{addresses[name]}?lang={lang}")
    for one in page.locator("summary").all():
        one.click()
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


WORDS = {
    "en": ("Pages", "Show it, print it, check it", "Certificate of contribution"),
    "es": ("Páginas", "Enséñalo, imprímelo, compruébalo", "Certificado de contribución"),
}


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_certificate_is_a_sheet_on_paper(
    page: Page, addresses: dict[str, str], paper: str, lang: str, tmp_path: Path
) -> None:
    way, use, title = WORDS[lang]
    page.goto(f"{addresses['newcomer']}?lang={lang}")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name=way)).to_be_hidden()
    expect(page.locator("nav.languages")).to_be_hidden()
    expect(page.get_by_role("heading", name=use)).to_be_hidden()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pdf = page.pdf(path=tmp_path / "certificate.pdf", format=paper)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1


def test_the_question_is_answered_by_keyboard(page: Page, addresses: dict[str, str]) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": KEY, "url": addresses["about"]}])
    page.goto(addresses["question"])
    page.get_by_label("What made you stay?").focus()
    page.keyboard.type("Somebody answered.")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    assert page.get_by_label("What made you stay?").input_value() == "Somebody answered."
