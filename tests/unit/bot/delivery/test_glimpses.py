"""A message shows how its job stands, now and then, and in the end nothing but how it ended."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot.database import Database
from bot.delivery import _board, _glimpses
from bot.delivery._glimpses import Glimpse, Glimpses
from bot.delivery._shown import Shown
from bot.files import File
from bot.presentation import embeds
from generation.events import JobPreview, JobProgress, JobQueued, JobStarted
from generation.executors.base import Failed, FailureKind, Preview, Progress
from generation.job import Job, JobStatus
from generation.safety.screening import Policy, Screening, Verdict
from tests.support.executors import PICTURE
from tests.support.jobs import make_job, make_origin, make_request
from tests.support.line import Line

from .place import FakeMessage, Place

FIRST, SECOND = Glimpse(b"first", None), Glimpse(b"second", None)
EMBED = discord.Embed(title="Painting")


class Clock:
    """Stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_second_one_is_brought_two_seconds_after_the_first() -> None:
    clock = Clock()
    glimpses = Glimpses(clock)
    glimpses.take(FIRST)
    assert glimpses.due() is FIRST
    glimpses.note(FIRST)
    glimpses.take(SECOND)
    clock.now = 1.9
    assert glimpses.due() is FIRST
    glimpses.note(FIRST)  # another edit leaves it where it is
    clock.now = 2.0
    assert glimpses.due() is SECOND


def test_what_is_dropped_is_taken_away_and_the_next_one_shown() -> None:
    glimpses = Glimpses(Clock())
    glimpses.take(FIRST)
    glimpses.note(glimpses.due())
    glimpses.drop()
    assert glimpses.due() is None
    glimpses.note(None)
    assert glimpses.shown is None


def test_where_discord_has_not_taken_one_there_are_no_more() -> None:
    glimpses = Glimpses(Clock())
    glimpses.take(FIRST)
    glimpses.stop()
    glimpses.take(SECOND)
    assert glimpses.due() is None


def names(shown: Shown) -> list[str]:
    return [file.filename for file in shown.attachments()]


def test_an_edit_brings_one_leaves_it_or_takes_it_away() -> None:
    assert names(Shown(EMBED, preview=b"x")) == ["preview.webp"]
    assert Shown(EMBED, preview=b"x", keeps_preview=True).attachments() is discord.utils.MISSING
    assert names(Shown(EMBED)) == []


def test_a_picture_takes_its_place() -> None:
    assert names(Shown(EMBED, File(b"p", "easel-1.png"), preview=b"x")) == ["easel-1.png"]


def test_one_is_no_news_of_where_the_job_stands(job: Job) -> None:
    board = _board.Board(JobStarted(job), mock.Mock())
    progress = JobProgress(job, 2, 9)
    board.show(progress)
    board.show(JobPreview(job, b"x"))
    assert board.event is progress
    assert board.glimpses.due() == Glimpse(b"x", None)


def test_a_job_that_begins_anew_shows_none_of_its_last_attempt(job: Job) -> None:
    board = _board.Board(JobStarted(job), mock.Mock())
    board.show(JobPreview(job, b"x"))
    board.show(JobQueued(job))
    assert board.glimpses.due() is None


def test_what_is_logged_of_one_tells_nothing_of_it(job: Job) -> None:
    told = (
        f"{Preview(b'secret')!r} {JobPreview(job, b'secret')!r} {Shown(EMBED, preview=b'secret')!r}"
    )
    assert "secret" not in told


@pytest.fixture
def job() -> Job:
    return make_job(1)


class Message(FakeMessage):
    """Keeps of each edit the picture it showed, as (preview, picture); None: what was there."""

    is_direct = False

    def __init__(self) -> None:
        super().__init__()
        self.edits: list[tuple[bytes | None, bytes | None]] = []
        self.slow: asyncio.Event | None = None  # until then the answer to a preview does not come

    async def show(self, shown: Shown, *, moving: bool = False) -> None:
        await super().show(shown, moving=moving)
        if shown.preview is not None and self.slow is not None:
            await self.slow.wait()
        kept = self.edits[-1][0] if shown.keeps_preview and self.edits else shown.preview
        self.edits.append((kept, shown.file.data if shown.file else None))

    @property
    def previews(self) -> list[bytes]:
        """Those that were brought, one after the other."""
        shown = [preview for preview, _ in self.edits]
        pairs = zip([None, *shown], shown, strict=False)
        return [new for old, new in pairs if new is not None and new != old]


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with Database.open(tmp_path) as database:
        place = Place(Line.build(database, tmp_path), monkeypatch)
        place.message = Message()
        monkeypatch.setattr(_glimpses, "INTERVAL_S", 0.0)
        dispatching = asyncio.create_task(place.dispatcher.run())
        yield place
        await place.delivery.close(1)
        dispatching.cancel()
        await asyncio.gather(dispatching, return_exceptions=True)


async def painting(place: Place) -> Job:
    """A job in mid-painting, until its gate is opened."""
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    place.line.events.publish(JobProgress(job, 2, 9))
    return job


def title_at(job: Job, step: int) -> str:
    return str(embeds.painting(job, step, 9).title)


async def shows(place: Place, *previews: bytes) -> None:
    async with asyncio.timeout(5):
        while place.message.previews != [*previews]:  # pyright: ignore
            await asyncio.sleep(0.01)


async def test_the_message_shows_one_after_the_other_and_then_the_picture(place: Place) -> None:
    job = await painting(place)
    for number, data in enumerate((b"first", b"second"), start=1):
        place.line.events.publish(JobPreview(job, data))
        await shows(place, *(b"first", b"second")[:number])
    place.executor.gate.set()
    await place.told(job)
    assert place.message.edits[-1] == (None, PICTURE.data)  # pyright: ignore


async def test_progress_leaves_the_one_that_is_there(place: Place) -> None:
    job = await painting(place)
    place.line.events.publish(JobPreview(job, b"first"))
    await shows(place, b"first")
    place.line.events.publish(JobProgress(job, 3, 9))
    await place.shows(title_at(job, 3))
    assert place.message.edits[-1] == (b"first", None)  # pyright: ignore


async def test_one_that_is_answered_late_is_never_what_the_message_shows_last(
    place: Place,
) -> None:
    message: Any = place.message
    message.slow = asyncio.Event()
    job = await painting(place)
    place.line.events.publish(JobPreview(job, b"first"))
    async with asyncio.timeout(5):
        while message.tries < 2 or not message.edits:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    place.executor.gate.set()  # it ends while the answer is on its way
    await place.line.until(job, JobStatus.GENERATED)
    await asyncio.sleep(0.1)
    assert message.edits[-1][1] is None
    message.slow.set()
    await place.told(job)
    assert message.edits[-2:] == [(b"first", None), (None, PICTURE.data)]


async def test_where_discord_refuses_one_the_progress_goes_on_without(place: Place) -> None:
    job = await painting(place)
    response: Any = SimpleNamespace(status=403, reason="Forbidden")
    refusal = discord.Forbidden(response, {"code": 50013, "message": "Missing Permissions"})
    await place.shows(title_at(job, 2))
    place.message.errors = [refusal]
    place.line.events.publish(JobPreview(job, b"first"))
    async with asyncio.timeout(5):
        while place.message.errors:
            await asyncio.sleep(0.01)
    place.line.events.publish(JobPreview(job, b"second"))
    place.line.events.publish(JobProgress(job, 3, 9))
    await place.shows(title_at(job, 3))
    assert place.message.previews == []  # pyright: ignore
    place.executor.gate.set()
    await place.told(job)


async def test_while_others_wait_none_is_shown(place: Place) -> None:
    job = await painting(place)
    await place.line.intake.submit(make_request(), make_origin(2, 200))
    place.line.events.publish(JobPreview(job, b"first"))
    await asyncio.sleep(0.2)
    assert place.message.previews == []  # pyright: ignore


async def test_what_is_cancelled_shows_none(place: Place) -> None:
    job = await painting(place)
    place.line.events.publish(JobPreview(job, b"first"))
    await shows(place, b"first")
    place.delivery.say_cancelling(job.id)
    await place.shows("Cancelling…")
    assert place.message.edits[-1] == (None, None)  # pyright: ignore


async def test_a_failure_takes_it_away(place: Place) -> None:
    place.executor.script = lambda _: [
        Progress(1, 2),
        Failed(FailureKind.INTERNAL, "It went wrong."),
    ]
    job = await painting(place)
    place.line.events.publish(JobPreview(job, b"first"))
    await shows(place, b"first")
    place.executor.gate.set()
    await place.told(job)
    assert place.message.edits[-1] == (None, None)  # pyright: ignore


@pytest.mark.parametrize(
    ("verdict", "unsafe", "shown"),
    [
        (Verdict.REFUSE, 0.4, True),
        (Verdict.REFUSE, 0.6, False),
        (Verdict.BLUR, 0.6, False),
        (Verdict.ALLOW, 0.6, True),
    ],
)
async def test_one_is_shown_where_everybody_may_see_it(
    place: Place, verdict: Verdict, unsafe: float, shown: bool
) -> None:
    screening = Screening(Policy(0.5, verdict, verdict))
    place.delivery._studio = dataclasses.replace(
        place.studio, safety=mock.Mock(screening=screening)
    )
    job = await painting(place)
    place.line.events.publish(JobPreview(job, b"first", unsafe))
    await asyncio.sleep(0.2)
    assert place.message.previews == ([b"first"] if shown else [])  # pyright: ignore


async def test_one_that_may_not_be_seen_any_more_is_taken_away(place: Place) -> None:
    screening = Screening(Policy(0.5, Verdict.ALLOW, Verdict.ALLOW))
    safety = mock.Mock(screening=screening)
    place.delivery._studio = dataclasses.replace(place.studio, safety=safety)
    job = await painting(place)
    place.line.events.publish(JobPreview(job, b"first", 0.6))
    await shows(place, b"first")
    safety.screening = Screening(Policy(0.5, Verdict.REFUSE, Verdict.REFUSE))
    async with asyncio.timeout(5):
        while place.message.edits[-1] != (None, None):  # pyright: ignore
            await asyncio.sleep(0.01)
