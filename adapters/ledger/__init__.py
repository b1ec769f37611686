"""The ledger: every SQL statement of Lamplighter, as named functions, one module a topic."""

from adapters.ledger.engine import Ledger

__all__ = ["Ledger"]
