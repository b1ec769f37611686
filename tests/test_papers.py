"""The papers say what is so: the manifest, the README, the templates, the names of jobs."""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from adapters import settings
from adapters.bells import DELIVER, HANDLE
from adapters.sign_in import CALLBACK
from handlers import ROUTES
from handlers.routes import ALWAYS_SENT
from jobs import commands, work
from jobs.work import JOBS
from mentoring.commands import LINES, TO, VERBS, Line
from pages.terminal import COMMANDS as COMMANDS_OF_THE_OPERATOR
from tests import picture, reference
from tests.bench import report
from tests.bench.__main__ import TOPICS

ROOT = Path(__file__).parent.parent
ROOMS = ("handlers", "jobs", "mentoring", "adapters", "pages")
SOURCES = [ROOT / "app.py", *sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))]
TEMPLATES = sorted(file for file in (ROOT / "templates").rglob("*.*") if file.suffix != ".po")


def strings(file: Path) -> set[str]:
    """Every text literal of a module that stands alone, so neither docstrings nor parts of sentences."""
    tree = ast.parse(file.read_text("utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


WRITTEN = {file: strings(file) for file in SOURCES}


def manifest() -> Any:
    return YAML(typ="safe").load((ROOT / "app.yml").read_text("utf-8"))


# --- app.yml --------------------------------------------------------------------------------------


def test_the_manifest_subscribes_to_what_the_handlers_want() -> None:
    events = manifest()["default_events"]
    assert len(events) == len(set(events))
    assert set(events) == {route.event for route in ROUTES} - ALWAYS_SENT


def test_the_readme_subscribes_to_the_events_of_the_manifest() -> None:
    events = manifest()["default_events"]
    text = (ROOT / "README.md").read_text("utf-8")
    by_hand = (ROOT / "docs/register-by-hand.md").read_text("utf-8")
    field = re.search(r"^\| Subscribe to events \| (.+) \|$", by_hand, re.MULTILINE)
    _, _, table = text.partition("| event | why |\n|---|---|\n")
    explained = re.findall(r"^\| (.+?) \|", table.partition("\n\n")[0], re.MULTILINE)
    assert field and sorted(map(_event, field[1].split(", "))) == sorted(events)
    assert sorted(map(_event, explained)) == sorted(events)


def _event(words: str) -> str:
    """An event's name from how GitHub's pages show it, as in *Pull request review*."""
    return words.lower().replace(" ", "_")


def test_the_manifest_asks_for_the_least() -> None:
    assert manifest()["default_permissions"] == {
        "metadata": "read",
        "contents": "read",
        "issues": "write",
        "pull_requests": "write",
        "checks": "write",
    }


def test_the_manifest_has_what_github_requires_of_one() -> None:
    given = manifest()
    keys = {
        "name",
        "url",
        "description",
        "hook_attributes",
        "callback_urls",
        "setup_url",
        "public",
        "default_permissions",
        "default_events",
    }
    assert given.keys() == keys
    assert given["hook_attributes"]["url"] == f"{given['url']}/webhooks"
    assert given["setup_url"] == f"{given['url']}/installed"
    assert given["callback_urls"] == [f"{given['url']}{CALLBACK}"]


# --- the environment ------------------------------------------------------------------------------

VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
VARIABLES = sorted(name for name in WRITTEN[ROOT / "adapters/settings.py"] if VARIABLE.fullmatch(name))


def test_every_variable_is_in_the_table() -> None:
    assert sorted(variable.name for variable in settings.VARIABLES) == VARIABLES


def test_the_environments_variables_are_those_of_the_design() -> None:
    assert VARIABLES == [
        "DATABASE_URL",
        "GITHUB_API_URL",
        "GITHUB_APP_ID",
        "GITHUB_CLIENT_ID",
        "GITHUB_CLIENT_SECRET",
        "GITHUB_PRIVATE_KEY",
        "GITHUB_PRIVATE_KEY_PATH",
        "GITHUB_WEBHOOK_SECRET",
        "LAMPLIGHTER_DATA_DIR",
        "METRICS_TOKEN",
        "PORT",
        "PUBLIC_URL",
        "REDIS_URL",
    ]


@pytest.mark.parametrize("variable", VARIABLES)
def test_the_readme_explains_every_variable(variable: str) -> None:
    assert re.search(rf"`{variable}\b", (ROOT / "README.md").read_text("utf-8"))


def test_an_example_of_the_environment_has_every_variable() -> None:
    example = ROOT / ".env.example"  # the README alone will do
    text = example.read_text("utf-8") if example.exists() else "\n".join(f"{name}=" for name in VARIABLES)
    assert sorted(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE)) == VARIABLES


def test_the_environment_is_read_in_one_place() -> None:
    reading = re.compile(
        r"\bos\.environ\b(?!\[[^]]+\] = )|\bos\.getenv\b|\bimport (?:environ|getenv)\b"
    )  # to write it, for a library that reads it, is not to read it
    readers = {file.name for file in SOURCES if reading.search(file.read_text("utf-8"))}
    # Processes are started with the environment of whoever starts them.
    assert readers - {"processes.py", "valkey.py"} == {"settings.py"}


# --- names ----------------------------------------------------------------------------------------


def test_every_job_asked_for_exists() -> None:
    assert {route.job for route in ROUTES} <= set(JOBS)


def asked_jobs() -> set[str]:
    """The second argument of every `Asked(delivery, job, …)` in the jobs and the ledger."""
    calls = (
        node
        for file in SOURCES
        if file.parent.name in {"jobs", "ledger"}
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Asked", "AskedFor"}
    )
    return {
        call.args[1].value
        for call in calls
        if len(call.args) > 1
        and isinstance(call.args[1], ast.Constant)
        and isinstance(call.args[1].value, str)
    }


def test_every_job_the_clock_or_another_job_asks_for_exists() -> None:
    asked = asked_jobs()
    assert {"invitations", "digest", "invitation_reminder", "backfill", "configuration"} <= asked
    assert asked <= set(JOBS)


def test_every_job_is_asked_for_by_somebody() -> None:
    assert set(JOBS) <= {route.job for route in ROUTES} | asked_jobs()


def test_the_queue_calls_functions_that_exist() -> None:
    names = {HANDLE, DELIVER}
    assert names == {text for text in WRITTEN[ROOT / "adapters/bells.py"] if text.startswith("jobs.")}
    assert all(callable(getattr(work, name.rpartition(".")[2])) for name in names)


# --- commands -------------------------------------------------------------------------------------

# As the design has them.
COMMANDS = {
    ("accept", "later", "decline"): "whoever was invited",
    ("starter",): "a graduate or a mentor, on an issue of theirs",
    ("me",): "anyone",
    (TO,): "maintainers, organizers",
    ("next",): "the mentor, the newcomer, maintainers, organizers",
    ("why",): "anyone",
    ("away", "back", "capacity"): "a mentor",
    ("list", "unlist"): "a mentor",
    ("claim", "release"): "newcomers, on a starter issue",
    ("win",): "members, organizers, maintainers",
    ("yes", "no"): "the invited graduate",
    ("share",): "members of the program, in a cohort's showcase issue",
    ("event",): "organizers, graduates who said `yes event`",
    ("role", "done", "result"): "people of the program, in an event's issue",
    ("path",): "anyone",
    ("peers",): "anyone",
    ("certificate",): "anyone",
    ("forget",): "anyone",
    ("help",): "anyone",
}


def test_the_commands_are_those_of_the_design() -> None:
    assert {line.verbs: line.who for line in LINES} == COMMANDS


def test_every_command_can_be_carried_out() -> None:
    assert set(commands.VERBS) == set(VERBS)


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line.verbs))
def test_the_docs_explain_every_command(line: Line) -> None:
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    for verb in line.verbs:
        assert f"`/mentor {'@login' if verb == TO else verb}" in text


@pytest.mark.parametrize("command", COMMANDS_OF_THE_OPERATOR, ids=lambda command: command.name)
def test_the_docs_explain_every_operators_command(command: Any) -> None:
    assert f"`flask --app app {command.name}" in (ROOT / "docs/operating.md").read_text("utf-8")
    assert f"`.venv/bin/flask --app app {command.name}" in (ROOT / "README.md").read_text("utf-8")


# --- metrics --------------------------------------------------------------------------------------

METRIC = re.compile(r'(?:_make\("\w+", |_states\(|_age\(|\bGauge\(\s*)"(\w+)"')
METRICS = [
    name
    for file in ("adapters/metrics.py", "pages/metrics.py")
    for name in METRIC.findall((ROOT / file).read_text("utf-8"))
]


def test_the_docs_explain_every_metric() -> None:
    text = (ROOT / "docs/operating.md").read_text("utf-8")
    explained = set(re.findall(r"`lamplighter_(\w+?)(?:_total)?`", text))
    assert len(METRICS) > 5 and explained == set(METRICS)


# --- the reference --------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [reference.written, picture.drawn])
def test_what_is_made_from_the_code_says_what_the_code_says(made: Callable[[], dict[Path, str]]) -> None:
    """`python -m tests.reference` and `python -m tests.picture` make it anew."""
    stale = [
        str(file.relative_to(ROOT))
        for file, text in made().items()
        if not file.exists() or file.read_text("utf-8") != text
    ]
    assert stale == [], f"run `.venv/bin/python -m {made.__module__}` and commit what it writes"


# --- templates and modules ------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_template_says_first_when_it_is_used(template: Path) -> None:
    first, *_ = template.read_text("utf-8").splitlines()
    assert re.fullmatch(r"\{# [A-Z].+\. #\}", first)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_template_is_used(template: Path) -> None:
    name = str(template.relative_to(ROOT / "templates"))
    wanted = template.name if name.startswith("pages/") else name.removesuffix(".md")
    room = ("pages",) if name.startswith("pages/") else ("mentoring", "jobs", "adapters")
    by_code = any(wanted in texts for file, texts in WRITTEN.items() if file.parent.name in room)
    assert by_code or any(
        re.search(rf"\{{% \w+ \"{wanted}(?:\.md)?\"", other.read_text("utf-8")) for other in TEMPLATES
    )


def test_every_template_asked_for_exists() -> None:
    asked = {
        text
        for texts in WRITTEN.values()
        for text in texts
        if re.fullmatch(r"(?:comments|drafts|issues)/[a-z_]+", text)
    }
    assert asked == {
        str(file.relative_to(ROOT / "templates").with_suffix(""))
        for file in TEMPLATES
        if file.suffix == ".md" and file.parent.name != "parts"
    }


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_module_says_first_what_it_is_for(file: Path) -> None:
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    assert docstring.splitlines()[0:1] and re.search(r"[.?!]$", docstring.strip())


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", report.TABLES)
def test_the_tables_of_figures_are_what_was_measured(name: str) -> None:
    file, topics = report.TABLES[name]
    text = file.read_text("utf-8")
    assert report.replaced(text, name, report.table(report.load(), topics)) == text


def test_every_kept_figure_has_a_table() -> None:
    assert set(report.load()) <= {topic for _, topics in report.TABLES.values() for topic in topics}


def test_every_topic_of_the_benchmarks_is_explained_and_has_a_table() -> None:
    text = (ROOT / "docs/benchmarks.md").read_text("utf-8")
    assert set(TOPICS) == set(report.SPEED)
    assert all(f"`{topic}`" in text for topic in TOPICS)


# --- what make and the papers run -----------------------------------------------------------------

RUN = re.findall(r"python -m ((?:sandbox|tests)\S*)", (ROOT / "Makefile").read_text("utf-8"))


@pytest.mark.parametrize(
    "module",
    [
        *RUN,
        "tests.adapters.golden",
        "tests.bench.report",
        "tests.journeys.lost_month",
        "tests.reference",
        "tests.picture",
    ],
)
def test_whatever_is_run_reads_its_command_line(module: str) -> None:
    """So that `--help` tells what it does, instead of doing it."""
    path = ROOT.joinpath(*module.split("."))
    file = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    assert "ArgumentParser(" in file.read_text("utf-8")
