"""A stateful stand-in for GitHub over real HTTP: the demo runs on it, the tests test against it."""
