"""Tables that a page shows and that anybody who may see them can take along as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Response

from mentoring.wording import phrase

# A spreadsheet takes what begins so for a formula (owasp.org, "CSV Injection").
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Cell:
    """What stands in a table. `plain`: the same for CSV, where it differs; `tone`: good, wait or nothing."""

    text: str
    url: str = ""
    plain: str | None = None
    moment: datetime | None = None
    tone: str = ""

    @property
    def raw(self) -> str:
        if self.plain is not None:
            return self.plain
        return said(self.moment) if self.moment else self.text


@dataclass(frozen=True)
class Column:
    """A column. `is_number`: aligned at its end; `only_csv`: too much for a page."""

    word: str
    is_number: bool = False
    only_csv: bool = False


@dataclass(frozen=True)
class Table:
    """A table with as many cells in each row as there are columns; the first of a row is its head."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    if_empty: str = phrase("Nothing yet.")

    @property
    def shown(self) -> list[Column]:
        return [column for column in self.columns if not column.only_csv]

    @property
    def lines(self) -> Iterable[list[tuple[Column, Cell]]]:
        """The cells that a page shows, with their columns."""
        for row in self.rows:
            pairs = zip(self.columns, row, strict=True)
            yield [(column, cell) for column, cell in pairs if not column.only_csv]


def said(moment: datetime | None) -> str:
    """A moment as a spreadsheet and a person read it, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def defused(text: str) -> str:
    """The text as a cell that no spreadsheet calculates: what looks like a formula begins with an apostrophe."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def as_csv(table: Table, filename: str) -> Response:
    """The table as a file: UTF-8, the first line names the columns, lines end as RFC 4180 wants it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([defused(column.word) for column in table.columns])
    writer.writerows([defused(cell.raw) for cell in row] for row in table.rows)
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
