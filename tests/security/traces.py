"""Searches everything that is kept: every column of every table as text, and everything in the queue, unpacked."""

import base64
import json
import re
import zlib
from collections.abc import Iterable
from contextlib import suppress

from redis import Redis
from sqlalchemy import inspect, text

from adapters.ledger import Ledger


def everything(ledger: Ledger, apart: Iterable[str] = ()) -> dict[str, list[str]]:
    """The rows of each table the database really has, not only of those we know of."""
    names = set(inspect(ledger.engine).get_table_names()) - set(apart)
    with ledger.engine.connect() as connection:
        return {
            name: [
                json.dumps(list(row), default=str)
                for row in connection.execute(text(f'SELECT * FROM "{name}"'))
            ]
            for name in sorted(names)
        }


def in_queue(queue: Redis) -> list[str]:
    """What the queue holds, key by key; also what RQ has compressed."""
    return [_content(queue, key).decode("utf-8", "replace") for key in queue.keys("*")]


def traces(ledger: Ledger, queue: Redis, words: Iterable[object], apart: Iterable[str] = ()) -> list[str]:
    """Every place that holds one of the words on its own, in any case: logins, ids, names of repositories."""
    either = "|".join(re.escape(str(word)) for word in words)
    sought = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)
    found = everything(ledger, apart) | {"the queue": in_queue(queue)}
    return [f"{place}: {row}" for place, rows in found.items() for row in rows if sought.search(row)]


def _content(queue: Redis, key: bytes) -> bytes:
    kind = queue.type(key)
    if kind == b"hash":
        parts = [part for pair in queue.hgetall(key).items() for part in pair]
    elif kind == b"stream":
        parts = [part for _, entry in queue.xrange(key) for pair in entry.items() for part in pair]
    elif kind == b"zset":
        parts = queue.zrange(key, 0, -1)
    elif kind == b"list":
        parts = queue.lrange(key, 0, -1)
    elif kind == b"set":
        parts = list(queue.smembers(key))
    else:
        parts = [queue.get(key) or b""]
    return key + b" " + b" ".join(_unpacked(part) for part in parts)


def _unpacked(part: bytes) -> bytes:
    found = part
    for unpack in (zlib.decompress, lambda data: zlib.decompress(base64.b64decode(data))):
        with suppress(zlib.error, ValueError):
            found += unpack(part)
    return found
