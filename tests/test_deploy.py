"""What is in deploy/, and app.json: linted, and true to the Procfile, the settings and the versions."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dockerfile_parse import DockerfileParser
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from ruamel.yaml import YAML

from pages.terminal import COMMANDS
from sandbox.demo.house import OURS
from tests.test_papers import VARIABLES

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
BIN = Path(sys.executable).parent
PROCFILE = dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text("utf-8"), re.MULTILINE))
Change = Callable[[str], str]


def words(command: str, port: str = "8000", host: str = "0.0.0.0") -> list[str]:
    """A command of the Procfile, for a place with this port and host."""
    return shlex.split(command.replace("$PORT", port).replace("0.0.0.0", host))


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)


def compose() -> Any:
    return YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text("utf-8"))


OURS_IN_COMPOSE = ("release", "web", "worker", "clock")


def dockerfile() -> list[Any]:
    """The Dockerfile's instructions, in order: `instruction` and `value`."""
    with (DEPLOY / "Dockerfile").open("rb") as file:
        return list(DockerfileParser(fileobj=file).structure)


# --- linted, and each linter seen to fail ---------------------------------------------------------


def hadolint(text: str, folder: Path) -> str:
    (folder / "Dockerfile").write_text(text, "utf-8")
    return run(BIN / "hadolint", folder / "Dockerfile").stdout


def test_the_dockerfile_is_as_such_files_should_be(tmp_path: Path) -> None:
    assert hadolint((DEPLOY / "Dockerfile").read_text("utf-8"), tmp_path) == ""


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("DL3007", lambda text: text.replace("FROM python:${PYTHON}\n", "FROM python:latest\n")),
        ("DL3013", lambda text: text + "RUN pip install flask\n"),
        ("DL3020", lambda text: text.replace("COPY app.py", "ADD app.py")),
        ("DL3002", lambda text: text.replace("USER 10001:10001", "USER root")),
        ("DL3025", lambda text: re.sub(r"CMD \[.*\]", "CMD python app.py", text)),
        ("missing whitespace", lambda text: text.replace("WORKDIR /app", "WORKDIRR /app")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_in_the_dockerfile_would_be_found(rule: str, change: Change, tmp_path: Path) -> None:
    assert rule in hadolint(change((DEPLOY / "Dockerfile").read_text("utf-8")), tmp_path)


def check_compose(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "compose.yaml").write_text(text, "utf-8")
    return run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", folder / "compose.yaml")


def test_the_compose_file_follows_the_specification(tmp_path: Path) -> None:
    done = check_compose((DEPLOY / "compose.yaml").read_text("utf-8"), tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("read_only:", "readonly:"),
        ("init: true", "init: [1]"),
        ("service_healthy", "healthy"),
        ("networks:\n", "nets:\n"),
    ],
)
def test_a_mistake_in_the_compose_file_would_be_found(right: str, wrong: str, tmp_path: Path) -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    assert right in text
    assert check_compose(text.replace(right, wrong), tmp_path).returncode == 1


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they would be on a machine whose checkout is this one."""
    if not shutil.which("systemd-analyze"):
        missing = "The systemd units are not checked: there is no systemd-analyze on this machine."
        if "systemd" in os.environ.get("LAMPLIGHTER_TESTS_REQUIRE", ""):
            pytest.fail(missing)
        pytest.skip(missing)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(sys.executable)
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/lamplighter/.venv", str(tmp_path))
        (tmp_path / unit.name).write_text(text.replace("/opt/lamplighter", str(ROOT)), "utf-8")
    return tmp_path


def verify(units: Path) -> str:
    done = run("systemd-analyze", "verify", "--man=no", *(f"./{unit.name}" for unit in UNITS), cwd=units)
    return done.stderr if done.stderr or not done.returncode else "refused"


def test_the_units_are_understood(units: Path) -> None:
    assert verify(units) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("ProtectSystem=", "ProtectTheSystem="),
        ("Type=exec", "Type=service"),
        ("bin/python -m", "bin/pithon -m"),
        ("RestartSec=2", "RestartSec=soon"),
        ("[Service]", "[Services]"),
    ],
)
def test_a_mistake_in_a_unit_would_be_found(units: Path, right: str, wrong: str) -> None:
    file = units / "lamplighter-web.service"
    assert right in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(right, wrong), "utf-8")
    assert verify(units) != ""


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_may_do_little(units: Path, unit: Path) -> None:
    """systemd rates from 0 (nothing to gain) to 10; 2 and less is what it calls OK."""
    rate = ("systemd-analyze", "security", "--offline=true", "--threshold=20", f"./{unit.name}")
    assert run(*rate, cwd=units).returncode == 0
    file = units / unit.name
    file.write_text(file.read_text("utf-8").replace("SystemCallFilter=@system-service", ""), "utf-8")
    assert run(*rate, cwd=units).returncode != 0


def test_what_a_unit_may_not_do_is_the_same_in_all_of_them() -> None:
    kept = {
        unit.read_text("utf-8").partition("# What it does not need")[2].partition("[Install]")[0].strip()
        for unit in SERVICES
    }
    assert len(kept) == 1 and "NoNewPrivileges=yes" in kept.pop()


# --- the same processes everywhere ----------------------------------------------------------------


def test_the_procfile_names_four_processes() -> None:
    assert set(PROCFILE) == {"release", "web", "worker", "clock"}


@pytest.mark.parametrize("process", PROCFILE)
def test_compose_runs_what_the_procfile_says(process: str) -> None:
    assert compose()["services"][process]["command"] == words(PROCFILE[process])


def test_the_image_runs_the_web_process() -> None:
    (command,) = [json.loads(one["value"]) for one in dockerfile() if one["instruction"] == "CMD"]
    assert command == words(PROCFILE["web"])


@pytest.mark.parametrize("process", PROCFILE)
def test_a_unit_runs_what_the_procfile_says(process: str) -> None:
    (unit,) = (DEPLOY / "systemd").glob(f"lamplighter-{process}*.service")
    (command,) = re.findall(r"^ExecStart=(.+)$", unit.read_text("utf-8"), re.MULTILINE)
    expected = words(PROCFILE[process], port="${PORT}", host="127.0.0.1")
    assert shlex.split(command) == ["/opt/lamplighter/.venv/bin/python", *expected[1:]]


def test_one_unit_runs_everything() -> None:
    text = (DEPLOY / "systemd/lamplighter.service").read_text("utf-8")
    assert "ExecStart=/opt/lamplighter/.venv/bin/python app.py\n" in text


def test_a_platform_starts_the_processes_that_stay() -> None:
    formation = json.loads((ROOT / "app.json").read_text("utf-8"))["formation"]
    assert set(formation) == set(PROCFILE) - {"release"}
    assert all(process["quantity"] == 1 for process in formation.values())


# --- the same environment -------------------------------------------------------------------------

SET_BY_THE_PLATFORM = {"DATABASE_URL", "REDIS_URL", "PORT"}
NOT_OURS = re.compile("PATH|PYTHON[A-Z]*|PIP_[A-Z_]+")


def test_app_json_asks_for_variables_that_exist_and_makes_what_it_can() -> None:
    given = json.loads((ROOT / "app.json").read_text("utf-8"))
    assert set(given["env"]) <= set(VARIABLES) - SET_BY_THE_PLATFORM
    made = {name for name, about in given["env"].items() if about.get("generator") == "secret"}
    assert made == {"METRICS_TOKEN"} and not any("value" in about for about in given["env"].values())
    # Some of the credentials alone would be refused, and all of them come from the set-up page.
    assert {name for name, about in given["env"].items() if about.get("required")} == {"PUBLIC_URL"}
    plans = [addon["plan"].partition(":")[0] for addon in given["addons"]]
    assert plans == ["heroku-postgresql", "heroku-redis"]
    known = {"name", "description", "keywords", "buildpacks", "addons", "formation", "env"}
    assert set(given) == known


def test_compose_the_image_and_the_units_set_variables_that_exist() -> None:
    services = compose()["services"]
    named = {name for process in OURS_IN_COMPOSE for name in services[process]["environment"]}
    named |= {
        name
        for one in dockerfile()
        if one["instruction"] == "ENV"
        for name in re.findall(r"(?:^|\s)([A-Z_]+)=", one["value"])
    }
    named |= {
        name
        for unit in SERVICES
        for name in re.findall(r"^Environment=([A-Z_]+)=", unit.read_text("utf-8"), re.M)
    }
    assert {name for name in named if not NOT_OURS.fullmatch(name)} <= set(VARIABLES)


# --- no more than they need -----------------------------------------------------------------------


@pytest.mark.parametrize("process", OURS_IN_COMPOSE)
def test_our_containers_may_do_little(process: str) -> None:
    service = compose()["services"][process]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service and "volumes" not in service


def test_the_image_ends_as_somebody_without_rights() -> None:
    users = [one["value"] for one in dockerfile() if one["instruction"] == "USER"]
    assert users == ["10001:10001"]


def test_only_the_web_process_can_be_reached_and_only_from_this_machine() -> None:
    services = compose()["services"]
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }
    assert compose()["networks"]["inside"] == {"internal": True}
    assert services["database"]["networks"] == services["queue"]["networks"] == ["inside"]


def test_compose_waits_for_what_is_healthy() -> None:
    services = compose()["services"]
    assert {name for name, service in services.items() if "healthcheck" in service} == {
        "web",
        "database",
        "queue",
    }
    assert services["release"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for process in ("web", "worker", "clock"):
        assert services[process]["depends_on"]["release"] == {"condition": "service_completed_successfully"}


def test_every_image_is_of_one_version() -> None:
    images = {
        service["image"] for name, service in compose()["services"].items() if name not in OURS_IN_COMPOSE
    }
    assert images and all(re.search(r":\d+\.\d+(\.\d+)?(-\w+)?$", image) for image in images)


def test_no_secret_is_written_down() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8") + (DEPLOY / "Dockerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if re.search("PASSWORD|SECRET|TOKEN", line)]
    assert len(lines) == 2 and all("${POSTGRES_PASSWORD:?" in line for line in lines)
    assert run("git", "check-ignore", "deploy/.env", "deploy/private-key.pem").stdout.split() == [
        "deploy/.env",
        "deploy/private-key.pem",
    ]


# --- versions and files ---------------------------------------------------------------------------


def test_the_image_has_a_python_that_we_run_with() -> None:
    (argument,) = [one["value"] for one in dockerfile() if one["instruction"] == "ARG"]
    version = Version(argument.removeprefix("PYTHON=").partition("-")[0])
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (needed,) = re.findall(r'^requires-python = "(.+)"$', project, re.MULTILINE)
    (checked,) = re.findall(r'^python_version = "(.+)"$', project, re.MULTILINE)
    assert version in SpecifierSet(needed)
    assert f"{version.major}.{version.minor}" == checked and len(version.release) == 3
    assert [one["value"].partition(" ")[0] for one in dockerfile() if one["instruction"] == "FROM"] == [
        "python:${PYTHON}"
    ] * 2


def copied() -> list[list[str]]:
    """What each COPY of the last stage takes out of the checkout, and where to."""
    stages: list[list[list[str]]] = []
    for one in dockerfile():
        if one["instruction"] == "FROM":
            stages.append([])
        elif one["instruction"] == "COPY" and not one["value"].startswith("--from"):
            stages[-1].append(shlex.split(one["value"]))
    return stages[-1]


def test_the_context_of_the_image_is_what_it_copies_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    wanted = {
        "pyproject.toml",
        "constraints.txt",
        "README.md",
        *(name for copy in copied() for name in copy[:-1]),
    }
    assert rules[0] == "*" and rules[-1] == "**/__pycache__"
    assert {rule.removeprefix("!") for rule in rules[1:-1]} == wanted


def test_with_what_the_image_copies_everything_runs(tmp_path: Path) -> None:
    """The files of the image in a folder of their own: no room and no template was left behind."""
    image = tmp_path / "image"
    image.mkdir()
    for *sources, target in copied():
        for source in sources:
            place = image / (source if target == "./" else target)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place)
            else:
                shutil.copy(ROOT / source, place)
    kept = {name: value for name, value in os.environ.items() if not name.startswith((*OURS, "PYTHONPATH"))}
    variables = kept | {"LAMPLIGHTER_DATA_DIR": str(tmp_path / "data")}

    def there(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command], cwd=image, env=variables, capture_output=True, text=True, check=False
        )

    done = there("-m", "flask", "--app", "app", "release")
    assert (done.returncode, done.stderr) == (0, "")
    imports = "import pkgutil, app; [__import__(m.name) for m in pkgutil.walk_packages(['.']) if m.name != 'migrations' and not m.name.startswith('migrations.')]"
    done = there("-c", imports)
    assert done.returncode == 0, done.stderr
    done = there("-c", LOOK_AT_EVERY_PAGE)
    assert (done.returncode, done.stdout.split()) == (0, ["/readyz"]), done.stderr


# Prints what fails: in this folder there is no queue, and all else has to be there.
LOOK_AT_EVERY_PAGE = """
from app import create_app
app = create_app()
client = app.test_client()
for rule in app.url_map.iter_rules():
    if "GET" in rule.methods and not rule.arguments and client.get(rule.rule).status_code >= 500:
        print(rule.rule)
for file in ("style.css", "lamp.svg"):
    assert client.get(f"/static/{file}").status_code == 200
"""


def test_what_platforms_install_is_what_everybody_installs() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["--constraint constraints.txt", "."]


@pytest.mark.parametrize(
    ("dyno", "url", "then"),
    [
        ("web.1", "rediss://:p@host:6380", "rediss://:p@host:6380?ssl_cert_reqs=none"),
        ("web.1", "redis://host:6379", "redis://host:6379"),
        ("", "rediss://:p@host:6380", "rediss://:p@host:6380"),
    ],
)
def test_herokus_redis_is_asked_without_a_look_at_its_certificate_and_no_other(
    dyno: str, url: str, then: str
) -> None:
    command = [shutil.which("sh") or "sh", "-euc", '. ./.profile; printf %s "$REDIS_URL"']
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"REDIS_URL": url} | ({"DYNO": dyno} if dyno else {}),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, then)


# --- the pages ------------------------------------------------------------------------------------

PAGES = sorted((ROOT / "docs/deploy").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_was_tried(page: Path) -> None:
    assert page.stem == "README" or "\n## What was tried\n" in page.read_text("utf-8")


def test_the_pages_name_files_services_and_commands_that_exist() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    units = set(re.findall(r"\blamplighter(?:-\w+@?)?\.(?:service|target)\b", text))
    assert units and units <= {unit.name for unit in UNITS}
    enabled = set(re.findall(r"\blamplighter-(\w+)(?:@\d)?\b(?!\.)", text)) - {"2"}
    assert enabled <= {*PROCFILE}
    commands = set(re.findall(r"flask --app app (\w[\w-]*)", text))
    assert (
        {"release", "copy", "rebuild", "inbox", "setup"} <= commands <= {command.name for command in COMMANDS}
    )
    services = set(re.findall(r"docker compose (?:exec|logs|stop|restart)(?: -T| --follow)? (\w+)", text))
    assert services and services <= set(compose()["services"])
