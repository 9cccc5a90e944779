"""What runs inside a transaction, and what a statement gives."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from ._awaiting import plain_errors

Parameters = Sequence[Any] | Mapping[str, Any]


class Result:
    """What a statement gave; its rows are read already."""

    def __init__(self, rows: list[sqlite3.Row], rowcount: int, lastrowid: int | None) -> None:
        """Keep what the cursor had."""
        self.rowcount = rowcount  # how many rows were changed
        self.lastrowid = lastrowid  # the id of the row inserted last
        self._rows = iter(rows)

    async def fetchone(self) -> sqlite3.Row | None:
        """Return the next row, or None."""
        return next(self._rows, None)

    async def fetchall(self) -> list[sqlite3.Row]:
        """Return the rows that are left."""
        return list(self._rows)


class Transaction:
    """The connection while a transaction is open, and refused afterwards."""

    def __init__(self, connection: aiosqlite.Connection, file: Path) -> None:
        """Work through `connection`, which `Database.transaction` begins and ends."""
        self.ended = False
        self._connection = connection
        self._file = file

    async def execute(self, sql: str, parameters: Parameters = ()) -> Result:
        """Run one statement."""
        self._check()
        with plain_errors(self._file):
            cursor = await self._connection.execute(sql, parameters)  # pyright: ignore[reportArgumentType]
            # A statement that returns rows has only done its work when they are all read.
            rows = list(await cursor.fetchall()) if cursor.description else []
        return Result(rows, cursor.rowcount, cursor.lastrowid)

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Return the first row, or None."""
        return await (await self.execute(sql, parameters)).fetchone()

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Return all rows."""
        return await (await self.execute(sql, parameters)).fetchall()

    def _check(self) -> None:
        # SQLite itself rolls back after a full disk and the like: a statement after that would
        # be committed on its own.
        if self.ended or not self._connection.in_transaction:
            raise RuntimeError("This transaction has ended.")
