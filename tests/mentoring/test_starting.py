"""The first configuration: what is proposed, and that our own reader takes it, whatever a repository shows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.configuration import parse
from mentoring.roster import Program
from mentoring.starting import Area, Found, areas, compose, good_first_labels


def found_in(*given: object, **more: object) -> Found:
    name, organizer, *rest = given
    return Found(name, organizer, date(2026, 11, 23), *rest, **more)  # type: ignore[arg-type]


def read(text: str) -> Program:
    parsed = parse(text)
    assert parsed.problems == () and parsed.program, (parsed.problems, text)
    return parsed.program


def finished(text: str) -> str:
    """As somebody leaves it who takes the # away."""
    head, mark, rest = text.partition("# cohorts:")
    return head + "cohorts:" + rest.replace("\n# ", "\n") if mark else text


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["bug", "good first issue"], ("good first issue",)),
        (["Good-First-Issue"], ("Good-First-Issue",)),
        ([":seedling: good first issue :seedling:"], ()),
        (["🌱 good first issue"], ("🌱 good first issue",)),
        (["E-easy", "easy pickings", "good first bug"], ("good first bug", "easy pickings", "E-easy")),
        (["easygoing", "not easy", "help wanted"], ()),
        (["difficulty: easy"], ("difficulty: easy",)),
        ([], ()),
    ],
)
def test_labels_that_mean_a_good_first_issue(labels: list[str], expected: tuple[str, ...]) -> None:
    assert good_first_labels(labels) == expected


@pytest.mark.parametrize(
    ("codeowners", "expected"),
    [
        ("/docs/ @octo/writers", Area("docs", "docs/**", team="writers")),
        ("docs/ @octocat  # people are not teams", Area("docs", "**/docs/**")),
        ("/src/db/** @octocat @octo/db", Area("db", "src/db/**", team="db")),
        ("src/web @octo/web", Area("web", "src/web/**", team="web")),
        ("/apps", Area("apps", "apps/**")),
    ],
)
def test_an_area_is_a_folder_of_codeowners(codeowners: str, expected: Area) -> None:
    assert areas(found_in("x", "octocat", folders=("elsewhere",), codeowners=codeowners)) == (expected,)


@pytest.mark.parametrize(
    "line",
    [
        "* @octo/all",
        "*.js @octo/web",
        "/README.md @octocat",
        "# /docs/",
        "/",
        "",
        "/\b/docs/",
        "/a\ufffe/docs/",
    ],
)
def test_what_is_no_folder_is_no_area(line: str) -> None:
    assert areas(found_in("x", "octocat", folders=("lens",), codeowners=line)) == (Area("lens", "lens/**"),)


def test_without_codeowners_the_top_folders_are_areas_with_their_labels() -> None:
    found = found_in(
        "x",
        "octocat",
        labels=("area: docs", "docs", "docsify", "C-lens"),
        folders=(".github", "docs", "lens", "node_modules"),
    )
    assert areas(found) == (
        Area("docs", "docs/**", ("area: docs", "docs")),
        Area("lens", "lens/**", ("C-lens",)),
    )


def test_the_file_is_whole() -> None:
    found = found_in(
        "telescope",
        "monalisa",
        labels=("bug", "good first issue", "docs"),
        folders=("docs",),
        schema_url="https://lamplighter.example.org/schema.json",
    )
    text = compose(found)
    program = read(text)
    assert (program.name, program.organizers, program.cohorts) == ("telescope", ("monalisa",), ())
    assert program.good_first_issue_labels == ("good first issue",)
    assert program.areas["docs"].paths == ("docs/**",) and program.areas["docs"].labels == ("docs",)
    done = read(finished(text))
    assert [member.login for _, member in done.members()] == ["monalisa"]
    assert text.startswith("# yaml-language-server: $schema=https://lamplighter.example.org/schema.json\n")


@pytest.mark.parametrize(
    "name", ["no", "123", "1e3", "~", "- a", "a: b", "'", '"', "ünï", "#1", "[x]", "a\\b", "null"]
)
def test_odd_names_are_read_as_they_are(name: str) -> None:
    found = found_in(name, "octocat", labels=("easy", name), folders=(name,))
    assert read(compose(found)).name == name


def test_what_has_to_be_short_leaves_areas_out() -> None:
    found = found_in("x", "octocat", folders=tuple(f"folder-{n}" for n in range(8)))
    whole = compose(found)
    short = compose(found, len(whole) - 1)
    assert len(read(whole).areas) == 8 and len(read(short).areas) == 7
    assert read(compose(found, 1)).areas == {}


odd = st.text(max_size=60)
login = st.from_regex(r"[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){0,38}", fullmatch=True)


@given(
    # GitHub's names of repositories are made of these.
    name=st.from_regex(r"[A-Za-z0-9._-]{1,100}", fullmatch=True),
    organizer=login,
    labels=st.lists(st.sampled_from(["easy", "Good first issue 🌱"]) | odd, max_size=6),
    folders=st.lists(odd, max_size=12),
    codeowners=st.lists(odd | odd.map(lambda it: f"/{it}/ @octo/{it}"), max_size=8).map("\n".join),
)
def test_whatever_a_repository_shows_our_own_reader_takes_the_file(
    name: str, organizer: str, labels: list[str], folders: list[str], codeowners: str
) -> None:
    text = compose(found_in(name, organizer, tuple(labels), tuple(folders), codeowners))
    assert read(text).name == name
    assert [member.login for _, member in read(finished(text)).members()] == [organizer]
