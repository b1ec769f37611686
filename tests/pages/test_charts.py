"""Charts: the right lengths, words for whoever cannot see them, and nothing that the Content-Security-Policy forbids."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pages import charts
from pages.charts import HEIGHT, WIDTH, Bar, Chart

TEMPLATES = Path(__file__).parents[2] / "templates" / "pages"
SERIES = ["merged", "waiting"]


def drawn(chart: Chart) -> str:
    loader = FileSystemLoader(TEMPLATES)
    template = Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(
        "charts.html"
    )
    return str(template.module.chart(chart))  # type: ignore[attr-defined]


def read(chart: Chart) -> ElementTree.Element:
    """The figure, as a parser reads it: it raises on whatever is no XML."""
    found = ElementTree.fromstring(drawn(chart)).find("svg")
    assert found is not None
    return found


def some_weeks() -> Chart:
    bars = [("2 Nov", "Week of 2 November", [3, 1]), ("", "Week of 9 November", [0, 4])]
    return charts.stacked("weeks", "Newcomers", "In two weeks eight came.", bars, SERIES)


def test_parts_of_a_column_stand_on_each_other_and_are_as_high_as_their_numbers() -> None:
    first, second, third = some_weeks().rects
    assert (first.height, second.height, third.height) == (HEIGHT * 3 / 4, HEIGHT / 4, HEIGHT)
    assert second.y + second.height == first.y
    assert first.x == second.x < third.x
    assert [rect.series for rect in (first, second, third)] == [1, 2, 2]


def test_nothing_is_drawn_of_nothing() -> None:
    empty = charts.stacked("weeks", "Newcomers", "Nobody came.", [("", "A week", [0, 0])], SERIES)
    assert empty.is_empty
    assert charts.stacked("weeks", "Newcomers", "Nobody came.", [], SERIES).is_empty
    assert charts.rows("funnel", "From asked to helped", "Nobody.", [Bar("asked", 0, "0")], 0).is_empty
    for chart in (empty, charts.rows("funnel", "From asked to helped", "Nobody.", [], 0)):
        assert read(chart).get("role") == "img"


def test_one_single_number_is_a_whole_bar() -> None:
    (rect,) = charts.rows("funnel", "From asked to helped", "One.", [Bar("asked", 1, "1")], 1).rects
    assert (rect.x, rect.width) == (0, WIDTH)


def test_a_small_share_is_still_to_be_seen() -> None:
    (rect,) = charts.rows("funnel", "From asked to helped", "One.", [Bar("asked", 1, "1")], 10_000).rects
    assert rect.width == 2


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 4), (1, 4), (4, 4), (5, 6), (9, 10), (11, 12), (13, 16), (41, 50), (999, 1000), (1001, 1200)],
)
def test_the_scale_ends_above_the_largest_number(most: int, top: int) -> None:
    assert charts.top_of(most) == top >= most


@pytest.mark.parametrize("most", [*range(0, 300), 999, 12_345])
def test_nothing_is_larger_than_the_scale_and_its_steps_are_whole(most: int) -> None:
    chart = charts.stacked("weeks", "Newcomers", "Words.", [("", "A week", [most])], ["came"])
    assert all(0 < rect.height <= HEIGHT for rect in chart.rects)
    assert str(charts.top_of(most)) in [label.text for label in chart.labels]


def test_it_says_itself_to_whoever_cannot_see_it() -> None:
    svg = read(some_weeks())
    assert svg.get("role") == "img"
    named = {element.get("id"): element.text for element in svg if element.get("id")}
    said = [named[name] for name in (svg.get("aria-labelledby") or "").split()]
    assert said == ["Newcomers", "In two weeks eight came."]
    assert [part.findtext("title") for part in svg.iter("rect")][0] == "Week of 2 November: 3 merged"


def test_words_stay_words() -> None:
    words = '</desc><script>alert("1")</script>'
    chart = charts.rows("funnel", words, words, [Bar(words, 1, words)], 1)
    assert "<script" not in drawn(chart)
    assert read(chart).findtext("desc") == words


@pytest.mark.parametrize("forbidden", ["style=", "<style", "<script", "fill=", "href"])
def test_colours_are_classes_so_that_dark_works_and_the_policy_is_kept(forbidden: str) -> None:
    assert forbidden not in drawn(some_weeks())


def test_every_colour_has_its_word() -> None:
    legend = ElementTree.fromstring(drawn(some_weeks())).findall("ul/li")
    assert ["".join(item.itertext()).strip() for item in legend] == SERIES
    style = (Path(__file__).parents[2] / "pages" / "static" / "style.css").read_text("utf-8")
    for item in some_weeks().series:
        assert f".series-{item.number} " in style
