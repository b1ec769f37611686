"""Tests of what jobs share; the jobs themselves are tested by journeys."""
