"""Journeys: a signed webhook in, the state of the sandbox out."""
