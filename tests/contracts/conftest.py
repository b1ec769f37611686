"""The fixture of the contract tests: GitHub's published descriptions, when they have been fetched."""

import pytest

from tests.contracts import recorder
from tests.contracts.published import Published


@pytest.fixture(scope="session")
def published() -> Published:
    """Skips without the descriptions; fails where they are required (LAMPLIGHTER_TESTS_REQUIRE=contracts)."""
    found = recorder.load()
    if found is None:
        pytest.skip(recorder.MISSING)
    return found
