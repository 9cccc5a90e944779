"""The one connection: opening it, reading, and writers one after another."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite

from migrations import FOLDER

from ._awaiting import plain_errors, uninterrupted
from ._backup import VACUUM_INTO, accept, copy_errors, partial_copy
from ._errors import DatabaseBusy, DatabaseClosed, translate
from ._group import Group, GroupConnection
from ._line import Line
from ._lock import folder_lock
from ._opening import connected, open_file, open_file_read_only
from ._transaction import Parameters, Result, Transaction

log = logging.getLogger(__name__)

FILE_NAME = "easel.sqlite"

# For all the attempts of one transaction to get the file's lock, its wait for others included.
_PATIENCE_S = 60.0


class Reader:
    """Reads what is committed, through a connection of its own.

    A connection sees its own transaction before the commit, so a read waits until the one that
    runs has ended. Only the task inside a transaction reads at once, and sees what it wrote.
    """

    def __init__(self, connection: aiosqlite.Connection, file: Path) -> None:
        """Take over an open connection to `file`."""
        self.file = file
        self._connection = connection
        self._line = Line()
        self._owner: asyncio.Task[Any] | None = None  # the task inside a transaction
        self._closed = False

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Return the first row, or None; a query of many rows should say LIMIT 1."""
        rows = await self.fetch_all(sql, parameters)
        return rows[0] if rows else None

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Return all rows."""
        async with self._turn(shared=True):
            return await _rows(self._connection, self.file, sql, parameters)

    async def backup(self, target: Path) -> None:
        """Write a checked copy of the committed data to `target`, which must not exist.

        Where it fails nothing of it is left. DatabaseErrors name the file that they are about.
        """
        async with self._turn():
            with partial_copy(target) as copy, copy_errors(self.file, target):
                await uninterrupted(self._connection.execute(VACUUM_INTO, (os.fsencode(copy),)))
                await uninterrupted(asyncio.to_thread(accept, copy, target))

    @asynccontextmanager
    async def _turn(self, *, shared: bool = False) -> AsyncIterator[None]:
        if self._owner is asyncio.current_task():
            yield
            return
        place = self._line.join(shared=shared)
        try:
            await place.turn
            if self._closed:
                raise DatabaseClosed
            yield
        finally:
            self._line.leave(place)

    async def _close(self) -> None:
        place = self._line.join()
        await place.turn
        self._closed = True
        self._line.leave(place)


class Database(Reader):
    """The bot's database, of which there is one a data folder."""

    def __init__(
        self, connection: aiosqlite.Connection, thread: GroupConnection, file: Path
    ) -> None:
        """Take over an open connection to `file`, and what is behind it in its thread."""
        super().__init__(connection, file)
        self._thread = thread
        self._gathering: Group | None = None
        self._committing: set[asyncio.Task[None]] = set()
        self._closing = False

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, migrations_dir: Path = FOLDER) -> AsyncIterator[Self]:
        """Lock the data folder, check the database or make it, upgrade it, and close it at the end.

        What is asked for until then is still done, unless another program keeps it locked.

        Raises one of the DatabaseErrors, after which nothing is held.
        """
        file = folder / FILE_NAME
        with folder_lock(folder):
            async with connected(partial(open_file, file, migrations_dir), file) as (
                connection,
                thread,
            ):
                database = cls(connection, thread, file)
                try:
                    yield database
                finally:
                    await uninterrupted(database._close())

    @staticmethod
    @asynccontextmanager
    async def open_read_only(folder: Path, migrations_dir: Path = FOLDER) -> AsyncIterator[Reader]:
        """Open the database beside a running bot, or without one, for the command line's reports.

        Such a connection never writes, which two connections at a time must not do.
        """
        file = folder / FILE_NAME
        connector = partial(open_file_read_only, file, migrations_dir)
        async with connected(connector, file) as (connection, _):
            reader = Reader(connection, file)
            try:
                yield reader
            finally:
                await uninterrupted(reader._close())

    async def write(self, sql: str, parameters: Parameters = (), *, durable: bool = True) -> Result:
        """Run one statement, and return when it is on the disk.

        Where it need not be `durable` it outlives the process, but perhaps not a cut of the power.

        Statements that wait at the same time are committed together, in the order in which they
        were asked for. One that fails raises to its own caller alone, unless SQLite gives up the
        whole transaction: then nothing is written, and all of them hear of it. A cancellation takes
        back a statement that still waits; one that comes later is raised after the commit.
        """
        self._refuse_inside()
        group = self._gathering
        if group is None:
            group = self._gathering = Group(self._line.join(), self._deadline())
            task = asyncio.create_task(self._commit(group), name="commit")
            self._committing.add(task)
            # By no `finally` of its own: one cancelled before it has begun never comes there.
            task.add_done_callback(partial(self._committed, group))
        return await group.add(sql, parameters, durable, self.file)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit at the end of the block, or roll back where it raises or is cancelled.

        For work of several statements: it has the connection to itself, and a commit of its own.
        One transaction runs at a time, in the order in which they were asked for. When the block
        is left, the commit is on the disk; a cancellation that comes during the commit is raised
        after it. Transactions do not nest, and a task must not await another one that needs the
        database while it is inside.
        """
        self._refuse_inside()
        deadline = self._deadline()
        self._gathering = None  # what is written from now on comes after this
        async with self._turn():
            self._owner = asyncio.current_task()
            transaction = Transaction(self._connection, self.file)
            try:
                with plain_errors(self.file):
                    # IMMEDIATE: a lock that can't be had is noticed here, not half-way.
                    begin = partial(self._connection.execute, "BEGIN IMMEDIATE")
                    await self._patiently(begin, deadline)
                yield transaction
                with plain_errors(self.file):
                    await uninterrupted(self._connection.execute("COMMIT"))
            finally:
                transaction.ended = True
                # Also after a commit, where it does nothing; also where BEGIN was cancelled while
                # the connection's thread was about to do it.
                try:
                    await uninterrupted(self._connection.rollback())
                finally:
                    self._owner = None

    async def _close(self) -> None:
        self._closing = True
        await super()._close()

    async def _commit(self, group: Group) -> None:
        # Only the end of the loop cancels this task, and with it all that wait for the group.
        try:
            await group.place.turn
            self._gather_no_more(group)
            if self._closed:
                raise DatabaseClosed
            visit = partial(group.write, self._connection, self._thread)
            await self._patiently(visit, group.deadline)
        except Exception as error:
            group.end(error)
        else:
            group.end()

    def _committed(self, group: Group, task: asyncio.Task[None]) -> None:
        self._committing.discard(task)
        self._gather_no_more(group)
        self._line.leave(group.place)

    def _gather_no_more(self, group: Group) -> None:
        """Who asks from now on is too late for this one."""
        if self._gathering is group:
            self._gathering = None

    async def _patiently(self, attempt: Callable[[], Awaitable[object]], deadline: float) -> None:
        while True:
            try:
                await attempt()
                return
            except sqlite3.Error as error:
                busy = isinstance(translate(error, self.file), DatabaseBusy)
                if busy and self._closing:
                    # Who ends a process waits for nobody's lock, and least of all in turns: those
                    # behind are refused.
                    self._closed = True
                    raise
                if not busy or asyncio.get_running_loop().time() >= deadline:
                    raise
                log.warning("%s is locked by another program, trying again", self.file)

    def _refuse_inside(self) -> None:
        if self._owner is asyncio.current_task():
            raise RuntimeError("A transaction is already open in this task; use that one.")

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + _PATIENCE_S


async def _rows(
    connection: aiosqlite.Connection, file: Path, sql: str, parameters: Parameters
) -> list[sqlite3.Row]:
    with plain_errors(file):
        return list(await connection.execute_fetchall(sql, parameters))  # pyright: ignore
