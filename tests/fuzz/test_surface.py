"""What the front door answers is what docs/openapi.yaml says, whatever schemathesis asks; over HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from adapters.context import open_context
from adapters.settings import load
from app import create_app
from tests.fuzz.fleet import METRICS_TOKEN, ROOT, fleet
from tests.fuzz.mutations import signature

SCHEMA = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.yaml")
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The web process as it is deployed; its address."""
    with fleet(tmp_path_factory.mktemp("surface"), workers=0, clocks=0) as ships:
        yield ships.urls[0]
        assert ships.deaths() == []
        assert ships.surprises() == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda one: one.value)
def test_the_front_door_answers_as_described(web: str, operation: APIOperation, mode: GenerationMode) -> None:
    if mode is GenerationMode.NEGATIVE and not operation.definition.raw.get("parameters"):
        return  # nothing can be wrong with a request that carries nothing

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def ask(case: schemathesis.Case, signed: bool) -> None:
        headers = _signed(case, web) if signed else {}
        response = case.call(base_url=web, headers=headers)
        if response.status_code == 414:
            return  # the server's own answer to an address of more than 64 KiB, as the description says
        # What GitHub signed is taken, even if it is not as we know it: it is kept and parked.
        closed = [checks.positive_data_acceptance] if response.status_code == 410 else []  # set-up is done
        case.validate_response(response, excluded_checks=[checks.negative_data_rejection, *closed])
        if headers and mode is GenerationMode.POSITIVE:
            assert response.status_code in {200, 202}

    ask()


def _signed(case: schemathesis.Case, web: str) -> dict[str, str]:
    """What shows who asks, where that matters."""
    if case.path == "/metrics":
        return {"Authorization": f"Bearer {METRICS_TOKEN}"}
    if case.path != "/webhooks":
        return {}
    request = requests.Request(**case.as_transport_kwargs(base_url=web)).prepare()
    body = request.body or b""
    return {"X-Hub-Signature-256": signature(body if isinstance(body, bytes) else body.encode())}


def test_the_description_knows_every_address(tmp_path: Path) -> None:
    known = load({"LAMPLIGHTER_DATA_DIR": str(tmp_path)})
    rules = list(create_app(open_context(known)).url_map.iter_rules())
    there = {
        f"{method} {_described(rule.rule)}"
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == {operation.label for operation in OPERATIONS}


def _described(rule: str) -> str:
    """An address as the description writes it: Flask says `<path:filename>`, it says `{filename}`."""
    return re.sub("<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule)
