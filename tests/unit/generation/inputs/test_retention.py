"""A picture that was brought along stays as long as a job needs it, and no longer."""

import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.database import Database
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputImage, InputStore
from generation.job import Job
from generation.keeping.kept import KeptPictures
from generation.keeping.retention import Keep, Retention, Swept
from generation.pictures import PictureStore
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import make_origin, make_request

DAY_S = 24 * 3600.0
SIZE = 1000  # bytes of an input; a painted picture has 100


class Album:
    """Jobs that started from pictures, a day apart."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.now = 1_800_000_000.0
        self.store = JobStore(database, lambda: self.now)
        self.kept = KeptPictures(database)
        self.pictures, self.inputs = PictureStore(folder), InputStore(folder)
        self.folder = folder
        self.input_retention = InputRetention(database, self.inputs, lambda: self.now)
        self._asked = 0
        self.database = database

    async def bring(self, color: bytes) -> InputImage:
        image = await self.inputs.save(color * SIZE, 64, 64)
        os.utime(self.folder / image.path, (self.now, self.now))
        return image

    async def ask(self, image: InputImage) -> Job:
        self._asked += 1
        return await self.store.create(
            make_request(image=image), make_origin(1, 1000 * self._asked)
        )

    async def paint(self, image: InputImage) -> Job:
        job = await self.ask(image)
        await self.store.start(job.id)
        stored = await self.pictures.save(job.id, b"x" * 100)
        await self.store.finish(job.id, PICTURE, stored)
        job = await self.store.deliver(job.id)
        self.now += DAY_S
        return job

    async def sweep(self, keep: Keep | None = None) -> Swept:
        retention = Retention(
            *(self.kept, self.pictures, self.input_retention, keep or Keep()), lambda: self.now
        )
        return await retention.sweep()

    def has(self, image: InputImage) -> bool:
        return (self.folder / image.path).is_file()


@pytest.fixture
def album(database: Database, tmp_path: Path) -> Album:
    return Album(database, tmp_path)


async def test_it_stays_with_the_picture_that_was_painted_from_it(album: Album):
    image = await album.bring(b"a")
    await album.paint(image)
    album.now += 100 * DAY_S
    assert await album.sweep() == Swept()
    assert album.has(image)


async def test_it_goes_with_that_picture(album: Album):
    image = await album.bring(b"a")
    await album.paint(image)
    album.now += 3 * DAY_S
    assert await album.sweep(Keep(days=2)) == Swept(too_old=1, orphans=1)
    assert not album.has(image)


async def test_of_two_jobs_the_last_one_keeps_it(album: Album):
    image = await album.bring(b"a")
    for _ in range(2):
        await album.paint(image)
    assert await album.sweep(Keep(days=1.5)) == Swept(too_old=1)
    assert album.has(image)
    album.now += DAY_S
    assert await album.sweep(Keep(days=1.5)) == Swept(too_old=1, orphans=1)
    assert not album.has(image)


async def test_a_job_that_has_not_ended_keeps_it_however_old(album: Album):
    image = await album.bring(b"a")
    await album.ask(image)
    album.now += 1000 * DAY_S
    assert await album.sweep(Keep(days=1, size=1)) == Swept()
    assert album.has(image)


async def test_a_job_that_came_to_nothing_keeps_it_not(album: Album):
    image = await album.bring(b"a")
    job = await album.ask(image)
    await album.store.cancel(job.id)
    album.now += DAY_S
    assert await album.sweep() == Swept(orphans=1)


async def test_what_nobody_asked_for_after_all_goes_but_not_at_once(album: Album):
    """Its row may be on its way."""
    image = await album.bring(b"a")
    album.now += 3500
    assert await album.sweep() == Swept()
    album.now += 200
    assert await album.sweep() == Swept(orphans=1)
    assert not album.has(image)


async def test_an_old_file_that_is_brought_again_is_young(album: Album):
    image = await album.bring(b"a")
    album.now += 5000
    await album.bring(b"a")
    assert await album.sweep() == Swept()
    assert album.has(image)


async def test_they_count_among_what_all_pictures_may_take(album: Album):
    """Three pictures of 100 bytes and two inputs of 1000: the two oldest jobs share one."""
    shared, own = await album.bring(b"a"), await album.bring(b"b")
    for image in (shared, shared, own):
        await album.paint(image)
    assert await album.sweep(Keep(size=2300)) == Swept()
    assert await album.sweep(Keep(size=2200)) == Swept(too_many=1)
    assert album.has(shared)
    assert await album.sweep(Keep(size=1100)) == Swept(too_many=1, orphans=1)
    assert not album.has(shared)
    assert album.has(own)


async def test_what_one_request_was_refused_with_stays_while_another_is_on_its_way(album: Album):
    """Of two members that brought the same."""
    image = await album.inputs.save(b"a", 64, 64, held=True)
    album.now = time.time() + DAY_S
    assert await album.input_retention.discard([image.sha256]) == 0
    album.inputs.release(image)
    assert await album.input_retention.discard([image.sha256]) == 1


async def test_so_it_does_where_the_other_gets_its_row_meanwhile(
    album: Album, monkeypatch: pytest.MonkeyPatch
):
    image = await album.inputs.save(b"a", 64, 64, held=True)
    album.now = time.time() + DAY_S
    fetch = album.database.fetch_all

    async def fetch_before_the_row(*query: Any) -> Sequence[sqlite3.Row]:
        rows = await fetch(*query)
        await album.ask(image)
        album.inputs.release(image)
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(album.database, "fetch_all", fetch_before_the_row)
        assert await album.input_retention.discard([image.sha256]) == 0
    assert album.has(image)
