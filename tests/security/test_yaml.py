"""A stranger's `.github/lamplighter.yml` costs us little time and little memory, whatever stands in it."""

import time
import tracemalloc
from pathlib import Path

import pytest

from mentoring.configuration import parse
from mentoring.matching import areas_of
from mentoring.yaml12 import MOST_BYTES

HEAD = "program: A\n"
MEMBERS = HEAD + "cohorts:\n  - {name: B, starts: 2026-01-01, ends: 2026-02-01, members: [%s]}\n"
ALIASES = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def filled(part: str, head: str = HEAD) -> str:
    """As many parts as the largest file holds; `%d` in a part counts them."""
    found, n = [head], 0
    size = len(head.encode())
    while size + len((one := part.replace("%d", str(n))).encode()) <= MOST_BYTES:
        found.append(one)
        size += len(one.encode())
        n += 1
    return "".join(found)


BOMBS = {
    "nested lists": HEAD + "x: " + "[" * (MOST_BYTES - 20),
    "nested lists, closed": HEAD + "x: " + "[" * 30_000 + "]" * 30_000,
    "nested mappings": HEAD + "x: " + "{a: " * 15_000,
    "nested blocks": "".join(" " * n + "a:\n" for n in range(350)),
    "nested dashes": HEAD + "x:\n " + "- " * 30_000,
    "questions": "? " * 30_000,
    "keys": filled("k%d: v\n"),
    "keys of one mapping": filled("k%d: v,", HEAD + "x: {"),
    "empty entries": filled(",", HEAD + "x: ["),
    "lines": filled("\n"),
    "comments": filled("#\n"),
    "documents": filled("---\n"),
    "the same key": filled("program: A\n"),
    "members": MEMBERS % filled("{login: a%d},", ""),
    "10,000 members": MEMBERS % ",".join(f"{{login: a{n}}}" for n in range(10_000)),
    "members without an area": MEMBERS % filled("{login: a%d, areas: [b%d]},", ""),
    "labels": HEAD + f"good_first_issue_labels: [{filled('a%d,', '')}]",
    "paths": HEAD + f"areas: {{a: {{paths: [{filled('a/**/%d,', '')}]}}}}",
    "areas": filled("  a%d: {paths: [a]}\n", HEAD + "areas:\n"),
    "a long text": HEAD + "mentor_noun: " + "x" * 64_000,
    "a long key": HEAD + "x" * 64_000 + ": y",
    "a long quoted text": HEAD + 'mentor_noun: "' + "\\x41" * 15_000 + '"',
    "a long block": HEAD + "mentor_noun: |\n" + "  x\n" * 15_000,
    "a long folded block": HEAD + "mentor_noun: >-\n" + "  x\n\n" * 10_000,
    "a large number": HEAD + "starter_issues: " + "9" * 60_000,
    "a number with an exponent": HEAD + "starter_issues: 1e999999999",
    "a number to the base of sixty": HEAD + "starter_issues: " + "59:" * 20_000 + "59",
    "octal, hexadecimal, infinite": HEAD + "starter_issues: 0o7\nclaims: 0xFF\nfollow_up: .inf\n",
    "a long duration": HEAD + "human_first: " + "9" * 60_000 + "w",
    "a duration that overflows": HEAD + "human_first: 999999999w",
    "a date that overflows": HEAD + "cohorts: [{name: B, starts: 99999-01-01, ends: 2099-99-99}]",
    "a day that does not exist": HEAD + "cohorts: [{name: B, starts: 2026-02-30, ends: 2026-02-31}]",
    "a zone that is a file": HEAD + "timezone: ../../etc/passwd",
    "a zone that is an absolute file": HEAD + "timezone: /etc/passwd",
    "a zone of a folder": HEAD + "timezone: Europe",
    "a zone with a zero": HEAD + 'timezone: "UTC\\0"',
    "a zone that goes up": HEAD + "timezone: Europe/../Europe/Rome",
    "a long zone": HEAD + "timezone: " + "a/" * 30_000,
    "aliases": ALIASES,
    "an alias of itself": "a: &a [*a]",
    "merge keys": HEAD + "<<: {mentor_noun: x}\n<<: {claims: 2}\n",
    "a merge of an alias": "a: &a {b: c}\nd: {<<: *a}\n",
    "Python's objects": HEAD + "x: !!python/object/apply:os.system [touch /tmp/x]",
    "a Python name": HEAD + "x: !!python/name:os.system",
    "a tag of one's own": HEAD + "%TAG ! tag:example.org,2026:\n--- !x {}",
    "a binary": HEAD + "x: !!binary aGVsbG8=",
    "a directive": "%YAML 1.1\n---\nprogram: A",
    "many directives": filled("%FOO bar\n", ""),
    "NUL": HEAD + "mentor_noun: a\0b",
    "NUL, escaped": HEAD + 'mentor_noun: "a\\0b"',
    "an escape beyond Unicode": HEAD + 'mentor_noun: "\\UFFFFFFFF"',
    "half a pair": HEAD + 'mentor_noun: "\\uD800"',
    "a bell": HEAD + "mentor_noun: \x07",
    "tabs": HEAD + "x:\n\t- y",
    "a byte order mark in between": HEAD + "\ufeffx: y",
    "an unclosed quote": HEAD + 'x: "' + "y\n" * 30_000,
    "colons": HEAD + "x" + ":" * 60_000,
    "colons and spaces": HEAD + "x" + ": " * 30_000,
    "hyphens": HEAD + "-" * 60_000,
    "ampersands": HEAD + "x: " + "&" * 60_000,
    "bars": HEAD + "x: |" + "9" * 50_000,
    "another encoding": HEAD.encode("utf-16").decode("latin-1"),
    "too long by far": "x" * 10_000_000,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_no_file_takes_long(text: str) -> None:
    begun = time.process_time()
    found = parse(text)
    assert time.process_time() - begun < 10
    assert found.program is None or found.program.name == "A"
    assert all(len(str(problem)) < 500 for problem in found.problems) and len(found.problems) <= 51


def test_no_file_takes_much_memory() -> None:
    tracemalloc.start()
    for name in ("nested lists, closed", "members", "a long text", "many directives"):
        parse(BOMBS[name])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * 1024 * 1024


@pytest.mark.parametrize(
    "name", ["a zone that is a file", "a zone that goes up", "NUL", "aliases", "a Python name", "paths"]
)
def test_what_is_refused_is_told(name: str) -> None:
    assert parse(BOMBS[name]).problems


def test_nothing_in_a_file_is_carried_out(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    for tag in (
        "!!python/object/apply:os.system",
        "!!python/object/new:os.system",
        "!os.system",
        "!<tag:yaml.org,2002:x>",
    ):
        parse(f"{HEAD}mentor_noun: {tag} ['touch {proof}']\n")
    assert not proof.exists()


def test_what_people_may_well_write_is_read() -> None:
    assert parse("\ufeff" + HEAD).problems == ()
    assert parse(HEAD.replace("\n", "\r\n")).problems == ()
    assert parse("%YAML 1.2\n---\n" + HEAD + "...\n").problems == ()


def test_patterns_that_end_alike_and_the_longest_paths_are_matched_in_a_bearable_time() -> None:
    paths = ", ".join(f'"**/*a*/**/*a*/**/*b*/**/{n}*"' for n in range(20))
    program = parse(f"{HEAD}areas: {{a: {{paths: [{paths}]}}}}").program
    assert program is not None
    changed = ["/".join(["aaa"] * 100) + f"/{n}" for n in range(100)]  # more are not read
    begun = time.process_time()
    assert areas_of(changed, (), program.areas) == ()
    assert time.process_time() - begun < 10  # the whole of a file may cost twenty times as much, of 300 s


def test_too_many_paths_are_told_and_so_is_too_deep_a_one() -> None:
    many = ", ".join(f"a{n}/*" for n in range(101))
    (problem,) = parse(f"{HEAD}areas: {{a: {{paths: [{many}]}}}}").problems
    assert problem.message == "`paths`: write at most 100 paths; these are 101"
    (problem,) = parse(f'{HEAD}areas: {{a: {{paths: ["{"**/" * 5}x"]}}}}').problems
    assert problem.message == "`paths`: write at most 4 times ** in one path"
