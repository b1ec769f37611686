"""Broken webhooks: what they are made of, and the real processes they are sent to."""
