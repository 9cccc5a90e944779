"""What a job's message says before its end, and when it is left unsaid."""

import asyncio
import dataclasses

import pytest

from bot.cancellation import BY_MODERATOR
from bot.delivery import _delivery, _turns
from generation.catalog import Catalog
from generation.events import JobLoading, JobProgress, JobSetAside
from generation.job import JobStatus
from tests.support.executors import PICTURE
from tests.support.jobs import DEMO, make_origin, make_request

from .answers import answered
from .place import Place


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


async def test_an_error_of_our_own_in_progress_costs_the_progress_alone(
    place: Place, caplog: pytest.LogCaptureFixture
):
    place.executor.gate.clear()
    place.message.errors = [TypeError("string indices must be integers")]
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await asyncio.sleep(0.1)  # time for several
    assert place.message.tries == 1
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]
    assert f"Progress of job {job.id} failed on our side" in caplog.text


async def test_after_such_an_error_a_job_that_is_cancelled_says_so(place: Place):
    place.executor.gate.clear()
    place.message.errors = [TypeError("string indices must be integers")]
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.dispatcher.cancel(job.id)
    await place.told(job)
    assert place.message.titles == ["Cancelled"]


async def test_an_old_message_is_edited_at_the_end_alone(place: Place):
    place.message.is_old = True
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    place.delivery.say_cancelling(job.id)
    await asyncio.sleep(0.1)  # time for several
    assert place.message.tries == 0
    place.executor.gate.set()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.tries == 1
    assert place.message.pictures == [PICTURE.data]


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
