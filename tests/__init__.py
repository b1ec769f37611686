"""The tests mirror the rooms; `journeys` go from a signed webhook to what GitHub shows."""
