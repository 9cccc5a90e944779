"""A picture that the host removed before it was shown, or whose member had all deleted."""

import asyncio
import dataclasses
import errno
import logging
from collections.abc import Iterable

import pytest

from bot.database import DatabaseBusy
from bot.delivery._shown import Shown
from generation.events import JobCancelled, JobGenerated
from generation.executors.base import Failed, FailureKind, Finished
from generation.inputs.retention import InputRetention
from generation.job import Job, JobStatus
from generation.pictures import StoredPicture
from generation.safety.erasure import WITH_DATA
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.reports import Reports
from tests.support.executors import PICTURE
from tests.support.jobs import make_origin, make_request

from .answers import answered
from .place import Place

REMOVED = "The host has removed picture #1"
ERASED = "Cancelled with its member's data"


async def remove(place: Place, job: Job) -> None:
    """As the host's button does."""
    database = place.line.store._database
    pseudonyms = Pseudonyms(database)
    await pseudonyms.load()
    inputs = InputRetention(database, place.line.inputs)
    await Reports(database, place.line.pictures, inputs, pseudonyms).remove_pictures([job])


async def erase(place: Place, job: Job) -> None:
    """As it is after /delete-my-data."""
    await place.line.store._database.write("DELETE FROM jobs WHERE id = ?", (job.id,))
    await place.line.pictures.delete_of([job.id])


async def kept_waiting(place: Place) -> Job:
    """A picture that is painted, while Discord has no ear for it."""
    place.message.picture_error = answered(503)
    job = await place.ask()
    return await place.line.until(job, JobStatus.GENERATED)


async def ended(place: Place) -> None:
    """Nothing is shown any more."""
    async with asyncio.timeout(5):
        while place.delivery._boards:
            await asyncio.sleep(0.01)


async def is_over(place: Place, job: Job) -> None:
    """Its row has ended, and the next start has nothing to show of it."""
    done = await place.told(job)
    assert (done.status, done.detail) == (
        JobStatus.UNDELIVERABLE,
        "The host has removed the picture.",
    )
    assert await place.line.store.recover() == []


async def test_of_a_picture_that_the_host_removes_before_it_is_shown_that_is_said(place: Place):
    job = await kept_waiting(place)
    await remove(place, job)
    await place.shows(REMOVED)
    await is_over(place, job)
    assert (place.message.pictures, place.message.whys) == ([], [])
    assert place.message.descriptions[-1] is None


async def test_after_a_restart_as_well_and_then_it_has_ended(place: Place):
    job = await place.line.store.create(make_request(), make_origin())
    await place.line.store.start(job.id)
    stored = await place.line.pictures.save(job.id, PICTURE.data)
    await remove(place, await place.line.store.finish(job.id, PICTURE, stored))
    (found,) = await place.line.store.recover()
    assert (found.status, found.picture) == (JobStatus.GENERATED, None)
    place.line.events.publish(JobGenerated(found))
    await place.shows(REMOVED)
    await is_over(place, job)


async def test_one_that_is_removed_while_it_is_read_is_not_said_to_be_lost(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    load = place.line.pictures.load

    async def too_late(stored: StoredPicture) -> bytes:
        await remove(place, job)
        return await load(stored)

    monkeypatch.setattr(place.line.pictures, "load", too_late)
    place.executor.gate.clear()
    job = await place.ask()
    place.executor.gate.set()
    await place.shows(REMOVED)
    await is_over(place, job)
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


async def test_one_that_is_removed_while_it_is_posted_is_taken_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
):
    show = place.message.show

    async def slow(shown: Shown, *, moving: bool = False) -> None:
        if shown.file is not None:
            await remove(place, job)
        await show(shown, moving=moving)

    monkeypatch.setattr(place.message, "show", slow)
    place.executor.gate.clear()
    job = await place.ask()
    place.executor.gate.set()
    await place.shows(REMOVED)
    await is_over(place, job)
    assert place.message.pictures == [PICTURE.data]


async def test_one_whose_file_can_not_be_deleted_is_refused_all_the_same(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    unsafe = dataclasses.replace(PICTURE, unsafe=0.9, screened_by="nsfw")
    place.executor.script = lambda _: [Finished(unsafe)]
    restricted = True

    async def flag(guild_id: int, channel_id: int) -> bool:
        return restricted

    def read_only(paths: Iterable[str]) -> int:
        raise OSError(errno.EROFS, "Read-only file system", *paths)

    place.screening.ask(flag)
    monkeypatch.setattr(place.line.pictures, "delete", read_only)
    job = await kept_waiting(place)
    restricted = False
    done = await place.told(job)
    assert (done.status, done.failure, done.picture) == (JobStatus.FAILED, "unsafe", None)
    assert place.message.titles[-1] == "No picture this time"
    assert REMOVED not in place.message.titles
    (line,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "Read-only file system" in line.getMessage()
    assert line.exc_info is None


async def test_where_it_is_not_known_a_picture_is_shown(
    place: Place, monkeypatch: pytest.MonkeyPatch
):
    place.executor.script = lambda _: [Finished(PICTURE)]

    async def busy(_: int) -> Job | None:
        raise DatabaseBusy(place.line.pictures._data_dir / "easel.sqlite")

    with monkeypatch.context() as patch:
        patch.setattr(place.line.store, "get", busy)
        job = await place.ask()
        async with asyncio.timeout(5):
            while not place.message.pictures:
                await asyncio.sleep(0.01)
    await place.line.until(job, JobStatus.DELIVERED)


async def test_a_picture_whose_member_had_all_deleted_ends_without_its_prompt(place: Place):
    job = await kept_waiting(place)
    await erase(place, job)
    await place.shows(ERASED)
    await ended(place)
    assert (place.message.pictures, place.message.whys) == ([], [])
    assert place.message.descriptions[-1] is None
    # Nothing new is posted, and nobody is told where.
    assert (place.message.moved, place.message.left_word) == (False, 0)


async def test_so_does_a_failure_that_is_not_told_yet(place: Place):
    job = await place.fails(*[answered(503)] * 5)
    await place.line.until(job, JobStatus.FAILED)
    await erase(place, job)
    await place.shows(ERASED)
    await ended(place)
    assert "Not now." not in place.message.whys


async def test_so_does_an_unsafe_picture_of_which_its_member_was_told_alone(place: Place):
    place.message.whispers = True
    place.executor.script = lambda _: [Failed(FailureKind.UNSAFE, "Not here.")]
    place.message.errors = [answered(503)] * 8
    job = await place.ask()
    async with asyncio.timeout(5):
        while not place.message.whispered:
            await asyncio.sleep(0.01)
    await erase(place, job)
    await place.shows(ERASED)
    assert place.message.descriptions[-1] is None


async def test_so_does_what_was_cancelled_for_it(place: Place):
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.dispatcher.cancel(job.id, WITH_DATA)
    await place.shows(ERASED)
    assert place.message.descriptions[-1] is None
    assert isinstance(place.line.seen[-1], JobCancelled)
