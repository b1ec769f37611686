"""Patterns of an area's paths: what they mean, as wcmatch has it, and that none takes long."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcmatch import glob

from mentoring.globs import matches

MEANT = [
    ("django/db/models.py", "django/db/**", True),
    ("django/db/models/query.py", "django/db/**", True),
    ("django/dbx/models.py", "django/db/**", False),
    ("django/db", "django/db/**", False),
    ("docs/index.md", "docs/*.md", True),
    ("docs/a/index.md", "docs/*.md", False),
    ("docs/a/index.md", "docs/**/*.md", True),
    ("docs/index.md", "docs/**/*.md", True),
    ("README.md", "*.md", True),
    ("a/README.md", "*.md", False),
    ("a/README.md", "**/*.md", True),
    ("README.md", "**/*.md", True),
    (".github/ci.yml", "**", True),
    (".github/ci.yml", "*/ci.yml", True),
    ("Readme.md", "readme.md", False),
    ("a1.py", "a[0-9].py", True),
    ("ab.py", "a[!0-9].py", True),
    ("abc.py", "a?c.py", True),
    ("a/b/c", "a/**/c", True),
    ("a/c", "a/**/c", True),
    ("a/b", "a", False),
]


@pytest.mark.parametrize(("path", "pattern", "meant"), MEANT)
def test_what_a_pattern_means(path: str, pattern: str, meant: bool) -> None:
    assert matches(path, [pattern]) is meant
    assert matches(path, ["nothing", pattern]) is meant


def test_no_pattern_means_nothing() -> None:
    assert not matches("a", [])


PATTERN = st.lists(
    st.sampled_from(["a", "b", "*", "**", "a*", "*b", "?", "a.b", ".a", "[ab]"]), min_size=1, max_size=4
)
PATH = st.lists(st.sampled_from(["a", "b", "ab", "a.b", ".a", "c"]), min_size=1, max_size=4)


@settings(max_examples=200)
@given(PATTERN, PATH)
def test_a_pattern_means_what_people_know(pattern: list[str], path: list[str]) -> None:
    """wcmatch's meaning of `**` is the one of CODEOWNERS and of shells."""
    known = glob.globmatch("/".join(path), "/".join(pattern), flags=glob.GLOBSTAR | glob.DOTGLOB)
    assert matches("/".join(path), ["/".join(pattern)]) is known


BOMBS = [
    "**/a/" * 39 + "x",
    "**/*a*/" * 28 + "x",
    "*a" * 99 + "b",
    "?*" * 99 + "x",
    "[a-z]*" * 32 + "x",
    "{a,b}" * 40,
    "**/" * 66 + "x",
    "[" * 200,
    "+(a|aa)" * 28 + "x",
    "*" * 199 + "x",
    "(a+)+" * 39 + "$",
]
PATHS = ["a/" * 2000 + "b", "a" * 2000 + "/" + "a" * 2000, "/" * 4000, "ab" * 2000]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("bomb", BOMBS, ids=[bomb[:9] for bomb in BOMBS])
def test_no_pattern_takes_long_on_the_longest_path(bomb: str) -> None:
    begun = time.process_time()
    for path in PATHS:
        matches(path, [bomb])
    assert time.process_time() - begun < 2
