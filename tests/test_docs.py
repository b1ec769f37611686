"""The documentation: its links lead somewhere on GitHub; as a site it is built strictly, and whole without the network."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mentoring.configuration import parse, parse_layers

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# What a browser loads by itself, whereas the address of an `a` is only followed by people.
LOADED = {
    "img": "src",
    "script": "src",
    "link": "href",
    "source": "srcset",
    "iframe": "src",
    "object": "data",
}


class Page(HTMLParser):
    """What a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        self.links += [given["href"]] if tag == "a" and "href" in given else []
        self.loaded += [given[LOADED[tag]]] if LOADED.get(tag) in given else []


# --- on GitHub ------------------------------------------------------------------------------------


def tokens(file: Path) -> list[Token]:
    """All of a page, those within its paragraphs after their paragraph."""
    outer = MarkdownIt("gfm-like", {"linkify": False}).parse(file.read_text("utf-8"))
    return [token for one in outer for token in (one, *(one.children or ()))]


def anchors(file: Path) -> set[str]:
    """What GitHub makes of a page's headings: small letters, hyphens for spaces, no other punctuation."""
    found: list[str] = []
    outer = MarkdownIt("gfm-like", {"linkify": False}).parse(file.read_text("utf-8"))
    for opening, inline in zip(outer, outer[1:], strict=False):
        if opening.type == "heading_open":
            words = "".join(child.content for child in inline.children or ())
            name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            found.append(f"{name}-{found.count(name)}" if name in found else name)
    return set(found)


def addresses(file: Path) -> list[str]:
    """Where a page leads, and the pictures in it."""
    found = [
        str(token.attrs[name]) for token in tokens(file) for name in ("href", "src") if name in token.attrs
    ]
    html = "".join(token.content for token in tokens(file) if token.type in ("html_block", "html_inline"))
    return found + re.findall(
        r'(?:href|src|srcset)="([^"]+)"', re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    )


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere_on_github(file: Path) -> None:
    assert [address for address in addresses(file) if not leads_somewhere(file, address)] == []


def leads_somewhere(file: Path, address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme:
        return True  # somebody else's
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not target.is_file() or not target.is_relative_to(ROOT):
        return False
    return not parts.fragment or parts.fragment in anchors(target)


def configurations() -> list[str]:
    """Every example of a configuration file in the pages that people begin with."""
    texts = (
        file.read_text("utf-8") for file in PAGES if file.name.startswith(("for-", "README", "configuration"))
    )
    blocks = (
        re.sub(f"^{indent}", "", block, flags=re.MULTILINE)
        for text in texts
        for indent, block in re.findall(r"^( *)```yaml\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    )
    return [block for block in blocks if re.match(r"program:|_extends:", block)]


@pytest.mark.parametrize("text", configurations())
def test_every_example_of_a_configuration_is_one(text: str) -> None:
    builds_on = text.startswith("_extends")
    found = parse_layers([("", text), ("home", "program: Home")]) if builds_on else parse(text)
    assert found.problems == ()


def test_the_examples_are_found() -> None:
    assert len(configurations()) >= 6


# --- as a site ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site"))


def build(folder: Path) -> Path:
    """Builds it as `make docs` does, elsewhere."""
    command = [
        *(sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--nitpicky", "--quiet"),
        *("-c", "docs", "-d", str(folder / "doctrees"), ".", str(folder / "html")),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {file: Page(file) for file in site.rglob("*.html")}


def test_every_page_of_the_repository_is_in_it(site: Path, pages: dict[Path, Page]) -> None:
    written = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    made = {(site / (ROOT / file).relative_to(ROOT)).with_suffix(".html") for file in written}
    assert made <= set(pages) and len(made) > 30


def test_it_begins_with_what_each_reader_wants(site: Path) -> None:
    begin = (site / "docs/index.html").read_text("utf-8")
    for reader in ("maintainers", "graduates", "newcomers", "organizers", "operators", "contributors"):
        assert f'href="for-{reader}.html"' in begin


def test_every_link_within_it_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    missing = []
    for file, page in pages.items():
        for link in (*page.links, *page.loaded):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            place = unquote(parts.fragment)
            if not target.exists() or (place and target in pages and place not in pages[target].places):
                missing.append(f"{file.relative_to(site)}: {link}")
    assert missing == []


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    addresses = [address for page in pages.values() for address in page.loaded]
    for file in site.rglob("*.css"):
        text = file.read_text("utf-8")
        addresses += re.findall(r"url\(\s*[\"']?([^\"')]+)", text) + re.findall(
            r"@import\s+[\"']([^\"']+)", text
        )
    assert len(addresses) > 100
    assert [
        one for one in addresses if urlsplit(one).netloc or urlsplit(one).scheme not in ("", "data")
    ] == []


def test_pictures_in_light_and_dark_follow_the_sites_own_switch(site: Path) -> None:
    works = (site / "docs/how-it-works.html").read_text("utf-8")
    found = dict(re.findall(r'<img[^>]*class="only-(light|dark)[^"]*"[^>]*src="[^"]*/([^"/]+)"', works))
    assert found == {"light": "house-light.svg", "dark": "house-dark.svg"}
    left_over = [file.name for file in site.rglob("*.html") if "<picture" in file.read_text("utf-8")]
    assert left_over == []
