"""What tests hold the strings of: executors, one event at a time, and a disk that refuses."""

import asyncio
import errno
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Literal

from generation.catalog import ExecutorName, ModelSpec, ToolSpec
from generation.database import Connection, Cursor, Database
from generation.errors import ExecutorUnavailable
from generation.executors.base import Batch, Cancelled, Loading, Painted, Progress, Told, Work
from generation.pictures import PictureStore, StoredPicture
from tests.support.jobs import CATALOG

MOST = max(spec.batch_limit for spec in CATALOG.values())


class Strings:
    """Of several puppets: no job may ever be with two of them."""

    def __init__(self) -> None:
        self.runs: dict[int, asyncio.Queue[Told]] = {}
        self.listening: list[asyncio.Queue[Told]] = []  # of runs that wait for what comes next
        self.works: list[Work] = []
        self.deaf = False  # whether cancellations are heard of too late
        self.away = 0  # how many more starts of a device come to nothing


class Puppet:
    """An executor whose runs do what they are told, one event at a time."""

    name: ExecutorName = "local"
    device = "Test"

    def __init__(self, strings: Strings, capacity: int) -> None:
        self.capacity = capacity
        self._strings = strings
        self._last: str | None = None  # model
        self._busy = 0  # batches that its device is not done with

    def holds(self, model: str) -> bool:
        return model == self._last

    def hindrance(self, spec: ModelSpec) -> str | None:
        return None

    def screen_with(self, tool: ToolSpec | None, *, at_once: bool = True) -> None:
        pass

    def blindness(self) -> str | None:
        return None

    def can_look(self) -> bool:
        return False

    async def start(self) -> None:
        if self._strings.away:
            self._strings.away -= 1
            raise ExecutorUnavailable("There is no such device.")

    async def close(self) -> None:
        pass

    async def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        works, strings = batch.works, self._strings
        assert len(works) <= MOST
        assert len({work.request.model for work in works}) == 1
        assert len(works) == 1 or not any(work.request.seed_given for work in works)
        self._last = works[0].request.model
        self._busy += 1
        assert self._busy <= self.capacity, "a device has one batch too many"
        is_painted = False
        told: asyncio.Queue[Told] = asyncio.Queue()
        for work in works:
            assert work.job_id not in strings.runs, "a job has two owners"
            strings.works.append(work)
            strings.runs[work.job_id] = told
        pending = {work.job_id for work in works}
        try:
            # What comes late, after all has ended, is told as well.
            while pending or not told.empty():
                strings.listening.append(told)
                job_id, event = await told.get()
                strings.listening.remove(told)
                if isinstance(event, Painted) and not is_painted:
                    self._busy -= 1
                    is_painted = True
                yield Told(job_id, event)
                if job_id in pending and not isinstance(event, Loading | Progress | Painted):
                    pending.discard(job_id)
                    del strings.runs[job_id]
        finally:
            self._busy -= not is_painted
            for job_id in pending:
                del strings.runs[job_id]

    async def cancel(self, job_id: int) -> None:
        if job_id in self._strings.runs and not self._strings.deaf:
            self._strings.runs[job_id].put_nowait(Told(job_id, Cancelled()))


class ShakyDatabase:
    """A real one whose next writes raise what the test says; None: that one does not."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.refusals: list[Exception | None] = []

    async def write(self, sql: str, parameters: Any = (), *, durable: bool = True) -> Cursor:
        if self.refusals and (refusal := self.refusals.pop(0)) is not None:
            raise refusal
        return await self._database.write(sql, parameters, durable=durable)

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        return self._database.transaction()

    async def fetch_one(self, sql: str, parameters: Any = ()) -> sqlite3.Row | None:
        return await self._database.fetch_one(sql, parameters)

    async def fetch_all(self, sql: str, parameters: Any = ()) -> Sequence[sqlite3.Row]:
        return await self._database.fetch_all(sql, parameters)


class ShakyPictures(PictureStore):
    """The real ones, on a disk that is full for as many writes as the test says, or slow."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.full = 0
        self.slow: Literal["before", "after"] | None = None  # where it waits for `go_on`
        self.waits, self.go_on = asyncio.Event(), asyncio.Event()

    async def save(self, job_id: int, data: bytes, part: int | None = None) -> StoredPicture:
        if self.full:
            self.full -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        await self._wait("before")
        stored = await super().save(job_id, data, part)
        await self._wait("after")
        return stored

    async def _wait(self, where: str) -> None:
        if self.slow == where:
            self.slow = None
            self.waits.set()
            await self.go_on.wait()
