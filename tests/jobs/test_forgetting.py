"""What counts as `/mentor forget me`: it erases for good, so that nothing less is taken for it."""

import pytest

from jobs.forgetting import is_asked
from mentoring.commands import Command


@pytest.mark.parametrize(
    "words", ["me", "ME!", "me please", "me, please", "me. Thank you for all of it", "me;"]
)
def test_it_is_asked(words: str) -> None:
    assert is_asked(Command("forget", words))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "please",
        "my data",
        "myself",
        "me on this thread",
        "me, but only here",
        "me: here",
        "me not",
        "octocat",
        "mentor",
    ],
)
def test_it_is_not_asked(words: str) -> None:
    assert not is_asked(Command("forget", words))
