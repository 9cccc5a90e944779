"""A line, an executor and a delivery whose one message is a fake."""

import asyncio
import dataclasses
from unittest import mock

import discord
import pytest

from bot.delivery import Delivery, _delivery, _patience
from bot.delivery._shown import Shown
from bot.delivery._way import OtherRules
from bot.safety import Safety
from bot.studio import Studio
from generation.dispatcher import Dispatcher
from generation.executors.base import Failed, FailureKind, Finished
from generation.imaging.process import ImagingProcess
from generation.inputs.retention import InputRetention
from generation.job import Job, JobStatus
from generation.keeping.kept import KeptPictures
from generation.safety.erasure import Erasure
from generation.safety.screening import Policy, Screening, Verdict
from generation.sheets.store import PartStore
from generation.states import ModelStates
from generation.words import Words
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request
from tests.support.line import Line


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
        self.is_old = False
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
            kept=mock.create_autospec(KeptPictures, instance=True),
            queue=line.queue,
            pictures=line.pictures,
            events=line.events,
            intake=line.intake,
            quotas=line.quotas,
            guild_limits=line.guild_limits,
            dispatcher=self.dispatcher,
            executors=(self.executor,),
            shrinking=self.imaging,
            inputs=line.inputs,
            input_retention=mock.create_autospec(InputRetention, instance=True),
            input_imaging=mock.create_autospec(ImagingProcess, instance=True),
            timings=line.timings,
            states=ModelStates((self.executor,), line.events),
            parts=mock.create_autospec(PartStore, instance=True),
            safety=mock.create_autospec(
                Safety, instance=True, screening=self.screening, words=Words()
            ),
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
