"""The table of the catalog's entries that a run of the tests prints: what each painted."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

#: The property of a test's report that holds a row; of plain values, to survive being sent.
PROPERTY = "catalog entry"
#: The columns, in order.
COLUMNS = ("entry", "pipeline", "scheduler", "steps", "size", "seconds", "sha256", "remark")
#: Where the pictures of the last run lie, each under its entry's name.
PICTURES = Path(__file__).parents[2] / ".pytest_cache" / "entries"

Row = Mapping[str, str | int]


def rows_of(reports: Iterable[Any]) -> list[Row]:
    """The rows that the reports of passed and failed tests hold, in the catalog's order."""
    found = [
        value
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    return sorted(found, key=lambda row: row["place"])


def table(rows: Iterable[Row]) -> list[str]:
    """Lines with a heading; columns are as wide as they have to be."""
    cells = [COLUMNS, *(tuple(str(row.get(name, "")) for name in COLUMNS) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
