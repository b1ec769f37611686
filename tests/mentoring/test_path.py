"""Path: which step somebody is on, by what is known of them, and the program's own steps."""

import pytest

from mentoring.path import OURS, Walked, shown, step_on, steps_of
from tests.mentoring.make import program

WALKED = [
    (Walked(), "Find your project"),
    (Walked(opened=1), "Get started"),
    (Walked(merged=1), "First task"),
    (Walked(opened=4, merged=2), "First task"),
    (Walked(opened=3, merged=3), "Get involved"),
    (Walked(opened=1, reviewed=1), "Get more involved"),
    (Walked(mentors=True), "Get more involved"),
]


@pytest.mark.parametrize(("walked", "name"), WALKED)
def test_somebody_is_on_the_last_step_that_has_begun(walked: Walked, name: str) -> None:
    on = step_on(OURS, walked)
    assert on is not None and OURS[on].name == name


def test_a_program_has_steps_of_its_own_or_none() -> None:
    own = program(
        path=[
            {"name": "Look", "when": "opened", "next": "Look around."},
            {"name": "Teach", "when": "mentor", "next": "Teach."},
        ]
    )
    assert shown(own, Walked()) == {"steps": ["Look", "Teach"], "on": 0, "next": None}
    assert shown(own, Walked(opened=1)) == {"steps": ["Look", "Teach"], "on": 1, "next": "Look around."}
    assert shown(own, Walked(mentors=True))["on"] == 2
    assert steps_of(program(path="off")) == steps_of(program(path=[])) == ()
    assert shown(program(path="off"), Walked(merged=1)) == {"steps": [], "on": 0, "next": None}
    assert steps_of(program()) == OURS
