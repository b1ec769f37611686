"""The schema and the reader: what the schema refuses the reader refuses, and what else it refuses is known."""

import copy
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mentoring.configuration import parse
from mentoring.schema import schema
from tests.journeys.programs import configuration
from tests.mentoring.test_configuration import REFUSED, UNREADABLE

ROOT = Path(__file__).parents[2]
SCHEMA = schema("https://lamplighter.example.org/schema.json")
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

# What the reader says and no schema can tell; docs/configuration.md has the list.
UNTOLD = [
    r"is in this cohort twice",
    r"another cohort has this name",
    r"no area is called",
    r"write a day not before it starts",
    r"write a date that exists",
    r"write a duration of at most 366 days",
    r"write a whole number",  # 2.0, which JSON takes for 2
    r"write a GitHub login",  # 1.5, a number as much as 15
    r"write an address",  # without a host
    r"write words of letters",  # beyond ASCII
    r"write at most 50 characters",  # of a noun, an area
    r"the file is larger",
    r"more than 16000 parts",
    r"nested deeper",
    r"is already on line",
    r"cannot be printed",
    r"this is not (?:valid YAML|UTF-8)",
    r"a key must be plain text",
    r"write it on one line",
    r"name an area on one line",
    r"write something here",
    r"no \*\* ",
]


def as_an_editor_reads_it(text: str) -> Any:
    """YAML 1.2 by its core schema, in which a date is text."""
    yaml = YAML(typ="safe", pure=True)
    loaded = yaml.load(text)
    return json.loads(json.dumps(loaded, default=str))


def refusals(value: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(value)]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "https://lamplighter.example.org/schema.json"


def test_every_key_says_what_it_means() -> None:
    sections = [SCHEMA, *(one for one in SCHEMA["$defs"].values() if "properties" in one)]
    assert len(sections) == 10
    for section in sections:
        assert section["additionalProperties"] is False
        for key, about in section["properties"].items():
            assert about["description"].endswith("."), key


def blocks() -> list[str]:
    """Every configuration that the papers show."""
    papers = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    found = [
        text
        for paper in papers
        for text in re.findall(r"```yaml\n(.*?)```", paper.read_text("utf-8"), re.DOTALL)
    ]
    return [text for text in found if re.search(r"^(?:program|_extends):", text, re.MULTILINE)]


@pytest.mark.parametrize("text", blocks())
def test_the_configurations_of_the_papers_are_valid(text: str) -> None:
    assert refusals(as_an_editor_reads_it(text)) == []


def test_the_papers_show_some() -> None:
    assert len(blocks()) >= 3


@pytest.mark.parametrize("text", [text for text in {**REFUSED, **UNREADABLE} if text])
def test_what_the_schema_refuses_of_the_readers_examples(text: str) -> None:
    """Each was refused by the reader: either the schema says so too, or no schema could."""
    try:
        value = as_an_editor_reads_it(text)
    except Exception:  # an editor shows that it is no YAML
        return
    said = [one.message for one in parse(text).problems]
    told = [
        one
        for one in said
        if not any(re.search(rule, one) for rule in [*UNTOLD, "anchors", "tags", "second"])
    ]
    assert not told or refusals(value), said


# --- by chance ------------------------------------------------------------------------------------

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**10),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.text("ab `{}@_*/-.:\n\u2028é🪔", max_size=60),
    st.sampled_from(
        ["", " ", "off", "no", "true", "auto", "0d", "2d", "2026-02-30", "2.11.2026", "https://", "{login}"]
    ),
    st.lists(st.text("ab ", max_size=3), max_size=3),
    st.dictionaries(
        st.sampled_from(["login", "name", "paths", "zzz", "0"]), st.text("ab", max_size=3), max_size=2
    ),
)


def odd_or(*good: Any) -> st.SearchStrategy[Any]:
    return st.one_of(st.sampled_from(good), st.sampled_from(good), ODD)


LINE = odd_or(
    "0\x850",
    "a\u2028b",
    "Ask me",
    " x ",
    "a" * 200,
    "a" * 201,
    " " + "a" * 200,
    7,
    1.5,
    True,
    "two\nlines",
    "folded\n",
)
LABEL = odd_or("good first issue", "a" * 50, "a" * 51, 3, " a ")
LOGIN = odd_or("octocat", "0123", 123, "a" * 39, "a" * 40, "@a", "a_b", "-a", True)
DURATION = odd_or("2d", " 3 weeks ", "12H", "0m", "400d", "1 Day", "9999999999d", "1secs", 3, "off")
TIMEZONE = odd_or("Europe/Rome", "UTC", "rome", "Mars/Olympus")
NUMBER = odd_or(0, 2, 2.0, 10, 20, 23, 24, 50, 51, -1, "2", "007", "0000000002", "1e1", True)
MEMBER, COHORT, AREA = ("cohorts", 0, "members", 0), ("cohorts", 0), ("areas", "sky")
WHOLE: dict[str, Any] = {
    "program": "Observatory",
    "areas": {"sky": {"labels": ["sky"]}},
    "follow_up": {},
    "digest": {},
    "cohorts": [
        {"name": "A", "starts": "2026-01-02", "ends": "2026-02-03", "members": [{"login": "octocat"}]}
    ],
}
# What is tried at each place of an otherwise good file.
TRIED: dict[tuple[str | int, ...], st.SearchStrategy[Any]] = {
    ("program",): LINE,
    ("_extends",): odd_or("octo/repo", "octo", "a/..", "a/b.c"),
    ("organizers",): ODD,
    ("organizers", 0): LOGIN,
    ("mentor_noun",): odd_or(
        "buddy", "personne-ressource", "two words", "x1", True, "ñandú", "a" * 51, " a ", "l’aide"
    ),
    ("language",): odd_or("en", "pt-BR", "e", "no"),
    ("timezone",): TIMEZONE,
    ("good_first_issue_labels",): ODD,
    ("good_first_issue_labels", 0): LABEL,
    ("mentor_label",): odd_or(
        "mentor: {login}", "{login}{login}", " {login} ", "our mentor: {login}", "mentor", "{login}\n"
    ),
    ("starter_issues",): NUMBER,
    ("human_first",): DURATION,
    ("claims",): NUMBER,
    ("follow_up",): ODD,
    ("follow_up", "answer_within"): DURATION,
    ("follow_up", "pause_labels"): ODD,
    ("follow_up", "away_after"): DURATION,
    ("digest",): odd_or("off", "no", False, True),
    ("digest", "repository"): odd_or("a/b", "a"),
    ("digest", "weekday"): odd_or("monday", "Friday", "SUNDAY", "Funday", "mon"),
    ("digest", "hour"): NUMBER,
    ("all_contributors",): odd_or(True, False, "true", "false", "yes", "no", 1, 0),
    ("peers",): odd_or(True, False, "true", "false", "yes", "no", 1, 0),
    ("exit_question",): odd_or(True, False, "true", "false", "yes", "no", 1, 0),
    ("report",): odd_or(True, False, "true", "false", "yes", "no", 1, 0),
    ("digest", "without"): odd_or(["tip", "charts"], [], ["tips"], "tip", ["Tip"]),
    ("areas",): ODD,
    ("areas", "a`b"): odd_or({}),
    ("areas", "two\nlines"): odd_or({}),
    ("areas", " "): odd_or({}),
    ("areas", "x" * 51): odd_or({}),
    AREA: ODD,
    (*AREA, "paths"): odd_or(["a"] * 100, ["a"] * 101),
    (*AREA, "paths", 0): odd_or("src/**", "**/**/**/**", "**/a/**/b/**/c/**/d/**", "*****", "*" * 10, 3),
    (*AREA, "labels", 0): LABEL,
    (*AREA, "team"): LINE,
    (*AREA, "channel"): odd_or(
        "https://example.org/chat", "HTTPS://x", "http://x", "https://a b", "https://" + "x" * 500
    ),
    ("cohorts",): ODD,
    COHORT: ODD,
    (*COHORT, "name"): LINE,
    (*COHORT, "kind"): odd_or("mentorship", "hackathon", "Contest"),
    (*COHORT, "starts"): odd_or("2026-01-02", "2026-13-01", "26-01-01", "2026-02-30", "2027-01-01"),
    (*COHORT, "ends"): odd_or("2026-12-31", "2026-01-01", "2099-1-1"),
    (*COHORT, "invite"): odd_or("auto", True, False, "true", "yes", 1, 0),
    (*COHORT, "goals"): odd_or(["learn"], "learn"),
    (*COHORT, "captain"): LOGIN,
    (*COHORT, "members"): ODD,
    MEMBER: ODD,
    (*MEMBER, "login"): LOGIN,
    (*MEMBER, "team"): LINE,
    (*MEMBER, "areas"): odd_or(["sky"], ["Sky"], [], "sky", ["a`b"], [3]),
    (*MEMBER, "languages"): odd_or(["it", "no"], ["pt-BR"], ["English"], [7], [True], "it"),
    (*MEMBER, "timezone"): TIMEZONE,
    (*MEMBER, "capacity"): NUMBER,
    (*MEMBER, "mentoring"): odd_or("ask", "agreed", "declined", "Ask"),
    (*MEMBER, "contact"): LINE,
    (*MEMBER, "about"): odd_or(
        "Hello",
        "a  b\n" * 60,
        "x" * 240,
        "x" * 241,
        " " * 300,
        "y " * 120,
        "y " * 121,
        "  " + "z" * 240 + " \n",
        5,
    ),
    ("zzz",): ODD,
    ("follow_up", "zzz"): ODD,
    ("digest", "zzz"): ODD,
    (*AREA, "zzz"): ODD,
    (*COHORT, "zzz"): ODD,
    (*MEMBER, "zzz"): ODD,
}


def with_value(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(WHOLE)
    at: Any = whole
    for step, following in pairwise(path):
        if isinstance(at, dict):
            at = at.setdefault(step, [] if isinstance(following, int) else {})
        else:
            at = at[int(step)]
    if isinstance(at, list):
        at[:1] = [value]
    else:
        at[path[-1]] = value
    return whole


def compare(value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False)  # JSON is YAML, and its scalars are what an editor sees
    said, refused = [one.message for one in parse(text).problems], refusals(value)
    if refused:
        assert said, (text, refused)
    else:
        assert [one for one in said if not any(re.search(rule, one) for rule in UNTOLD)] == [], text


@pytest.mark.parametrize("path", TRIED, ids=repr)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_schema_refuses_nothing_that_the_reader_takes(
    path: tuple[str | int, ...], data: st.DataObject
) -> None:
    compare(with_value(path, data.draw(TRIED[path])))


@pytest.mark.parametrize(
    "value",
    [
        {"program": "x", "areas": {"sky": None}, "cohorts": None},
        {"program": None},
        {"program": None, "zzz": None},
        {"program": True, "mentor_noun": True, "organizers": [12, True]},
        {},
    ],
    ids=repr,
)
def test_empty_keys_and_other_kinds(value: dict[str, Any]) -> None:
    compare(value)


def test_the_name_may_stand_in_the_file_that_this_one_builds_on() -> None:
    assert refusals({"_extends": "octo/repo"}) == [] == refusals({"_extends": "octo/repo", "program": None})
    assert refusals({"_extends": None}) and refusals({"mentor_noun": "buddy"})


def test_the_configuration_of_the_journeys_is_valid() -> None:
    from sandbox.world import World

    assert refusals(as_an_editor_reads_it(configuration(World()))) == []
