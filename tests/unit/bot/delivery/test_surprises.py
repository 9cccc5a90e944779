"""What nobody foresaw costs a picture time, not its way to its member."""

import asyncio

import pytest

from bot.delivery import _board, _conclusion
from generation.job import Job, JobStatus
from tests.support.executors import PICTURE

from .answers import answered
from .place import Place

SURPRISES = [
    TypeError("string indices must be integers"),
    ValueError("Expecting value: line 1 column 1 (char 0)"),
    MemoryError(),
]


async def tried(place: Place, job: Job, tries: int) -> None:
    """Until its end was tried so often anew."""
    await place.line.until(job, JobStatus.GENERATED)
    before = place.message.tries
    async with asyncio.timeout(5):
        while place.message.tries < before + tries:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("error", SURPRISES, ids=lambda error: type(error).__name__)
async def test_a_picture_arrives_once_what_nobody_foresaw_is_over(
    place: Place, caplog: pytest.LogCaptureFixture, error: Exception
):
    place.message.picture_error = error
    job = await place.ask()
    await tried(place, job, 2)
    place.message.picture_error = None
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]
    assert "its end is not shown, on our side" in caplog.text
    assert "failed on our side" not in caplog.text


async def test_so_does_what_is_said_instead(place: Place):
    place.message.picture_error = answered(400, 50035)
    # The queue's line, the picture, and what is said in its place.
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.shows("Painting…")
    place.message.errors = [answered(400, 50035), TypeError("no"), TypeError("no")]
    place.executor.gate.set()
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert place.message.errors == []
    assert place.message.pictures == []


async def test_what_does_not_end_is_left_to_the_next_start(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(_conclusion, "_MOST_SURPRISES", 3)
    place.message.picture_error = TypeError("no")
    job = await place.ask()
    await place.line.until(job, JobStatus.GENERATED)
    async with asyncio.timeout(5):
        while place.delivery._boards:
            await asyncio.sleep(0.01)
    assert caplog.text.count("its end is not shown, on our side") == 2
    assert "failed on our side" in caplog.text
    kept = await place.line.store.get(job.id)
    assert kept is not None
    assert kept.status is JobStatus.GENERATED


async def test_only_what_comes_in_a_row_is_too_much(place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_conclusion, "_MOST_SURPRISES", 2)
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.shows("Painting…")
    place.message.errors = [TypeError("no"), answered(503), TypeError("no")]
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.errors == []


async def test_progress_that_was_given_up_and_comes_late_does_not_stand_over_the_picture(
    place: Place, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(_board, "STRAYS_S", 0.5)
    place.executor.gate.clear()
    job = await place.ask()
    await place.shows("Painting…")
    place.message.errors = [TimeoutError("Discord has not answered.")]
    place.delivery._boards[job.id].say_cancelling()  # anything that is to be shown
    async with asyncio.timeout(5):
        while place.message.errors:
            await asyncio.sleep(0.01)
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data] * 2
