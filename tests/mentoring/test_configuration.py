"""The configuration file: what is accepted, what is refused, and in which words."""

import re
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from mentoring import yaml12
from mentoring.configuration import MOST_PROBLEMS, Parsed, Problem, extends_of, parse, parse_layers
from mentoring.roster import Area, Ask, Cohort, Digest, FollowUp, Member, Program, Step, Team, Texts

DOCS, REFERENCE = (
    (Path(__file__).parents[2] / "docs" / name).read_text("utf-8")
    for name in ("configuration.md", "reference.md")
)
COHORT = "program: X\ncohorts:\n- name: Spring\n  starts: 2026-01-02\n  ends: 2026-02-03\n"
MEMBERS = COHORT + "  members:\n"


def program(text: str) -> Program:
    parsed = parse(text)
    assert parsed.problems == ()
    assert parsed.program is not None
    return parsed.program


def said(text: str) -> list[str]:
    parsed = parse(text)
    assert (parsed.program is None) == bool(parsed.problems)
    return [str(problem) for problem in parsed.problems]


def test_the_example_in_the_docs_says_what_it_means() -> None:
    found = re.search(r"<!-- example -->\n```yaml\n(.*?)\n```", DOCS, re.DOTALL)
    assert found
    ours = program(found[1])
    assert ours.name == "Djangonaut Space"
    assert ours.organizers == ("monalisa", "hubot")
    assert (ours.mentor_noun, ours.language, ours.timezone) == ("mentor", "en", "Europe/Rome")
    assert ours.good_first_issue_labels == ("good first issue", "easy pickings")
    assert (ours.mentor_label, ours.starter_issues) == ("mentor: {login}", 2)
    assert (ours.human_first, ours.follow_up) == (timedelta(0), FollowUp())
    assert ours.digest == Digest(repository="djangonaut-space/program", weekday="monday", hour=9)
    assert ours.asks == (Ask(ask="showcase"), Ask(ask="write"))
    channel = "https://example.org/chat"
    assert ours.areas == {
        "orm": Area(paths=("django/db/**",), labels=("ORM",), team="ORM team", channel=channel)
    }
    assert ours.cohorts == (
        Cohort(
            name="2026 Session 4",
            kind="mentorship",
            starts=date(2026, 9, 7),
            ends=date(2026, 11, 2),
            invite="auto",
            goals=("regular contributors",),
            captain="monalisa",
            teams={"Saturn": Team(navigator="monalisa", captain="hubot")},
            members=(
                Member(
                    login="octocat",
                    team="Saturn",
                    areas=("orm",),
                    languages=("it", "en"),
                    timezone="Europe/Rome",
                    capacity=2,
                    mentoring="ask",
                    contact="Discord: @octocat",
                    about="Migrations looked like magic to me too. Ask me anything.",
                ),
            ),
        ),
    )


def section(heading: str) -> str:
    """What the reference has below a heading."""
    found = REFERENCE.partition(f"\n### {heading}\n")[2].partition("\n#")[0]
    assert found
    return found


def test_the_defaults_in_the_docs_are_the_defaults() -> None:
    follow_up = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| `(.+?)` \|", section("`follow_up`"), re.MULTILINE))
    assert program(f"program: X\nfollow_up: {follow_up}\n".replace("'", "")).follow_up == FollowUp()
    assert set(follow_up) == set(FollowUp.model_fields)


SECTIONS = {
    "The program": Program,
    "`follow_up`": FollowUp,
    "`digest`": Digest,
    "`asks[]`": Ask,
    "`path[]`": Step,
    "`texts`": Texts,
    "`areas.<name>`": Area,
    "`cohorts[]`": Cohort,
    "`cohorts[].teams.<name>`": Team,
    "`cohorts[].members[]`": Member,
}


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_docs_name_every_key(heading: str) -> None:
    documented = re.findall(r"^\| `(\w+)` \|", section(heading), re.MULTILINE)
    keys = [info.alias or name for name, info in SECTIONS[heading].model_fields.items()]
    assert [key for key in documented if key != "_extends"] == keys


@pytest.mark.parametrize("model", SECTIONS.values())
def test_every_key_says_what_it_means(model: type[BaseModel]) -> None:
    """Below it, in the model: the reference and the editors' schema repeat it."""
    said = {name: info.description or "" for name, info in model.model_fields.items()}
    assert [name for name, sentence in said.items() if not sentence.endswith(".")] == []


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffprogram: X\n",
        "program: X",
        "program: X\r\norganizers:\r\n- a\r\n",
        "# ours\n---\nprogram: X\n...\n",
        "%YAML 1.1\n---\nprogram: X\n",
        "program: X\ncohorts:\nareas: ~\n",
        "{program: X}",
        "program: X\ndigest:\n",
    ],
)
def test_other_ways_to_write_it(text: str) -> None:
    assert program(text).name == "X"


def test_scalars_are_what_was_written() -> None:
    members = (
        "  - login: 0123\n    languages: [no, en]\n    capacity: 007\n  - login: 1e3\n  - login: 'null'\n"
    )
    found = program(MEMBERS + members).cohorts[0].members
    assert [member.login for member in found] == ["0123", "1e3", "null"]
    assert found[0].languages == ("no", "en")
    assert found[0].capacity == 7


@pytest.mark.parametrize(
    ("written", "meant"), [("true", True), ("false", False), ("auto", "auto"), ("", "auto")]
)
def test_invite(written: str, meant: object) -> None:
    assert program(f"{COHORT}  invite: {written}\n").cohorts[0].invite is meant


def test_the_digest_can_be_switched_off() -> None:
    assert program("program: X\ndigest: off\n").digest is None
    assert program("program: X\ndigest: {weekday: Friday}\n").digest == Digest(weekday="friday")
    assert program("program: X\ndigest: {without: [tip]}\n").digest == Digest(without=("tip",))


def test_about_holds_240_characters_of_any_language() -> None:
    about = "🪔é" * 120
    assert program(f"{MEMBERS}  - login: a\n    about: {about}\n").cohorts[0].members[0].about == about
    assert said(f"{MEMBERS}  - login: a\n    about: {about}x\n") == [
        "line 8, column 12: `about`: write at most 240 characters; these are 241"
    ]


def test_about_may_be_folded() -> None:
    folded = program(f"{MEMBERS}  - login: a\n    about: |\n      One.\n      Two.\n")
    assert folded.cohorts[0].members[0].about == "One. Two."


REFUSED = {
    "": ["line 1, column 1: the key `program` is missing"],
    "program:\n": ["line 1, column 1: the key `program` is missing"],
    "program: ''": ["line 1, column 10: `program`: write something here, it is empty"],
    'program: "a\\nb"': ["line 1, column 10: `program`: write it on one line (it says `a b`)"],
    "program: X\npath: [{name: Go, when: merge, next: On}]": [
        "line 2, column 25: `when`: write one of nothing, opened, merged, three_merged, reviewed, mentor; "
        "did you mean `merged`? (it says `merge`)"
    ],
    "program: X\npath: on": [
        "line 2, column 7: `path`: write `off`, or steps such as {name: First task, when: merged, next: Take another one} "
        "(it says `on`)"
    ],
    "program: X\npath: [{name: Go}]": [
        "line 2, column 8: the key `when` is missing",
        "line 2, column 8: the key `next` is missing",
    ],
    "- a": ["line 1, column 1: the file must consist of keys and values, such as `program: Our Program`"],
    "program: X\nname: Y": ["line 2, column 1: unknown key `name`"],
    "program: X\norganisers: []\nzzz: 1": [
        "line 2, column 1: unknown key `organisers`; did you mean `organizers`?",
        "line 3, column 1: unknown key `zzz`",
    ],
    "program: X\norganisers:\nareas: {orm: {path: }, labels: }\ncohorts: [{captian: }]": [
        "line 2, column 1: unknown key `organisers`; did you mean `organizers`?",
        "line 3, column 15: unknown key `path`; did you mean `paths`?",
        "line 4, column 11: the key `name` is missing",
        "line 4, column 11: the key `starts` is missing",
        "line 4, column 11: the key `ends` is missing",
        "line 4, column 12: unknown key `captian`; did you mean `captain`?",
    ],
    "program: X\nشفق: 1\norganizers: ['\u202eab']": [
        "line 2, column 1: unknown key `\u2068شفق\u2069`",
        "line 3, column 14: `organizers`: write a GitHub login, without @ (it says `U+202Eab`)",
    ],
    "program: X\n'a`b': 1": ["line 2, column 1: unknown key `a'b`"],
    "program: X\nextends: a/b": ["line 2, column 1: unknown key `extends`; did you mean `_extends`?"],
    "program: X\n_extends: b": ["line 2, column 11: `_extends`: write owner/repository (it says `b`)"],
    "program: X\norganizers: a": [
        "line 2, column 13: `organizers`: write a list, such as [one, two] (it says `a`)"
    ],
    "program: X\norganizers: ['@a', {b: c}]": [
        "line 2, column 14: `organizers`: write a GitHub login, without @ (it says `@a`)",
        "line 2, column 20: `organizers`: write text here, not a list or keys",
    ],
    "program: X\norganizers:\n- \n": ["line 3, column 2: `organizers`: this entry is empty"],
    "program: X\ntimezone: rome\nlanguage: English\nhuman_first: 3 fortnights": [
        "line 2, column 11: `timezone`: write a time zone of the IANA list, such as Europe/Rome (it says `rome`)",
        "line 3, column 11: `language`: write a language code such as en (it says `English`)",
        "line 4, column 14: `human_first`: write a duration such as 45s, 10m, 12h, 2d, 3w or 3 weeks"
        " (it says `3 fortnights`)",
    ],
    "program: X\nstarter_issues: 11": [
        "line 2, column 17: `starter_issues`: write a whole number from 0 to 10 (it says `11`)"
    ],
    "program: X\nstarter_issues: 2.0": [
        "line 2, column 17: `starter_issues`: write a whole number from 0 to 10 (it says `2.0`)"
    ],
    "program: X\nstarter_issues: [2]": [
        "line 2, column 17: `starter_issues`: write a whole number from 0 to 10",
    ],
    "program: X\nmentor_label: mentor": [
        "line 2, column 15: `mentor_label`: write {login} exactly once in it, where the mentor's login goes"
        " (it says `mentor`)"
    ],
    "program: X\nmentor_label: 'a {login} {login}'": [
        "line 2, column 15: `mentor_label`: write {login} exactly once in it, where the mentor's login goes"
        " (it says `a {login} {login}`)"
    ],
    "program: X\nmentor_label: 'our mentor: {login}'": [
        "line 2, column 15: `mentor_label`: write at most 11 characters around {login},"
        " since a label has at most 50 (it says `our mentor: {login}`)"
    ],
    "program: X\ngood_first_issue_labels: []": [
        "line 2, column 26: `good_first_issue_labels`: write at least one label"
    ],
    f"program: X\ngood_first_issue_labels: [{'x' * 51}]": [
        "line 2, column 27: `good_first_issue_labels`: write at most 50 characters; these are 51"
    ],
    "program: X\nfollow_up: 3d": [
        "line 2, column 12: `follow_up`: write keys and values here (it says `3d`)"
    ],
    "program: X\nfollow_up: {answer_within: 0d, hand_over: 3d, organizer_after: 400d}": [
        "line 2, column 28: `answer_within`: write a duration longer than nothing (it says `0d`)",
        "line 2, column 32: unknown key `hand_over`; did you mean `hand_over_after`?",
        "line 2, column 64: `organizer_after`: write a duration of at most 366 days (it says `400d`)",
    ],
    "program: X\ndigest: no": [
        "line 2, column 9: `digest`: write `off`, or keys such as {weekday: monday, hour: 9} (it says `no`)"
    ],
    "program: X\ndigest: {without: [tips]}": [
        "line 2, column 20: `without`: write hands, wins, merged, numbers, charts, repositories, cohorts,"
        " starters or tip (it says `tips`)"
    ],
    "program: X\ndigest: {repository: x, weekday: funday, hour: 24}": [
        "line 2, column 22: `repository`: write owner/repository (it says `x`)",
        "line 2, column 34: `weekday`: write monday, tuesday, wednesday, thursday, friday, saturday or sunday"
        " (it says `funday`)",
        "line 2, column 48: `hour`: write a whole number from 0 to 23 (it says `24`)",
    ],
    "program: X\nareas: [orm]": ["line 2, column 8: `areas`: write keys and values here"],
    "program: X\nareas: {orm: x}": ["line 2, column 14: `orm`: write keys and values here (it says `x`)"],
    "program: X\nareas: {orm: {path: [a], channel: 'http://x'}}": [
        "line 2, column 15: unknown key `path`; did you mean `paths`?",
        "line 2, column 35: `channel`: write an address that starts with https:// (it says `http://x`)",
    ],
    "program: X\nareas: {'a`b': {}}": [
        "line 2, column 16: `a'b`: name an area on one line of at most 50 characters, without backticks"
    ],
    "program: X\ncohorts: [{name: a}]": [
        "line 2, column 11: the key `starts` is missing",
        "line 2, column 11: the key `ends` is missing",
    ],
    "program: X\ncohorts:\n- name: a\n  starts: 2026-02-30\n  ends: 2.11.2026\n  invite: yes\n  kind: school": [
        "line 4, column 11: `starts`: write a date that exists, as year-month-day (it says `2026-02-30`)",
        "line 5, column 9: `ends`: write a date as year-month-day, such as 2026-11-02 (it says `2.11.2026`)",
        "line 6, column 11: `invite`: write auto, true or false (it says `yes`)",
        "line 7, column 9: `kind`: write mentorship, hackathon or contest (it says `school`)",
    ],
    "program: X\ncohorts:\n- name: a\n  starts: 2026-01-02\n  ends: 2026-01-01": [
        "line 5, column 9: `ends`: write a day not before it starts on 2026-01-02 (it says `2026-01-01`)"
    ],
    COHORT + "- {name: SPRING, starts: 2026-01-02, ends: 2026-02-03}": [
        "line 6, column 10: `name`: another cohort has this name"
    ],
    MEMBERS + "  - login: Octocat\n  - login: octocat": [
        "line 8, column 12: `login`: `octocat` is in this cohort twice"
    ],
    MEMBERS + "  - login: a\n    areas: [orn]\nareas: {orm: {}}": [
        "line 8, column 13: `areas`: no area is called `orn`; did you mean `orm`?"
    ],
    MEMBERS + "  - {}\n  - login:\n    capacity: many\n    mentoring: yes": [
        "line 7, column 5: the key `login` is missing",
        "line 8, column 5: the key `login` is missing",
        "line 9, column 15: `capacity`: write a whole number from 0 to 50 (it says `many`)",
        "line 10, column 16: `mentoring`: write ask, agreed or declined (it says `yes`)",
    ],
}


@pytest.mark.parametrize("text", REFUSED)
def test_every_problem_is_a_sentence_with_its_place(text: str) -> None:
    assert said(text) == REFUSED[text]


UNREADABLE = {
    "a: &x 1": "line 1, column 4: anchors (&) and aliases (*) are not read; write it out",
    "<<: *x": "line 1, column 5: anchors (&) and aliases (*) are not read; write it out",
    "a: !!int 3": "line 1, column 4: tags (!) are not read; put quotes around text that starts with !",
    "a: ! b": "line 1, column 4: tags (!) are not read; put quotes around text that starts with !",
    "a: 1\n---\nb: 2": "line 2, column 1: a second document starts here; only one is read",
    "a: 1\nb: 2\na: 3": "line 3, column 1: the key `a` is already on line 1",
    "a: 1\na:\n": "line 2, column 1: the key `a` is already on line 1",
    "? [a]\n: b": "line 1, column 3: a key must be plain text",
    ": b": "line 1, column 1: a key must be plain text",
    "a:\n\tb: 1": "line 2, column 1: a tab cannot indent YAML; use spaces",
    "login: @a": "line 1, column 8: put quotes around text that starts with @",
    "a: b: c": "line 1, column 5: a `:` cannot stand here; check the indentation, or put quotes around the text",
    "a: 'b": "line 1, column 6: this is not valid YAML (while scanning a quoted scalar: found unexpected end of stream)",
    "a: b\r\nc: \x00": "line 2, column 4: a character that cannot be printed (U+0000)",
    "a: \ud800": "line 1, column 4: a character that cannot be printed (U+D800)",
    "a: b\nc: d\ufffd": "line 2, column 5: this is not UTF-8 text; save the file as UTF-8",
    'a: "\\0"': "line 1, column 4: a character that cannot be printed (U+0000)",
    'a: "\\ud800"': "line 1, column 4: a character that cannot be printed (U+D800)",
    'a: "\\U00FFFFFF"': "line 1, column 1: this is not valid YAML after here",
    "a: " + "[" * 5000: "line 1, column 23: this is nested deeper than 20 levels",
    "a" * (64 * 1024 + 1): "line 1, column 1: the file is larger than 64 KiB",
    "é" * (32 * 1024 + 1): "line 1, column 1: the file is larger than 64 KiB",
    "a: [" + "b," * 20_000 + "]": "line 1, column 31995: the file has more than 16000 parts",
}


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: ascii(text[:12]))
def test_what_is_no_plain_yaml_is_refused_as_a_whole(text: str) -> None:
    assert said(text) == [UNREADABLE[text]]


def test_a_file_of_64_kib_is_read() -> None:
    text = "program: X\n#"
    assert program(text + "x" * (64 * 1024 - len(text))).name == "X"


def test_laughs_do_not_multiply() -> None:
    laughs = "a0: &a0 [lol, lol]\n" + "".join(f"a{i + 1}: &a{i + 1} [{f'*a{i}, ' * 9}]\n" for i in range(9))
    assert said(laughs) == ["line 1, column 5: anchors (&) and aliases (*) are not read; write it out"]


SLOW = {
    "nested lists": "[" * 65_000,
    "nested mappings": "{a: " * 16_000,
    "nested dashes": "- " * 32_000,
    "one list": "organizers: [" + "a," * 7_900 + "]",
    "unknown keys": "".join(f"k{i:x}:\n" for i in range(7_900)),
    "unknown areas": "areas: {" + "".join(f"a{i:x}: {{}}, " for i in range(2_000)) + "}\n"
    "cohorts: [{name: a, starts: 2026-01-01, ends: 2026-01-01, members: [{login: a, areas: ["
    + "zz," * 4_000
    + "]}]}]",
    "a long key": "k" * 65_000 + ": 1",
    "zones": "cohorts: [{members: [" + "{timezone: x}," * 2_600 + "]}]",
}


@pytest.mark.parametrize("name", SLOW)
def test_no_file_keeps_us_busy(name: str) -> None:
    assert len(SLOW[name]) < 64 * 1024
    started = time.process_time()
    assert parse(SLOW[name]).problems
    assert time.process_time() - started < 4  # two seconds here; machines differ


def test_of_very_many_problems_the_first_are_told() -> None:
    problems = parse("program: X\n" + "".join(f"k{i}: 1\n" for i in range(60))).problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1] == Problem(52, 1, "from here on there are 10 more problems")


def test_nearer_keys_replace_whole_keys() -> None:
    near = "_extends: o/r\ntimezone: Europe/Paris\nfollow_up: {answer_within: 1d}\norganizers:\n"
    far = "program: X\ntimezone: UTC\nfollow_up: {hand_over_after: 9d}\norganizers: [a]\ncohorts: []\n_extends: [x]\n"
    parsed = parse_layers([("near", near), ("far", far)])
    assert parsed == Parsed(
        Program(
            program="X",
            organizers=("a",),
            timezone="Europe/Paris",
            follow_up=FollowUp(answer_within=timedelta(days=1)),
        ),
        program_from="far",
        cohorts_from="far",
    )


def test_problems_name_their_file_the_nearest_first() -> None:
    near, far = "_extends: r\ntimezone: x/y\n", "bar: 1\ntimezone: 17\n"
    assert [str(problem) for problem in parse_layers([("near", near), ("far", far)]).problems] == [
        "near, line 1, column 1: the key `program` is missing",
        "near, line 1, column 11: `_extends`: write owner/repository (it says `r`)",
        "near, line 2, column 11: `timezone`: write a time zone of the IANA list, such as Europe/Rome (it says `x/y`)",
        "far, line 1, column 1: unknown key `bar`",
    ]


def test_an_unreadable_farther_file_is_a_problem() -> None:
    parsed = parse_layers([("near", "program: X"), ("far", "a: *b")])
    assert parsed.program is None
    assert [problem.source for problem in parsed.problems] == ["far"]


def test_where_program_and_cohorts_come_from() -> None:
    alone = parse_layers([("home", COHORT)])
    assert (alone.program_from, alone.cohorts_from) == ("home", "home")
    without = parse_layers([("near", "program: X\ncohorts:\n")])
    assert (without.program_from, without.cohorts_from) == ("near", None)


@pytest.mark.parametrize(
    ("text", "repository"),
    [
        ("_extends: our-org/.github", ".github"),
        ("program: X", None),
        ("_extends:", None),
        ("_extends: [a/b]", None),
        ("_extends: a/..", None),
        ("_extends: a/b/c", None),
        ("_extends: https://github.com/a/b", None),
        ("_extends: a/b\n\tc", None),
    ],
)
def test_extends(text: str, repository: str | None) -> None:
    assert extends_of(text) == (repository and f"our-org/{repository}")


WORDS = [
    "program",
    "cohorts",
    "areas",
    "digest",
    "off",
    "login",
    "members",
    "2026-01-01",
    "_extends",
    "~",
    "a/b",
]
SIGNS = [
    "\n",
    "\n  ",
    "\n- ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    '"',
    "&a ",
    "*a",
    "!",
    "|",
    ">",
    "#",
    "%",
    "? ",
]
SIGNS += [
    "\t",
    "\r",
    "\\",
    "\ufeff",
    "---\n",
    "...\n",
    "\x85",
    "\u2028",
    "<<",
    "0",
    "@",
    "`",
    "\\x",
    "%YAML 1.2\n",
]


@settings(max_examples=400, deadline=None)
@given(st.text() | st.lists(st.sampled_from(WORDS + SIGNS)).map("".join))
@example("%YAML 1.3\n---\na: b")
@example("%TAG ! x\n%TAG ! x\n---\na: b")
@example('"\\x"')
def test_no_text_raises(text: str) -> None:
    parsed = parse(text)
    assert isinstance(parsed, Parsed)
    assert (parsed.program is None) == bool(parsed.problems)
    assert all(problem.line > 0 and problem.column > 0 and problem.message for problem in parsed.problems)
    extends_of(text)


PLAIN = st.recursive(
    st.none() | st.text("ab:#'\"\\é🪔 -", max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inside, max_size=3),
    max_leaves=12,
)


def written(value: object) -> str:
    """Flow style with every text in single quotes."""
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{key}': {written(inner)}" for key, inner in value.items()) + "}"
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def without_empty_keys(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_empty_keys(inner) for key, inner in value.items() if inner is not None}
    return [without_empty_keys(inner) for inner in value] if isinstance(value, list) else value


@given(st.dictionaries(st.sampled_from(WORDS), PLAIN))
def test_what_is_written_is_what_is_read(data: dict[str, object]) -> None:
    assert yaml12.read(written(data)).data == without_empty_keys(data)


@given(st.dictionaries(st.sampled_from(WORDS), PLAIN))
def test_any_shape_becomes_a_program_or_problems(data: dict[str, object]) -> None:
    assert isinstance(parse(written({"program": "X"} | data)), Parsed)
