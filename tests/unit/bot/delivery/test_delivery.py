"""Delivery edits a job's message up to its last state, whatever Discord answers on the way."""

import asyncio
import dataclasses
import gc
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from unittest import mock

import aiohttp
import discord
import pytest

from bot.cancellation import BY_MODERATOR
from bot.database import Database, DatabaseBusy, StorageFailed
from bot.delivery import Delivery, _delivery, _patience, _turns
from bot.delivery._shown import Shown
from bot.delivery._way import OtherRules
from bot.files import File
from bot.safety import Safety
from bot.studio import Studio
from generation.catalog import Catalog
from generation.dispatcher import Dispatcher
from generation.erasure import Erasure
from generation.events import JobGenerated, JobLoading, JobProgress, JobSetAside
from generation.executors.base import Failed, FailureKind, Finished
from generation.imaging.process import ImagingProcess, PictureRefused, SmallerPicture
from generation.input_retention import InputRetention
from generation.job import Job, JobStatus
from generation.pictures import StoredPicture
from generation.screening import Policy, Screening, Verdict
from generation.sheets.store import PartStore
from generation.states import ModelStates
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request
from tests.support.line import Line

from .answers import answered


class FakeMessage:
    """Keeps what it was told to show; raises `errors` first, one an edit, for those that match."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.whys: list[str] = []  # what stands in the embeds' fields
        self.pictures: list[bytes] = []
        self.tries = 0
        self.moved = False
        self.descriptions: list[str | None] = []
        self.errors: list[Exception] = []
        self.picture_error: Exception | None = None
        self.left_word = 0
        self.left = False
        self.closing = False
        self.buttons = False
        self.is_direct = False
        self.channel_id: int | None = None  # whose limit its edits count against
        self.hears_progress = asyncio.Event()  # clear: such edits hang
        self.hears_progress.set()
        self.whispers: bool = False  # whether its member can be told something alone
        self.whispered: list[str] = []
        self.covered: list[bool] = []  # for each picture

    async def show(self, shown: Shown, *, moving: bool = False) -> None:
        self.tries += 1
        if not moving:
            await self.hears_progress.wait()
        if self.errors:
            raise self.errors.pop(0)
        if shown.not_direct and self.is_direct:
            raise OtherRules
        if shown.file is not None and self.picture_error is not None:
            raise self.picture_error
        self.titles.append(shown.embed.title or "")
        self.whys += [field.value or "" for field in shown.embed.fields]
        self.descriptions.append(shown.embed.description)
        self.moved = moving
        self.buttons = shown.view is not None
        if shown.file is not None:
            self.pictures.append(shown.file.data)
            self.covered.append(shown.file.covered)

    def leave(self) -> None:
        self.left = True

    async def whisper(self, text: str) -> bool:
        if self.whispers:
            self.whispered.append(text)
        return self.whispers

    async def leave_word(self) -> None:
        self.left_word += 1


class Place:
    """A line, an executor and a delivery whose one message is a fake."""

    def __init__(self, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        self.line = line
        self.executor = ScriptedExecutor()
        self.message = FakeMessage()
        self.imaging = mock.create_autospec(ImagingProcess, instance=True)
        self.screening = Screening(Policy(age_restricted=Verdict.ALLOW))
        self.dispatcher = Dispatcher(
            CATALOG,
            line.store,
            line.queue,
            line.pictures,
            line.inputs,
            [self.executor],
            line.events,
            line.timings,
            screening=self.screening,
        )
        monkeypatch.setattr(_delivery, "Way", lambda client, store, job: self.message)
        monkeypatch.setattr(_delivery, "EDIT_INTERVAL_S", 0.02)
        monkeypatch.setattr(_patience, "FIRST_RETRY_S", 0.02)
        studio = Studio(
            catalog=CATALOG,
            whole_catalog=CATALOG,
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
            inputs=line.inputs,
            input_retention=mock.create_autospec(InputRetention, instance=True),
            input_imaging=mock.create_autospec(ImagingProcess, instance=True),
            timings=line.timings,
            states=ModelStates((self.executor,), line.events),
            parts=mock.create_autospec(PartStore, instance=True),
            safety=mock.create_autospec(Safety, instance=True, screening=self.screening),
            erasure=mock.create_autospec(Erasure, instance=True),
        )
        self.studio = studio
        self.delivery = self.deliver(studio)

    def deliver(self, studio: Studio) -> Delivery:
        return Delivery(mock.create_autospec(discord.Client, instance=True), studio)

    async def ask(self, *, file_limit: int | None = None, size: int = 0) -> Job:
        if size:
            painted = dataclasses.replace(PICTURE, data=b"x" * size)
            self.executor.script = lambda _: [Finished(painted)]
        origin = dataclasses.replace(make_origin(), file_limit=file_limit)
        return await self.line.intake.submit(make_request(), origin)

    async def told(self, job: Job) -> Job:
        """The job, once it is noted that its end was shown."""
        async with asyncio.timeout(5):
            while (kept := await self.line.store.get(job.id)) is None or kept.told_at is None:
                await asyncio.sleep(0.01)
        return kept

    async def fails(self, *errors: Exception) -> Job:
        """A job that fails, and what Discord says to each try of telling that."""
        self.executor.script = lambda _: [Failed(FailureKind.BUSY, "Not now.")]
        self.executor.gate.clear()
        job = await self.ask()
        await self.line.until(job, JobStatus.RUNNING)
        await self.shows("Painting…")
        self.message.errors = list(errors)
        self.executor.gate.set()
        return job

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


async def test_that_a_job_waits_for_its_device_is_said(place: Place):
    job = await place.line.store.create(make_request(), make_origin())
    place.line.events.publish(JobSetAside(job))
    await place.shows("Queued – what paints it is not there at the moment")


async def test_a_model_that_is_not_offered_now_has_its_title_and_its_notes(place: Place):
    await place.delivery.close(1)
    demo = DEMO.model_copy(update={"negative_prompt_above": None})
    place.delivery = place.deliver(
        dataclasses.replace(
            place.studio, catalog=Catalog({}), whole_catalog=Catalog({"demo": demo})
        )
    )
    request = make_request(negative_prompt="blue")
    job = await place.line.store.create(request, make_origin())
    place.line.events.publish(JobLoading(job))
    await place.shows("Loading Demo…")
    place.line.queue.put("local", job)
    await place.line.until(job, JobStatus.DELIVERED)
    assert "Demo" in place.message.whys
    assert any("has no use for a negative prompt" in why for why in place.message.whys)


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


@pytest.mark.parametrize("damage", ["removed", "changed"])
async def test_a_picture_that_the_disk_has_lost_is_said_to_be_lost(
    place: Place, tmp_path: Path, damage: str
):
    place.message.picture_error = answered(503)
    job = await place.ask()
    painted = await place.line.until(job, JobStatus.GENERATED)
    assert painted.picture_path is not None
    path = tmp_path / painted.picture_path
    path.unlink() if damage == "removed" else path.write_bytes(b"other")
    ended = await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert ended.detail
    assert "lost the picture. Ask for it again" in place.message.whys[-1]


DENIED = PermissionError(13, "Permission denied", "/data/pictures/000000/1.png")
BROKEN = OSError(5, "Input/output error", "/data/pictures/000000/1.png")


@pytest.mark.parametrize(("error", "remedy"), [(DENIED, "to user "), (BROKEN, "system's log")])
async def test_a_picture_that_the_disk_does_not_give_out_is_said_to_be_there(
    place: Place, monkeypatch, caplog, error: OSError, remedy: str
):
    monkeypatch.setattr(_patience, "FIRST_RETRY_S", 0.001)
    load = mock.AsyncMock(side_effect=error)
    with monkeypatch.context() as patch:
        patch.setattr(place.line.pictures, "load", load)
        job = await place.ask()
        ended = await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert load.await_count > 3
    assert place.message.titles[-1] == "Painted, but it can't be read from the disk"
    assert f"`/show #{job.id}` brings it" in place.message.whys[-1]
    (line,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "/data/pictures/000000/1.png" in line.getMessage()
    assert remedy in line.getMessage()
    assert ended.picture is not None
    assert await place.line.pictures.load(ended.picture) == PICTURE.data


async def test_a_picture_that_the_disk_gives_out_after_all_is_posted(place: Place, monkeypatch):
    monkeypatch.setattr(_patience, "FIRST_RETRY_S", 0.001)
    load = mock.AsyncMock(side_effect=[*[BROKEN] * 6, PICTURE.data])
    monkeypatch.setattr(place.line.pictures, "load", load)
    show = place.message.show

    async def show_pictures_only(shown: Shown, *, moving: bool = False) -> None:
        if "can't be read" in (shown.embed.title or ""):
            raise answered(503)
        await show(shown, moving=moving)

    monkeypatch.setattr(place.message, "show", show_pictures_only)
    job = await place.ask()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]


async def test_only_a_few_pictures_are_in_memory_at_once(place: Place, monkeypatch):
    monkeypatch.setattr(place.delivery, "_pictures", asyncio.Semaphore(2))
    at_once = most = 0
    load = place.line.pictures.load

    async def counted(stored: StoredPicture) -> bytes:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        return await load(stored)

    async def slow(shown: Shown, *, moving: bool = False) -> None:
        nonlocal at_once
        await asyncio.sleep(0.05)
        at_once -= shown.file is not None

    monkeypatch.setattr(place.line.pictures, "load", counted)
    monkeypatch.setattr(place.message, "show", slow)
    jobs = []
    for number in range(6):
        job = await place.line.store.create(make_request(), make_origin(1, 100 + 10 * number))
        await place.line.store.start(job.id)
        stored = await place.line.pictures.save(job.id, PICTURE.data)
        jobs.append(await place.line.store.finish(job.id, PICTURE, stored))
    for job in jobs:
        place.line.events.publish(JobGenerated(job))
    for job in jobs:
        await place.line.until(job, JobStatus.DELIVERED)
    assert most == 2


async def test_while_discord_is_away_no_picture_stays_in_memory(place: Place, monkeypatch, caplog):
    gc.collect()  # what earlier tests left
    caplog.set_level(logging.CRITICAL)  # pytest keeps the errors that are logged
    refused = asyncio.Event()

    async def away(shown: Shown, *, moving: bool = False) -> None:
        if shown.file is not None:
            refused.set()
            raise answered(503)  # a new one each time: an error holds what its frames hold

    monkeypatch.setattr(place.message, "show", away)
    monkeypatch.setattr(_patience, "FIRST_RETRY_S", 60)
    await place.ask()
    async with asyncio.timeout(5):
        await refused.wait()
    await asyncio.sleep(0.05)
    files = [each for each in gc.get_objects() if type(each) is File]
    assert PICTURE.data not in [file.data for file in files]


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


async def test_a_place_that_takes_no_size_is_offered_a_few(place: Place, monkeypatch):
    monkeypatch.setattr(_patience, "FIRST_RETRY_S", 0.001)
    place.imaging.shrink.side_effect = lambda png, limit: SmallerPicture(b"x" * limit, 90)
    place.message.picture_error = answered(413, 40005)
    job = await place.ask(size=200_000)
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert place.imaging.shrink.await_count == 5


async def test_that_a_picture_can_t_be_posted_is_said_once_discord_hears_it(place: Place):
    place.executor.script = lambda _: [Finished(PICTURE)]
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.shows("Painting…")
    place.message.errors = [answered(400, 50035), answered(503), answered(503)]
    place.executor.gate.set()
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert place.message.titles[-1] == "Painted, but it can't be posted here"


async def test_a_process_that_died_over_a_picture_is_asked_once_more(place: Place):
    smaller = SmallerPicture(b"webp", None)
    place.imaging.shrink.side_effect = [PictureRefused("the decoder died of it"), smaller]
    job = await place.ask(file_limit=100_000, size=200_000)
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [b"webp"]


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


async def test_with_many_waiting_a_running_job_shows_its_progress(place: Place, monkeypatch):
    monkeypatch.setattr(_delivery, "_SECONDS_PER_WAITING_JOB", 60)
    place.executor.gate.clear()
    first = await place.ask()
    second = await place.line.intake.submit(make_request(), make_origin(2, 200))
    await place.line.until(first, JobStatus.RUNNING)
    await place.shows("Painting…")
    running = await place.line.store.get(first.id)
    assert running is not None
    place.line.events.publish(JobProgress(running, 1, 2))
    async with asyncio.timeout(5):
        while not place.message.titles[-1].endswith("1/2"):
            await asyncio.sleep(0.01)
    place.executor.gate.set()
    await place.line.until(second, JobStatus.DELIVERED)


async def test_a_result_waits_for_no_progress_of_others(place: Place, monkeypatch):
    monkeypatch.setattr(_turns, "AT_ONCE", 2)
    place.executor.gate.clear()
    place.message.hears_progress.clear()
    others = [
        await place.line.intake.submit(make_request(), make_origin(user, 100 + user))
        for user in range(2, 6)
    ]
    job = await place.ask()
    await asyncio.sleep(0.1)  # each of these messages wants to be edited now
    await place.dispatcher.cancel(job.id, BY_MODERATOR)
    await place.told(job)  # though those edits hang
    place.message.hears_progress.set()
    place.executor.gate.set()
    for other in others:
        await place.line.until(other, JobStatus.DELIVERED)


async def test_in_one_channel_few_are_edited_in_between(place: Place):
    place.message.channel_id = 20
    place.executor.gate.clear()
    for user in range(2, 6):
        await place.line.intake.submit(make_request(), make_origin(user, 100 + user))
    await asyncio.sleep(0.3)
    assert place.message.tries == 1
    place.executor.gate.set()


@pytest.mark.parametrize("answer", [(403, 50001), (403, 50013), (400, 200000), (400, 50035)])
async def test_where_progress_is_refused_for_good_it_is_not_tried_again(
    place: Place, answer: tuple[int, int]
):
    place.executor.gate.clear()
    place.message.errors = [answered(*answer) for _ in range(9)]
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await asyncio.sleep(0.3)  # time for many
    assert place.message.tries == 1
    place.message.errors = []
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)  # the end is tried all the same
    assert place.message.pictures == [PICTURE.data]


async def test_a_guild_that_is_left_is_told_to_the_ways_of_its_jobs(place: Place):
    place.executor.gate.clear()
    job = await place.ask()
    await place.shows("Painting…")
    place.delivery.leave(lambda each: each.id != job.id)
    assert not place.message.left
    place.delivery.leave(lambda each: each.id == job.id)
    assert place.message.left
    place.executor.gate.set()


async def test_a_download_is_shown_as_it_goes_on_and_no_more_often_than_other_progress(
    place: Place, monkeypatch
):
    monkeypatch.setattr(_delivery, "EDIT_INTERVAL_S", 0.3)
    place.executor.gate.clear()
    job = await place.ask()
    await place.shows("Painting…")
    running = await place.line.store.get(job.id)
    assert running is not None
    for megabytes in range(0, 100, 2):
        place.line.events.publish(JobLoading(running, megabytes * 10**6, 100 * 10**6))
        await asyncio.sleep(0.01)
    shown = [title for title in place.message.titles if title.startswith("Downloading")]
    assert 2 <= len(shown) <= 4
    assert shown[0] == "Downloading Demo: 0.0 of 100.0 MB"  # at once, as all that is new
    assert shown == sorted(shown, key=lambda title: float(title.split()[2]))
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)


async def test_loras_are_named_where_they_are_what_is_loaded(place: Place):
    place.executor.gate.clear()
    job = await place.ask()
    await place.shows("Painting…")
    running = await place.line.store.get(job.id)
    assert running is not None
    place.line.events.publish(JobLoading(running))
    await place.shows("Loading Demo…")
    place.line.events.publish(JobLoading(running, loras=("ink", "grain")))
    await place.shows("Loading the LoRAs ink, grain…")
    place.line.events.publish(JobLoading(running, 10**6, 2 * 10**6, ("ink",)))
    await place.shows("Downloading the LoRA ink: 1.0 of 2.0 MB")
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)


async def test_with_many_waiting_it_is_told_at_once_that_one_is_taken_up(place: Place, monkeypatch):
    monkeypatch.setattr(_delivery, "_SECONDS_PER_WAITING_JOB", 60)
    place.executor.gate.clear()
    first = await place.ask()
    await place.shows("Painting…")
    second = await place.line.intake.submit(make_request(), make_origin(2, 200))
    await place.line.intake.submit(make_request(), make_origin(3, 300))
    async with asyncio.timeout(5):
        while sum(title.startswith("Queued –") for title in place.message.titles) < 2:
            await asyncio.sleep(0.01)
    await place.dispatcher.cancel(first.id)
    await place.line.until(second, JobStatus.RUNNING)
    async with asyncio.timeout(5):
        while place.message.titles.count("Painting…") < 2:
            await asyncio.sleep(0.01)


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


async def test_when_the_end_is_noted_the_promised_message_is_seen_to(place: Place):
    job = await place.ask()
    await place.line.until(job, JobStatus.DELIVERED)
    await place.delivery.close(1)
    assert place.message.left_word == 1


async def test_a_private_message_says_at_its_last_moment_where_the_answer_will_be(place: Place):
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.shows("Painting…")
    assert place.message.buttons
    place.message.closing = True
    await place.shows("The answer will come by direct message")
    assert not place.message.buttons
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)
