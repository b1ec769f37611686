"""Languages, by their codes and names."""

import pytest

from mentoring.languages import code_of, name_of


@pytest.mark.parametrize("text", ["it", "IT", "Italian", "italiano"])
def test_a_language_is_known_by_its_code_and_its_names(text: str) -> None:
    assert code_of(text) == "it"


def test_what_is_no_language_is_not_known() -> None:
    assert code_of("nonsense") is None


@pytest.mark.parametrize(("code", "name"), [("it", "Italian"), ("ES", "Spanish"), ("xx-none", "xx-none")])
def test_a_language_is_said_by_its_name(code: str, name: str) -> None:
    assert name_of(code) == name
