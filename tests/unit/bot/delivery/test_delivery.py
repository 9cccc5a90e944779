"""Delivery edits a job's message up to its last state, whatever Discord answers on the way."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from unittest import mock

import aiohttp
import discord
import pytest

from bot.database import Database
from bot.delivery import Delivery, _delivery
from bot.delivery._shown import Shown
from bot.studio import Studio
from generation.dispatcher import Dispatcher
from generation.events import JobProgress
from generation.executors.base import Failed, FailureKind, Finished
from generation.imaging.process import ImagingProcess, PictureRefused, SmallerPicture
from generation.job import Job, JobStatus
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request
from tests.support.line import Line

from .answers import answered


class FakeMessage:
    """Keeps what it was told to show; raises `errors` first, one an edit, for those that match."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.pictures: list[bytes] = []
        self.tries = 0
        self.moved = False
        self.errors: list[Exception] = []
        self.picture_error: Exception | None = None

    async def show(self, shown: Shown, *, moving: bool = False) -> None:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        if shown.file is not None and self.picture_error is not None:
            raise self.picture_error
        self.titles.append(shown.embed.title or "")
        self.moved = moving
        if shown.file is not None:
            self.pictures.append(shown.file.data)


class Place:
    """A line, an executor and a delivery whose one message is a fake."""

    def __init__(self, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        self.line = line
        self.executor = ScriptedExecutor()
        self.message = FakeMessage()
        self.imaging = mock.create_autospec(ImagingProcess, instance=True)
        self.dispatcher = Dispatcher(
            CATALOG,
            line.store,
            line.queue,
            line.pictures,
            [self.executor],
            line.events,
            line.timings,
        )
        monkeypatch.setattr(_delivery, "Way", lambda client, store, job: self.message)
        monkeypatch.setattr(_delivery, "EDIT_INTERVAL_S", 0.02)
        monkeypatch.setattr(_delivery, "_FIRST_RETRY_S", 0.02)
        studio = Studio(
            catalog=CATALOG,
            default_model=DEMO,
            store=line.store,
            queue=line.queue,
            pictures=line.pictures,
            events=line.events,
            intake=line.intake,
            quotas=line.quotas,
            guild_limits=line.guild_limits,
            dispatcher=self.dispatcher,
            executors=(self.executor,),
            imaging=self.imaging,
        )
        self.delivery = Delivery(mock.create_autospec(discord.Client, instance=True), studio)

    async def ask(self, *, file_limit: int | None = None, size: int = 0) -> Job:
        if size:
            painted = dataclasses.replace(PICTURE, data=b"x" * size)
            self.executor.script = lambda _: [Finished(painted)]
        origin = dataclasses.replace(make_origin(), file_limit=file_limit)
        return await self.line.intake.submit(make_request(), origin)

    async def shows(self, title: str) -> None:
        async with asyncio.timeout(5):
            while self.message.titles[-1:] != [title]:
                await asyncio.sleep(0.01)


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with Database.open(tmp_path) as database:
        place = Place(Line.build(database, tmp_path), monkeypatch)
        dispatching = asyncio.create_task(place.dispatcher.run())
        yield place
        await place.delivery.close(1)
        dispatching.cancel()
        await asyncio.gather(dispatching, return_exceptions=True)


async def test_the_last_edit_has_the_picture_and_the_row_is_delivered(place: Place):
    job = await place.ask()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]
    assert place.message.titles[0].startswith("Queued")


async def test_a_bad_moment_of_discord_delays_the_picture_and_loses_nothing(place: Place):
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    place.message.errors = [answered(503), aiohttp.ServerDisconnectedError(), answered(500)]
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]
    assert place.message.errors == []


async def test_while_discord_is_away_edits_keep_their_distance(place: Place, monkeypatch):
    monkeypatch.setattr(_delivery, "EDIT_INTERVAL_S", 10)
    place.message.errors = [aiohttp.ServerDisconnectedError()] * 50
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await asyncio.sleep(0.1)
    assert place.message.tries == 1
    place.message.errors.clear()
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)


async def test_that_a_job_is_to_stop_is_said_at_once_and_stays_said(place: Place, monkeypatch):
    monkeypatch.setattr(_delivery, "EDIT_INTERVAL_S", 60)
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    place.delivery.say_cancelling(job.id)
    await place.shows("Cancelling…")
    place.line.events.publish(JobProgress(job, 1, 2))
    place.delivery.say_cancelling(job.id)  # pressed once more: nothing new to say
    await asyncio.sleep(0.1)
    tries = place.message.tries
    await place.dispatcher.cancel(job.id)
    await place.shows("Cancelled")
    assert place.message.tries == tries + 1
    assert place.message.titles[-2:] == ["Cancelling…", "Cancelled"]


async def test_of_a_job_that_has_ended_nothing_is_said_any_more(place: Place):
    job = await place.ask()
    await place.line.until(job, JobStatus.DELIVERED)
    place.delivery.say_cancelling(job.id)
    await asyncio.sleep(0.1)
    assert "Cancelling…" not in place.message.titles


async def test_a_failure_is_said_even_if_the_first_try_fails(place: Place):
    place.executor.script = lambda _: [Failed(FailureKind.BUSY, "Not now.")]
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    place.message.errors = [answered(502)]
    place.executor.gate.set()
    await place.shows("No picture this time")


async def test_a_picture_that_is_refused_for_good_is_kept_and_said_so(place: Place):
    place.message.picture_error = answered(400, 50035)
    job = await place.ask()
    ended = await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert ended.picture_path is not None
    await place.shows("Painted, but it can't be posted here")


async def test_a_picture_over_the_limit_is_made_smaller_and_says_so(place: Place):
    place.imaging.shrink.return_value = SmallerPicture(b"webp", None)
    job = await place.ask(file_limit=100_000, size=200_000)
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [b"webp"]
    place.imaging.shrink.assert_awaited_once_with(b"x" * 200_000, 100_000)


async def test_a_refused_size_is_tried_smaller(place: Place):
    place.imaging.shrink.return_value = SmallerPicture(b"webp", 90)
    place.message.picture_error = answered(413, 40005)
    job = await place.ask(size=200_000)
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    place.imaging.shrink.assert_awaited_once_with(b"x" * 200_000, 160_000)
    await place.shows("Painted, but it can't be posted here")


async def test_a_picture_that_can_t_be_made_smaller_is_kept_and_said_so(place: Place):
    place.imaging.shrink.side_effect = PictureRefused("too much")
    job = await place.ask(file_limit=100_000, size=200_000)
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    await place.shows("Painted, but it can't be posted here")


async def test_where_no_place_is_left_it_is_recorded_and_quiet(place: Place):
    place.message.picture_error = answered(403, 50007)
    job = await place.ask()
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert place.message.titles[-1] != "Painted, but it can't be posted here"


async def test_a_failure_moves_on_and_is_noted_as_told(place: Place):
    place.executor.script = lambda _: [Failed(FailureKind.BUSY, "Not now.")]
    job = await place.ask()
    await place.line.until(job, JobStatus.FAILED)
    await place.shows("No picture this time")
    async with asyncio.timeout(5):
        while (kept := await place.line.store.get(job.id)) and kept.told_at is None:
            await asyncio.sleep(0.01)
    assert place.message.moved


async def test_a_message_that_its_owner_deleted_cancels_the_job(place: Place):
    place.executor.gate.clear()
    place.message.errors = [answered(404, 10008)]
    job = await place.ask()
    await place.line.until(job, JobStatus.CANCELLED)
    assert place.message.titles == []


async def test_a_message_that_is_gone_at_the_end_is_recorded_and_nothing_posted(place: Place):
    place.message.picture_error = answered(404, 10008)
    job = await place.ask()
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert place.message.pictures == []


async def test_closing_leaves_what_is_not_posted_for_the_next_start(place: Place):
    place.message.picture_error = answered(503)
    job = await place.ask()
    await place.line.until(job, JobStatus.GENERATED)
    await place.delivery.close(0.05)
    kept = await place.line.store.get(job.id)
    assert kept is not None
    assert kept.status is JobStatus.GENERATED
