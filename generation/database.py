"""What generation wants of a database; bot.database has one that fits."""

import sqlite3
from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol


class DatabaseTrouble(Exception):
    """The database can't be read or written now, which is no statement's doing.

    str() says in plain words what is wrong and what to do, to the host.
    """


class Cursor(Protocol):
    """What a statement leaves behind."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""
        ...

    def fetchone(self) -> Awaitable[sqlite3.Row | None]:
        """The next row."""
        ...

    def fetchall(self) -> Awaitable[Sequence[sqlite3.Row]]:
        """The rest of the rows."""
        ...


class Connection(Protocol):
    """A connection inside a transaction."""

    def execute(self, sql: str, parameters: Any = ...) -> Awaitable[Cursor]:
        """Run one statement."""
        ...


class Database(Protocol):
    """One connection, writers one after another."""

    async def write(self, sql: str, parameters: Any = ..., *, durable: bool = ...) -> Cursor:
        """Run and commit one statement, with those that others want to write at the moment.

        One that is not `durable` outlives the process, but perhaps not a cut of the power.
        """
        ...

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Commit at the end of the block, or roll back where it raises."""
        ...

    async def fetch_one(self, sql: str, parameters: Any = ...) -> sqlite3.Row | None:
        """The first row of committed data, or None."""
        ...

    async def fetch_all(self, sql: str, parameters: Any = ...) -> Sequence[sqlite3.Row]:
        """All rows of committed data."""
        ...
