"""A bot's database, read beside the running bot."""

import sqlite3
from pathlib import Path

from tests.support.wire import Json


def rows(data_dir: Path, sql: str, *values: object) -> list[Json]:
    """What a query gives."""
    connection = sqlite3.connect(f"file:{data_dir}/easel.sqlite?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql, values)]
    finally:
        connection.close()
