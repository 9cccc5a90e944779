"""Every job's row, and the steps it may take."""

import asyncio
import dataclasses
import errno
import itertools
import stat
from pathlib import Path

import pytest

from bot.database import Database
from generation.catalog import Catalog
from generation.errors import IllegalTransition
from generation.events import (
    JobCancelled,
    JobEvents,
    JobFailed,
    JobGenerated,
    JobQueued,
    JobSetAside,
)
from generation.executors.base import FailureKind
from generation.job import TRANSITIONS, Job, JobStatus, Posted, sources
from generation.pictures import PictureStore, StoredPicture
from generation.queue import Forecast, JobQueue
from generation.recovery import recover
from generation.request import GenerationRequest
from generation.safety.screening import Blocked
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, WITH_LORAS, make_origin, make_request
from tests.support.wal import commits

STORED = StoredPicture("pictures/000000/1.png", "0" * 64)


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database)


async def step(store: JobStore, job_id: int, status: JobStatus) -> Job:
    """Take the job to `status` by the store's own method for it."""
    match status:
        case JobStatus.QUEUED:
            return await store.requeue(job_id, charged=True)
        case JobStatus.RUNNING:
            return await store.start(job_id)
        case JobStatus.GENERATED:
            return await store.finish(job_id, PICTURE, STORED)
        case JobStatus.DELIVERED:
            return await store.deliver(job_id)
        case JobStatus.FAILED:
            found = await store.get(job_id)
            if found is not None and found.status is JobStatus.GENERATED:
                return await store.refuse(job_id, BLOCKED, "For the member.")
            return await store.fail(job_id, FailureKind.INTERNAL, "why", "For the member.")
        case JobStatus.CANCELLED:
            return await store.cancel(job_id)
        case JobStatus.UNDELIVERABLE:
            return await store.undeliverable(job_id, "gone")


#: What remains of a picture that is thrown away.
BLOCKED = Blocked("c" * 64, 0.93, "nsfw-image-detection")

WAYS: dict[JobStatus, list[JobStatus]] = {
    JobStatus.QUEUED: [],
    JobStatus.RUNNING: [JobStatus.RUNNING],
    JobStatus.GENERATED: [JobStatus.RUNNING, JobStatus.GENERATED],
    JobStatus.DELIVERED: [JobStatus.RUNNING, JobStatus.GENERATED, JobStatus.DELIVERED],
    JobStatus.UNDELIVERABLE: [JobStatus.RUNNING, JobStatus.GENERATED, JobStatus.UNDELIVERABLE],
    JobStatus.FAILED: [JobStatus.FAILED],
    JobStatus.CANCELLED: [JobStatus.CANCELLED],
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(JobStatus, JobStatus)))
async def test_only_legal_steps_are_taken(store: JobStore, before: JobStatus, after: JobStatus):
    job = await store.create(make_request(), make_origin())
    for status in WAYS[before]:
        await step(store, job.id, status)
    if after in TRANSITIONS[before]:
        assert (await step(store, job.id, after)).status is after
    else:
        with pytest.raises(IllegalTransition, match=f"is {before}: it can't become {after}"):
            await step(store, job.id, after)
        found = await store.get(job.id)
        assert found is not None
        assert found.status is before


async def test_what_is_painted_fails_only_where_it_is_thrown_away_or_lost(store: JobStore):
    job = await store.create(make_request(), make_origin())
    for status in WAYS[JobStatus.GENERATED]:
        await step(store, job.id, status)
    with pytest.raises(IllegalTransition, match="is generated: it can't become failed"):
        await store.fail(job.id, FailureKind.INTERNAL, "why", "For the member.")
    lost = await store.create(make_request(), make_origin(2, 200))
    for status in WAYS[JobStatus.GENERATED]:
        lost = await step(store, lost.id, status)
    lost = await store.lose(lost, "no such file", "Ask again.")
    assert (lost.status, lost.failure, lost.picture) == (JobStatus.FAILED, FailureKind.LOST, None)
    refused = await store.refuse(job.id, BLOCKED, "Not here.")
    assert (refused.status, refused.failure, refused.notice) == (
        JobStatus.FAILED,
        FailureKind.UNSAFE,
        "Not here.",
    )
    assert (refused.unsafe, refused.screened_by, refused.blocked_sha256) == (
        BLOCKED.unsafe,
        BLOCKED.screened_by,
        BLOCKED.blocked_sha256,
    )
    assert refused.picture is None
    assert (refused.told_at, refused.origin and refused.origin.token) == (None, None)


async def test_what_was_thrown_away_is_not_listed(store: JobStore):
    job = await store.create(make_request(), make_origin(1))
    for status in WAYS[JobStatus.GENERATED]:
        await step(store, job.id, status)
    assert [each.id for each in await store.painted_for(1, "", 10)] == [job.id]
    await store.refuse(job.id, BLOCKED, "Not here.")
    assert await store.painted_for(1, "", 10) == []


async def test_a_picture_s_score_is_kept_with_its_row(store: JobStore):
    job = await store.create(make_request(), make_origin())
    await store.start(job.id)
    screened = dataclasses.replace(PICTURE, unsafe=0.25, screened_by="nsfw")
    done = await store.finish(job.id, screened, STORED)
    assert (done.unsafe, done.screened_by, done.blocked_sha256) == (0.25, "nsfw", None)


async def test_what_is_made_of_a_picture_has_its_score_until_it_has_its_own(store: JobStore):
    job = await store.create(make_request(), make_origin())
    await store.start(job.id)
    screened = dataclasses.replace(PICTURE, unsafe=0.25, screened_by="nsfw")
    parent = await store.finish(job.id, screened, STORED)
    ends = (PICTURE, dataclasses.replace(screened, unsafe=0.75))
    scores: list[float | None] = []
    for number, picture in enumerate(ends):
        origin = make_origin(1, 200 + 10 * number)
        child = await store.create(make_request(), origin, parent=parent)
        assert (child.unsafe, child.screened_by) == (0.25, "nsfw")
        await store.start(child.id)
        scores.append((await store.finish(child.id, picture, STORED)).unsafe)
    assert scores == [0.25, 0.75]


def test_sources_are_the_transitions_backwards():
    for before, after in itertools.product(JobStatus, JobStatus):
        assert (before in sources(after)) is (after in TRANSITIONS[before])


async def test_a_row_gives_back_the_whole_request_and_origin(store: JobStore):
    request = make_request(
        "a “star” \N{CIRCLED KATAKANA A}", negative_prompt="blue", seed=2**53 - 1
    )
    job = await store.create(request, make_origin(2**63 - 1), revision="a" * 40)
    found = await store.get(job.id)
    assert found == job
    assert job.request == request
    assert job.origin == make_origin(2**63 - 1)
    assert job.revision == "a" * 40


async def test_a_row_gives_back_the_loras_of_a_prompt(store: JobStore):
    request = GenerationRequest.build(WITH_LORAS, "a fox <lora:pixel-art> <lora:grain:0.5>")
    job = await store.create(request, make_origin())
    assert job.request == request
    assert [lora.weight for lora in job.request.loras] == [0.8, 0.5]


async def test_a_row_has_the_commit_of_every_repo_that_it_was_painted_with(store: JobStore):
    job = await store.create(make_request(), make_origin())
    assert job.commits == {}
    await store.start(job.id)
    commits = {"someone/vae": "b" * 40, "someone/model": "a" * 40}
    await store.finish(job.id, dataclasses.replace(PICTURE, commits=commits), STORED)
    found = await store.get(job.id)
    assert found is not None
    assert found.commits == commits


async def test_a_row_has_the_commits_that_its_loras_were_at(store: JobStore):
    request = GenerationRequest.build(WITH_LORAS, "a fox <lora:pixel-art> <lora:grain:0.5>")
    job = await store.create(request, make_origin())
    await store.start(job.id)
    loras = request.pinned({"someone/grain": "d" * 40}).loras
    made = await store.finish(job.id, dataclasses.replace(PICTURE, loras=loras), STORED)
    assert [lora.revision for lora in made.request.loras] == [None, "d" * 40]
    assert made.request == request.model_copy(update={"loras": loras})


async def test_a_job_of_the_command_line_has_no_origin(store: JobStore):
    job = await store.create(make_request(), None)
    assert job.origin is None


@pytest.mark.parametrize("end", [JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.DELIVERED])
async def test_no_token_is_kept_beyond_the_end(store: JobStore, end: JobStatus):
    job = await store.create(make_request(), make_origin())
    for status in WAYS[end]:
        job = await step(store, job.id, status)
    assert job.origin is not None
    assert job.origin.token is None
    assert job.finished_at is not None


async def test_an_unknown_job_is_named(store: JobStore):
    with pytest.raises(IllegalTransition, match="Job 77 is not in the database"):
        await store.start(77)


async def test_ids_are_never_given_twice(store: JobStore, database: Database):
    first = await store.create(make_request(), None)
    async with database.transaction() as connection:
        await connection.execute("DELETE FROM jobs")
    assert (await store.create(make_request(), None)).id > first.id


async def test_jobs_that_come_at_once_are_committed_together(store: JobStore, tmp_path: Path):
    before = commits(tmp_path)
    jobs = await asyncio.gather(
        *(store.create(make_request(), make_origin(n, 100 + n)) for n in range(50))
    )
    assert commits(tmp_path) == before + 1
    await asyncio.gather(*(store.start(job.id) for job in jobs))
    assert commits(tmp_path) == before + 2


async def test_a_job_costs_four_commits(store: JobStore, tmp_path: Path):
    before = commits(tmp_path)
    job = await store.create(make_request(), make_origin())
    await store.start(job.id)
    await store.finish(job.id, PICTURE, STORED)
    await store.deliver(job.id)
    assert commits(tmp_path) == before + 4


async def test_an_illegal_step_costs_none_of_those_it_is_asked_with(store: JobStore):
    one, two = [await store.create(make_request(), None) for _ in range(2)]
    await store.cancel(one.id)
    illegal, legal = await asyncio.gather(
        store.start(one.id), store.start(two.id), return_exceptions=True
    )
    assert isinstance(illegal, IllegalTransition)
    assert isinstance(legal, Job)


async def test_recovery_takes_up_each_job_where_it_was(store: JobStore):
    waiting = await store.create(make_request(), make_origin(1, 100))
    running = await store.create(make_request(), make_origin(1, 200))
    await store.start(running.id)
    painted = await store.create(make_request(), make_origin(1, 300))
    await store.start(painted.id)
    await store.finish(painted.id, PICTURE, STORED)
    ended = await store.create(make_request(), make_origin(1, 400))
    await store.cancel(ended.id)
    failed = await store.create(make_request(), make_origin(1, 500))
    await store.fail(failed.id, FailureKind.BUSY, "HTTP 503", "Not now.")
    shown = await store.create(make_request(), make_origin(1, 600))
    await store.cancel(shown.id)
    await store.tell(shown.id)

    queue, events, seen = JobQueue(), JobEvents(), []
    events.subscribe(seen.append)
    assert await recover(CATALOG, CATALOG, store, queue, events) == 5
    assert [queue.forecast(job.id) for job in (waiting, running, painted, ended)] == [
        Forecast(1, 0.0),
        Forecast(2, None),
        None,
        None,
    ]
    assert [type(event) for event in seen] == [
        JobQueued,
        JobQueued,
        JobGenerated,
        JobCancelled,
        JobFailed,
    ]
    assert seen[2].job.id == painted.id
    assert seen[4].message == "Not now."
    again = await store.get(running.id)
    assert again is not None
    assert again.attempts == 0


async def test_a_recovered_job_whose_model_is_gone_fails_with_a_word(store):
    job = await store.create(make_request(), make_origin())
    events, seen = JobEvents(), []
    events.subscribe(seen.append)
    await recover(Catalog({}), Catalog({}), store, JobQueue(), events)
    assert isinstance(seen[0], JobFailed)
    assert "demo is not available" in seen[0].message
    assert seen[0].job.origin == make_origin()
    assert (await store.get(job.id)).status is JobStatus.FAILED


async def test_a_recovered_job_whose_device_is_away_waits_for_a_start_that_finds_it(store):
    job = await store.create(make_request(), make_origin())
    events, queue, seen = JobEvents(), JobQueue(), []
    events.subscribe(seen.append)
    await recover(Catalog({}), CATALOG, store, queue, events)
    assert (await store.get(job.id)).status is JobStatus.QUEUED
    assert len(queue) == 0
    await recover(CATALOG, CATALOG, store, queue, events)
    assert len(queue) == 1
    assert [type(event) for event in seen] == [JobSetAside, JobQueued]


async def test_pictures_leave_no_part_behind(tmp_path: Path):
    pictures = PictureStore(tmp_path)
    stored = await pictures.save(1234, b"bytes")
    assert stored.path == "pictures/000001/1234.png"
    assert await pictures.load(stored) == b"bytes"
    assert [path.name for path in (tmp_path / stored.path).parent.iterdir()] == ["1234.png"]
    assert stat.S_IMODE((tmp_path / stored.path).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "pictures").stat().st_mode) == 0o700


async def test_a_picture_that_can_not_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(path: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        await PictureStore(tmp_path).save(7, b"bytes")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_where_an_answer_went_is_remembered(store: JobStore):
    job = await store.create(make_request(), make_origin())
    await store.post(job.id, Posted(20, 41))
    assert (await store.recover())[0].posted == Posted(20, 41)


async def test_what_is_delivered_was_seen(store: JobStore):
    job = await store.create(make_request(), make_origin())
    await store.start(job.id)
    await store.finish(job.id, PICTURE, StoredPicture("pictures/1.png", "0" * 64))
    assert (await store.deliver(job.id)).told_at is not None
