"""Writes of several callers in one transaction, which costs the disk no more than one of them."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from ._awaiting import plain_errors, uninterrupted
from ._line import Place
from ._transaction import Parameters, Result


@dataclass(eq=False, slots=True)
class Write:
    """One caller's statement."""

    sql: str
    parameters: Parameters
    durable: bool  # False: a cut of the power may undo it
    ended: asyncio.Future[None]  # cancelled with its caller
    outcome: Result | Exception | None = None  # an error: nothing was written


class GroupConnection(sqlite3.Connection):
    """A connection whose `commit` begins, runs and ends the transaction of a whole group.

    aiosqlite runs a connection's methods in the connection's thread: so all that a group needs is
    done in one visit there, and nothing comes between.
    """

    group: Sequence[Write] = ()

    def commit(self) -> None:
        """Write `group`. Raises sqlite3.Error where nothing of it was written.

        A statement that fails is undone by SQLite, and the others go on.
        """
        if any(write.durable for write in self.group):
            self._write_group()
            return
        # Without an fsync. Whatever is brought to the disk later brings it along.
        self.execute("PRAGMA synchronous = NORMAL")
        try:
            self._write_group()
        finally:
            self.execute("PRAGMA synchronous = FULL")

    def _write_group(self) -> None:
        try:
            # IMMEDIATE: a lock that can't be had is noticed here, not half-way.
            self.execute("BEGIN IMMEDIATE")
            for write in self.group:
                write.outcome = self._run(write)
                # SQLite itself rolls back after a full disk and the like: a statement after that
                # would be committed on its own.
                if not self.in_transaction:
                    raise _why_ended(write.outcome)
            self.execute("COMMIT")
        finally:
            self.rollback()  # does nothing after the commit

    def _run(self, write: Write) -> Result | Exception:
        try:
            cursor = self.execute(write.sql, write.parameters)  # pyright: ignore[reportArgumentType]
            # A statement that returns rows has only done its work when they are all read.
            return Result(cursor.fetchall(), cursor.rowcount, cursor.lastrowid)
        except Exception as error:  # its caller's: a constraint, or a value that SQLite can't take
            return error


def _why_ended(outcome: Result | Exception) -> Exception:
    if isinstance(outcome, sqlite3.Error | MemoryError):
        return outcome
    return sqlite3.OperationalError("a statement ended the transaction of its group")


class Group:
    """Writes that will be committed together, and those who wait for that."""

    def __init__(self, place: Place, deadline: float) -> None:
        """Gather until `place` has its turn."""
        self.place = place
        self.deadline = deadline  # on the loop's clock, for getting the file's lock
        self._writes: list[Write] = []
        self._visit: asyncio.Future[None] | None = None  # to the connection's thread

    async def add(self, sql: str, parameters: Parameters, durable: bool, file: Path) -> Result:
        """Return when the statement is committed, raise where it is not.

        One that is cancelled before its turn is not run. Later than that its cancellation waits
        until it is plain what became of it, like that of a commit.
        """
        write = Write(sql, parameters, durable, asyncio.get_running_loop().create_future())
        self._writes.append(write)
        try:
            await write.ended
        except asyncio.CancelledError:
            if self._visit is not None:
                await uninterrupted(asyncio.wait([self._visit]))
            raise
        with plain_errors(file):
            if isinstance(write.outcome, Exception):
                raise write.outcome
        assert write.outcome is not None
        return write.outcome

    async def write(self, connection: aiosqlite.Connection, thread: GroupConnection) -> None:
        """Write what is still waited for, or raise sqlite3.Error; may be tried again then.

        `thread` is what `connection` has in its thread.
        """
        thread.group = [write for write in self._writes if not write.ended.cancelled()]
        if thread.group:
            self._visit = asyncio.ensure_future(connection.commit())
            await uninterrupted(self._visit)

    def end(self, error: Exception | None = None) -> None:
        """Let all go on; where there is an `error`, nothing was written."""
        for write in self._writes:
            if error is not None:
                write.outcome = error
            if not write.ended.done():
                write.ended.set_result(None)
