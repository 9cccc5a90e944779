"""What can be reported: pictures that are, or were, there to be seen by others than the host."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from bot.database import Database
from bot.studio import Studio
from cogs.report._cog import _is_painted
from generation.executors.base import FailureKind
from generation.job import Job
from generation.pictures import StoredPicture
from generation.sheets.plan import sweep
from generation.sheets.store import PartStore
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request

STORED = StoredPicture("pictures/000000/1.png", "a" * 64)


class Desk:
    """Jobs, and a studio that knows what became of their parts."""

    def __init__(self, database: Database) -> None:
        self.store = JobStore(database)
        self.parts = PartStore(database)
        self.studio: Any = mock.create_autospec(Studio, instance=True, parts=self.parts)

    async def sheet(self) -> Job:
        request, _ = sweep(CATALOG, DEMO, "a fox", "steps", "1, 2")
        return await self.store.start((await self.store.create(request, make_origin())).id)

    async def fail_part(self, job: Job, number: int) -> None:
        kind = FailureKind.OUT_OF_MEMORY
        await self.parts.fail(job.id, number, kind, "Too little memory.", "OOM")

    async def fail(self, job: Job) -> Job:
        return await self.store.fail(job.id, FailureKind.INTERNAL, "drawing", "Not just now.")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Database.open(tmp_path) as database:
        yield Desk(database)


async def test_a_part_of_a_sheet_that_is_not_put_together_can_be_reported(desk: Desk):
    job = await desk.sheet()
    await desk.parts.paint(job.id, 1, PICTURE, STORED)
    assert await _is_painted(desk.studio, job)
    await desk.fail_part(job, 2)
    assert await _is_painted(desk.studio, await desk.fail(job))


async def test_a_sheet_of_which_nothing_was_painted_can_not(desk: Desk):
    job = await desk.sheet()
    assert not await _is_painted(desk.studio, job)
    await desk.fail_part(job, 1)
    await desk.fail_part(job, 2)
    assert not await _is_painted(desk.studio, await desk.fail(job))


async def test_one_picture_can_be_from_when_it_is_painted(desk: Desk):
    job = await desk.store.start((await desk.store.create(make_request(), make_origin())).id)
    assert not await _is_painted(desk.studio, job)
    assert await _is_painted(desk.studio, await desk.store.finish(job.id, PICTURE, STORED))


async def test_what_the_host_painted_on_the_command_line_can_not(desk: Desk):
    job = await desk.sheet()
    await desk.parts.paint(job.id, 1, PICTURE, STORED)
    assert not await _is_painted(desk.studio, dataclasses.replace(job, origin=None))
