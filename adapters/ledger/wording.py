"""Wording: sentences of ours in a JSON column, kept so that they can be said in any language later."""

from typing import Any

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

from mentoring.languages import Named, name_of
from mentoring.wording import Phrase


class Wording(TypeDecorator[Any]):
    """JSON in which a phrase may stand wherever a str does, and comes back as one.

    What was kept as plain words comes back as plain words.
    """

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return _kept(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return _read(value)


def _kept(value: Any) -> Any:
    if isinstance(value, Phrase):
        values = {name: _kept(one) for name, one in value.values.items()}
        return {"one": value.one, "other": value.other, "number": value.number, "values": values}
    if isinstance(value, Named):
        return {"language": value.code}
    if isinstance(value, dict):
        return {name: _kept(one) for name, one in value.items()}
    return [_kept(one) for one in value] if isinstance(value, (list, tuple)) else value


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"one", "other", "number", "values"}:
        values = {name: _read(one) for name, one in value["values"].items()}
        return Phrase.of(value["one"], value["other"], value["number"], values)
    if value.keys() == {"language"}:
        return name_of(value["language"])
    return {name: _read(one) for name, one in value.items()}
