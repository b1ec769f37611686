"""The fixtures of the journeys, for what must hold of a whole story."""

from tests.journeys.conftest import house, redis_url, valkey

__all__ = ["house", "redis_url", "valkey"]
