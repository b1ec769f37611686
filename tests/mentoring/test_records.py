"""Records: what stands beside our marker comes back as it was, ends no comment, and tells nobody anything."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mentoring.records import ClaimRecord, MentorshipRecord, Record, StarterRecord, find, hide, without

NOW = datetime(2026, 11, 22, 9, 30, 15, 250_000, tzinfo=UTC)
MARKER = "<!-- lamplighter:welcome repo 42 · thread 12 · welcome -->"
KEY = "repo 42 · thread 12 · welcome"

moments = st.integers(1_500_000_000_000, 4_000_000_000_000).map(
    lambda thousandths: datetime.fromtimestamp(thousandths / 1000, UTC)
)
people = st.integers(1, 2**53)
nasty = st.text(st.sampled_from("-><!@#&`\\\"'\n\r\u2028 aé🎉{}[]"), max_size=20)
mentorships = st.builds(
    MentorshipRecord,
    kind=st.sampled_from(["pull", "claim", "asked"]),
    newcomer=people,
    mentor=st.none() | people,
    since=moments,
    answered=st.none() | moments,
    turn=st.sampled_from(["newcomer", "mentor", "maintainers"]),
    step=st.integers(0, 3),
    areas=st.lists(nasty, max_size=3).map(tuple),
    language=st.none() | nasty,
    area=st.none() | nasty,
)
records = st.builds(
    Record,
    mentorship=st.none() | mentorships,
    starter=st.none() | st.builds(StarterRecord, mentor=st.none() | people, since=moments),
    claims=st.lists(st.builds(ClaimRecord, person=people, at=moments), max_size=3).map(tuple),
    asked=st.lists(people, max_size=3).map(tuple),
)


@given(records)
def test_a_record_comes_back_as_it_was(record: Record) -> None:
    found = find(f"Hello\n\n{MARKER}\n{hide(record)}")
    assert found is not None
    assert (found.kind, found.key, found.record) == ("welcome", KEY, record)


@given(records)
def test_a_record_is_one_hidden_line_that_nothing_in_it_ends(record: Record) -> None:
    line = hide(record)
    (block,) = MarkdownIt().parse(line)
    assert (block.type, block.content) == ("html_block", line)
    inside = line.removeprefix("<!-- lamplighter-record ").removesuffix(" -->")
    assert not re.search(r"[-<>&@#`\n]", inside)


def test_github_may_give_a_text_back_with_other_line_ends() -> None:
    record = Record(asked=(1, 2))
    found = find(f"Hello\r\n\r\n{MARKER}\r\n{hide(record)}\r\n")
    assert found is not None
    assert found.record == record


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        f"{MARKER}\n\nMore words.",
        f"{MARKER}\n{hide(Record(asked=(1,)))}\n\nMore words.",
        f"> {MARKER} said somebody",
    ],
)
def test_only_the_last_lines_count(text: str) -> None:
    assert find(text) is None


@pytest.mark.parametrize(
    "record",
    [
        '{"mentorship":{"newcomer":"octocat","since":1}}',
        '{"mentorship":{"newcomer":-5,"since":1}}',
        '{"mentorship":{"newcomer":5}}',
        '{"mentorship":{"newcomer":5,"since":1,"turn":"nobody"}}',
        '{"mentorship":{"newcomer":5,"since":1e400}}',
        '{"asked":"all"}',
        "{nonsense}",
    ],
)
def test_a_record_that_somebody_broke_is_known_as_broken(record: str) -> None:
    found = find(f"Hello\n\n{MARKER}\n<!-- lamplighter-record {record} -->")
    assert found is not None
    assert (found.record, found.broken) == (None, True)


def test_what_a_newer_version_knows_is_left_aside() -> None:
    found = find(f'{MARKER}\n<!-- lamplighter-record {{"asked":[7],"weather":"fine"}} -->')
    assert found is not None
    assert found.record == Record(asked=(7,))


def test_a_text_without_its_record_is_the_text() -> None:
    text = f"Hello\n\n{MARKER}"
    assert without(f"{text}\n{hide(Record(asked=(1,)))}") == without(text) == text
