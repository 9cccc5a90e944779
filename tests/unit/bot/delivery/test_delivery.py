"""Delivery edits a job's message up to its last state, whatever Discord answers on the way."""

import asyncio
from pathlib import Path
from unittest import mock

import aiohttp
import pytest

from bot.cancellation import BY_MODERATOR
from bot.database import DatabaseBusy, StorageFailed
from bot.delivery import _delivery
from generation.executors.base import Failed, FailureKind, Finished
from generation.job import JobStatus
from tests.support.executors import PICTURE

from .answers import answered
from .place import Place


async def test_the_last_edit_has_the_picture_and_the_row_is_delivered(place: Place):
    job = await place.ask()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]
    assert place.message.titles[0].startswith("Queued")


async def test_a_job_whose_row_was_deleted_on_the_way_ends_quietly(
    place: Place, caplog: pytest.LogCaptureFixture
):
    place.message.errors = [answered(503)] * 1000
    job = await place.ask()
    await place.line.until(job, JobStatus.GENERATED)
    await place.line.store._database.write("DELETE FROM jobs WHERE id = ?", (job.id,))
    assert await place.line.pictures.delete_of([job.id]) == 1
    place.message.errors.clear()
    async with asyncio.timeout(5):
        while place.delivery._boards:
            await asyncio.sleep(0.01)
    assert place.message.pictures == []
    assert "failed on our side" not in caplog.text


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
    # When it was queued, and when it was taken up and its model loaded, which is told at once.
    assert place.message.tries <= 3
    place.message.errors.clear()
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)


async def test_a_failure_is_said_even_if_the_first_try_fails(place: Place):
    place.executor.script = lambda _: [Failed(FailureKind.BUSY, "Not now.")]
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    place.message.errors = [answered(502)]
    place.executor.gate.set()
    await place.shows("No picture this time")


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
    await place.told(job)
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


async def test_a_failure_whose_text_is_refused_is_said_without_it(place: Place):
    job = await place.fails(answered(400, 50035))
    await place.told(job)
    assert place.message.titles[-1] == "No picture this time"
    assert place.message.descriptions[-1] is None


async def test_a_failure_that_could_not_be_said_at_all_is_not_noted_as_told(place: Place):
    job = await place.fails(answered(400, 50035), answered(400, 50035))
    await place.line.until(job, JobStatus.FAILED)
    async with asyncio.timeout(5):
        while place.message.errors:
            await asyncio.sleep(0.01)
    await place.delivery.close(1)
    kept = await place.line.store.get(job.id)
    assert kept is not None
    assert kept.told_at is None


async def test_a_message_without_a_file_is_not_sent_again_and_again_as_too_large(place: Place):
    tries = place.message.tries
    job = await place.fails(*[answered(413)] * 50)
    await place.line.until(job, JobStatus.FAILED)
    await asyncio.sleep(0.2)
    assert place.message.tries - tries < 10


@pytest.mark.parametrize(("detail", "moved"), [(None, False), (BY_MODERATOR, True)])
async def test_a_cancellation_moves_on_where_its_member_does_not_know_of_it(
    place: Place, detail: str | None, moved: bool
):
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.dispatcher.cancel(job.id, detail)
    await place.told(job)
    assert place.message.moved is moved


async def test_a_guild_that_is_left_is_told_to_the_ways_of_its_jobs(place: Place):
    place.executor.gate.clear()
    job = await place.ask()
    await place.shows("Painting…")
    place.delivery.leave(lambda each: each.id != job.id)
    assert not place.message.left
    place.delivery.leave(lambda each: each.id == job.id)
    assert place.message.left
    place.executor.gate.set()


async def test_a_disk_that_fails_for_a_moment_delays_what_is_noted(place: Place, monkeypatch):
    deliver = mock.AsyncMock(
        wraps=place.line.store.deliver,
        side_effect=[StorageFailed(Path("db"), "full"), DatabaseBusy(Path("db")), mock.DEFAULT],
    )
    monkeypatch.setattr(place.line.store, "deliver", deliver)
    job = await place.ask()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]


async def test_a_disk_that_fails_on_the_way_delays_the_picture(place: Place):
    place.executor.script = lambda _: [Finished(PICTURE)]
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.shows("Painting…")
    place.message.errors = [StorageFailed(Path("db"), "full")]
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]


async def test_before_the_end_is_noted_the_promised_message_is_seen_to(place: Place, monkeypatch):
    statuses: list[JobStatus | None] = []

    async def leave_word() -> None:
        row = await place.line.store.get(1)
        statuses.append(row and row.status)
        raise TypeError("of a library")  # which keeps nothing from being noted

    monkeypatch.setattr(place.message, "leave_word", leave_word)
    job = await place.ask()
    await place.line.until(job, JobStatus.DELIVERED)
    assert statuses == [JobStatus.GENERATED]
