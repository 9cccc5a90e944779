"""What waited and can't be painted any more as it was asked for says so after a start."""

import errno
from pathlib import Path
from unittest import mock

import pytest

from bot.database import Database
from generation.catalog import Catalog
from generation.events import JobCancelled, JobEvents, JobFailed, JobGenerated, JobQueued
from generation.inputs.store import InputImage
from generation.job import Job, JobStatus
from generation.keeping.kept import KeptPictures
from generation.loras import choose
from generation.pictures import PictureStore, StoredPicture
from generation.prompts import Lora
from generation.queue import JobQueue
from generation.recovery import MOST_CUT_OFF, clear, recover
from generation.sheets.plan import sweep
from generation.sheets.store import PartStore
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, DEMO, HOSTED, WITH_LORAS, make_origin, make_request


@pytest.fixture
def store(database) -> JobStore:
    return JobStore(database)


async def told(store: JobStore, offered: Catalog, withdrawn: frozenset[str]) -> list[object]:
    """What is told of a job that asked for the LoRA `grain`."""
    request = make_request().model_copy(update={"loras": choose(WITH_LORAS, [Lora("grain", None)])})
    await store.create(request, make_origin())
    events, seen = JobEvents(), []
    events.subscribe(seen.append)
    await recover(offered, CATALOG, store, JobQueue(), events, withdrawn)
    return seen


async def test_a_lora_that_left_the_list_is_painted_with_as_it_was_promised(store: JobStore):
    (event,) = await told(store, CATALOG, frozenset({"another"}))
    assert isinstance(event, JobQueued)


async def test_a_lora_whose_licence_was_withdrawn_is_not(store: JobStore):
    (event,) = await told(store, CATALOG, frozenset({"grain"}))
    assert isinstance(event, JobFailed)
    assert "The LoRA grain is not available here any more" in event.message


async def test_a_model_that_is_painted_elsewhere_now_takes_none(store: JobStore):
    elsewhere = Catalog({DEMO.name: HOSTED.model_copy(update={"name": DEMO.name})})
    (event,) = await told(store, elsewhere, frozenset())
    assert isinstance(event, JobFailed)
    assert "takes no LoRAs any more" in event.message


async def test_a_model_that_can_not_start_from_a_picture_any_more_says_so(store: JobStore):
    image = InputImage(sha256="ab" * 32, width=64, height=64)
    await store.create(make_request(image=image), make_origin())
    elsewhere = Catalog({DEMO.name: HOSTED.model_copy(update={"name": DEMO.name})})
    events, seen = JobEvents(), []
    events.subscribe(seen.append)
    await recover(elsewhere, CATALOG, store, JobQueue(), events)
    (event,) = seen
    assert isinstance(event, JobFailed)
    assert "can't start from a picture any more" in event.message


async def cancelled_while_it_ran(store: JobStore, detail: str | None) -> Job:
    job = await store.create(make_request(), make_origin())
    await store.start(job.id)
    await store.ask_cancel(job.id, detail)
    return job


@pytest.mark.parametrize("detail", [None, "by a moderator"])
async def test_what_was_to_be_cancelled_is_and_its_member_told_in_the_same_message(
    store: JobStore, detail: str | None
):
    await cancelled_while_it_ran(store, detail)
    events, queue, seen = JobEvents(), JobQueue(), []
    events.subscribe(seen.append)
    await recover(CATALOG, CATALOG, store, queue, events)
    (event,) = seen
    assert isinstance(event, JobCancelled)
    assert event.job.origin == make_origin()
    assert (event.job.status, event.job.detail) == (JobStatus.CANCELLED, detail)
    # As without the restart: it had begun, and so it counts.
    assert (event.job.started_at is None, event.job.attempts) == (False, 1)
    assert len(queue) == 0


async def test_the_first_who_cancels_counts(store: JobStore):
    job = await cancelled_while_it_ran(store, "by a moderator")
    await store.ask_cancel(job.id, None)
    found = await store.get(job.id)
    assert found is not None
    assert found.cancel_asked_by == "by a moderator"


async def test_what_is_painted_is_delivered_though_somebody_cancelled_it(store: JobStore):
    job = await cancelled_while_it_ran(store, None)
    await store.finish(job.id, PICTURE, StoredPicture("pictures/000000/1.png", "0" * 64))
    events, seen = JobEvents(), []
    events.subscribe(seen.append)
    await recover(CATALOG, CATALOG, store, JobQueue(), events)
    (event,) = seen
    assert isinstance(event, JobGenerated)


async def test_what_has_ended_is_not_to_be_cancelled(store: JobStore):
    job = await store.create(make_request(), make_origin())
    await store.cancel(job.id)
    await store.ask_cancel(job.id, None)
    found = await store.get(job.id)
    assert found is not None
    assert found.cancel_asked_at is None


async def test_what_nothing_paints_at_the_moment_is_set_aside(store: JobStore):
    job = await store.create(make_request(), make_origin())
    queue = JobQueue()
    await recover(Catalog({}), CATALOG, store, queue, JobEvents())
    assert [each.id for each in queue.set_aside] == [job.id]
    assert len(queue) == 0


async def cut_off(store: JobStore, job: Job) -> list[object]:
    """What the next start tells of a job that ran when the process ended."""
    await store.start(job.id)
    events, seen = JobEvents(), []
    events.subscribe(seen.append)
    await recover(CATALOG, CATALOG, store, JobQueue(), events)
    return seen


async def test_a_job_that_takes_the_process_with_it_is_not_tried_for_ever(store: JobStore):
    job = await store.create(make_request(), make_origin())
    for _ in range(MOST_CUT_OFF - 1):
        (event,) = await cut_off(store, job)
        assert isinstance(event, JobQueued)
        assert event.job.attempts == 0  # none is charged
    (event,) = await cut_off(store, job)
    assert isinstance(event, JobFailed)
    assert event.job.origin == make_origin()
    assert "is not tried again" in event.message
    found = await store.get(job.id)
    assert found is not None
    assert (found.status, found.failure) == (JobStatus.FAILED, "worker_died")


async def test_an_end_that_gave_its_jobs_back_counts_for_nothing(store: JobStore):
    job = await store.create(make_request(), make_origin())
    await store.start(job.id)
    await store.requeue(job.id, charged=False)
    events, seen = JobEvents(), []
    events.subscribe(seen.append)
    await recover(CATALOG, CATALOG, store, JobQueue(), events)
    (event,) = seen
    assert isinstance(event, JobQueued)
    assert event.job.cut_off == 0


async def test_what_a_killed_run_left_in_mid_job_is_deleted_at_the_start(
    database: Database, store: JobStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """It would outlive its job by an hour where that is cancelled, or fails, before it is swept."""
    pictures, kept = PictureStore(tmp_path), KeptPictures(database)
    painted, halfway, ended = [
        await store.create(make_request(), make_origin(1, 100 + number)) for number in range(3)
    ]
    for job in (painted, halfway, ended):
        await store.start(job.id)
    await store.finish(painted.id, PICTURE, await pictures.save(painted.id, b"painted"))
    for job in (halfway, ended):
        await pictures.save(job.id, b"not written down")
    sheet, _ = sweep(CATALOG, DEMO, "a fox", "steps", "1, 2")
    several = await store.create(sheet, make_origin(1, 110))
    await store.start(several.id)
    part = await pictures.save(several.id, b"a part", 1)
    await PartStore(database).paint(several.id, 1, PICTURE, part)
    await pictures.save(several.id, b"another, not written down", 2)
    await store.cancel(ended.id)

    with caplog.at_level("INFO"):
        await clear(kept, pictures)
    # What belongs to a job that has ended is the sweep's.
    left = {Path(path).stem for path in pictures.files()}
    assert left == {str(painted.id), str(ended.id), f"{several.id}-1"}
    assert "Deleted 2 pictures" in caplog.text


async def test_a_disk_that_keeps_it_holds_up_no_start(
    database: Database, store: JobStore, tmp_path: Path, monkeypatch, caplog
):
    refuse = mock.AsyncMock(side_effect=OSError(errno.EROFS, "Read-only file system"))
    pictures = PictureStore(tmp_path)
    monkeypatch.setattr(pictures, "delete_of", refuse)
    await clear(KeptPictures(database), pictures)
    assert "not deleted yet" in caplog.text
