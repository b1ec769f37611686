"""Start here: what labels say of an issue's size, and nothing else does."""

import pytest

from mentoring.start_here import size_of


@pytest.mark.parametrize(
    ("labels", "size"),
    [
        (["size: S"], "small"),
        (["size/XS", "docs"], "small"),
        (["Size M"], "medium"),
        (["effort: low"], "small"),
        (["Effort = High"], "large"),
        (["complexity-medium"], "medium"),
        (["small"], "small"),
        (["Large"], "large"),
        (["size/XL"], "large"),
        (["s"], None),
        (["low"], None),
        (["priority: high"], None),
        (["good first issue"], None),
        (["smallish", "size", "size:", "size: 3"], None),
        (["size: S", "effort: high"], None),
        (["size: S", "small"], "small"),
        ([], None),
    ],
)
def test_the_size_is_what_the_labels_say(labels: list[str], size: str | None) -> None:
    assert size_of(labels) == size
