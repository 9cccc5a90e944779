"""Delivery edits a job's message up to its last state, whatever Discord answers on the way."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from unittest import mock

import aiohttp
import discord
import pytest

from bot import delivery
from bot.answers import Meaning, meaning
from bot.database import Database
from bot.delivery import Delivery
from bot.studio import Studio
from generation.dispatcher import Dispatcher
from generation.executors.base import Failed, FailureKind
from generation.job import Job, JobStatus
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request
from tests.support.line import Line


def answered(status: int, code: int = 0) -> discord.HTTPException:
    kind = discord.DiscordServerError if status >= 500 else discord.HTTPException
    return kind(mock.Mock(status=status, reason="no"), {"code": code, "message": "no"})


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (answered(503), Meaning.LATER),
        (answered(429), Meaning.LATER),
        (aiohttp.ServerDisconnectedError(), Meaning.LATER),
        (ConnectionResetError(), Meaning.LATER),
        (TimeoutError(), Meaning.LATER),
        (answered(404, 10008), Meaning.GONE),
        (answered(404, 10003), Meaning.GONE),
        (answered(403, 50001), Meaning.GONE),
        (answered(403, 50013), Meaning.REFUSED),
        (answered(400, 40005), Meaning.REFUSED),
        (answered(400, 50035), Meaning.REFUSED),
    ],
)
def test_what_an_answer_means(error: Exception, means: Meaning):
    assert meaning(error) is means


class FakeMessage:
    """Keeps what it was told to show; raises `errors` first, one an edit, for those that match."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.pictures: list[bytes] = []
        self.tries = 0
        self.errors: list[Exception] = []
        self.picture_error: Exception | None = None

    async def edit(
        self,
        embed: discord.Embed,
        *,
        picture: bytes | None = None,
        name: str = "",
        view: discord.ui.View | None = None,
    ):
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        if picture is not None and self.picture_error is not None:
            raise self.picture_error
        self.titles.append(embed.title or "")
        if picture is not None:
            self.pictures.append(picture)


class Place:
    """A line, an executor and a delivery whose one message is a fake."""

    def __init__(self, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        self.line = line
        self.executor = ScriptedExecutor()
        self.message = FakeMessage()
        self.dispatcher = Dispatcher(
            CATALOG,
            line.store,
            line.queue,
            line.pictures,
            [self.executor],
            line.events,
            line.timings,
        )
        monkeypatch.setattr(delivery, "JobMessage", lambda client, origin: self.message)
        monkeypatch.setattr(delivery, "EDIT_INTERVAL_S", 0.02)
        monkeypatch.setattr(delivery, "_FIRST_RETRY_S", 0.02)
        studio = Studio(
            catalog=CATALOG,
            default_model=DEMO,
            store=line.store,
            queue=line.queue,
            pictures=line.pictures,
            events=line.events,
            intake=line.intake,
            dispatcher=self.dispatcher,
            executors=(self.executor,),
        )
        self.delivery = Delivery(mock.create_autospec(discord.Client, instance=True), studio)

    async def ask(self) -> Job:
        return await self.line.intake.submit(make_request(), make_origin())


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
    monkeypatch.setattr(delivery, "EDIT_INTERVAL_S", 10)
    place.message.errors = [aiohttp.ServerDisconnectedError()] * 50
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await asyncio.sleep(0.1)
    assert place.message.tries == 1
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
    async with asyncio.timeout(5):
        while place.message.titles[-1:] != ["No picture this time"]:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(("status", "code"), [(413, 40005), (403, 50013)])
async def test_a_place_that_refuses_the_file_is_told_so(place: Place, status: int, code: int):
    place.message.picture_error = answered(status, code)
    job = await place.ask()
    ended = await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert ended.picture_path is not None
    async with asyncio.timeout(5):
        while place.message.titles[-1] != "Painted, but it can't be posted here":
            await asyncio.sleep(0.01)


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
