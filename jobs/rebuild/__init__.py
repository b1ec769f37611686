"""Rebuild: what a lost ledger knew, read again from GitHub (docs/adr/0010)."""

from jobs.rebuild.rebuild import Outcome, rebuild

__all__ = ["Outcome", "rebuild"]
