"""Many ids given to one statement, as a table with the column `id`: one parameter, however many there are."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, FromClause, Text, bindparam, column, func, select

POSTGRESQL = "postgresql"


def given(dialect: str) -> FromClause:
    """A subquery with the ids of the parameter `ids` (see `as_given`)."""
    if dialect == POSTGRESQL:
        numbers = func.unnest(bindparam("ids", type_=ARRAY(BigInteger))).column_valued("id")
        return select(numbers.label("id")).subquery("given")
    rows = func.json_each(bindparam("ids", type_=Text)).table_valued(column("value", BigInteger), name="ids")
    return select(rows.c.value.label("id")).subquery("given")


def as_given(connection: Connection, ids: Collection[int]) -> Any:
    """The ids as that parameter."""
    return list(ids) if connection.dialect.name == POSTGRESQL else json.dumps(list(ids))
