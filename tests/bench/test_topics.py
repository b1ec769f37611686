"""A topic runs seldom, and what it imports changes often: each of them must at least begin."""

import importlib

import pytest

from tests.bench.__main__ import TOPICS


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_can_begin(topic: str) -> None:
    assert callable(importlib.import_module(f"tests.bench.{topic}").figures)
