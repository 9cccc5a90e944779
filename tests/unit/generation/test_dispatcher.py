"""The dispatcher takes jobs to executors and records what comes of them."""

import asyncio
import errno
from collections.abc import AsyncGenerator
from unittest import mock

import pytest

from bot.database import Database, StorageFull
from generation import slot
from generation.catalog import Catalog
from generation.dispatcher import Dispatcher
from generation.errors import ExecutorUnavailable
from generation.events import JobEvent, JobEvents, JobLoading
from generation.executors.base import (
    Batch,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Painted,
    Progress,
    Told,
    Work,
)
from generation.job import Job, JobStatus
from generation.limits.layers import Limits
from generation.queue import JobQueue
from generation.recovery import recover
from tests.support.disk import Disk
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import DEMO, make_origin, make_request
from tests.support.line import Line


async def test_a_request_becomes_a_picture_on_disk(line: Line, tmp_path):
    async with line.dispatching(ScriptedExecutor()):
        job = await line.intake.submit(make_request(), make_origin())
        done = await line.until(job, JobStatus.GENERATED)
    assert line.kinds(job) == [
        "JobQueued",
        "JobStarted",
        "JobLoading",
        "JobProgress",
        "JobProgress",
        "JobGenerated",
    ]
    assert done.picture_path is not None
    assert (tmp_path / done.picture_path).read_bytes() == PICTURE.data
    assert done.device == "Test"
    assert done.revision == "b" * 40
    assert done.seconds == 0.5
    assert done.attempts == 1
    assert done.queued_at <= (done.started_at or 0) <= (done.generated_at or 0)


async def test_jobs_run_in_the_order_they_came(line: Line):
    executor = ScriptedExecutor()
    # With seeds, or they would be one batch.
    jobs = [
        await line.intake.submit(make_request(seed=n), make_origin(n, 100 * n)) for n in (1, 2, 3)
    ]
    async with line.dispatching(executor):
        await line.until(jobs[-1], JobStatus.GENERATED)
    assert [work.job_id for work in executor.works] == [job.id for job in jobs]


class Device(ScriptedExecutor):
    """Paints for a moment, and takes another to bring the picture away."""

    def __init__(self) -> None:
        super().__init__()
        self.painting = self.most = 0

    async def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        (work,) = batch.works
        self.works.append(work)
        self.painting += 1
        self.most = max(self.most, self.painting)
        await asyncio.sleep(0.02)
        self.painting -= 1
        yield Told(work.job_id, Painted())
        await asyncio.sleep(0.005)
        yield Told(work.job_id, Finished(PICTURE))


async def test_with_many_waiting_a_device_has_no_second_batch_before_the_first_is_painted(
    database: Database, tmp_path
):
    line = Line.build(database, tmp_path, Limits(waiting=8), most_waiting=20)
    device = Device()
    jobs = [await line.intake.submit(make_request(seed=n), make_origin(1, n)) for n in range(1, 9)]
    async with line.dispatching(device):
        await line.until(jobs[2], JobStatus.GENERATED)
        # Whoever comes now waits for the one that is being painted, and for no other.
        ahead = len(device.works)
        other = await line.intake.submit(make_request(seed=9), make_origin(2, 900))
        await line.until(other, JobStatus.GENERATED)
        await line.until(jobs[-1], JobStatus.GENERATED)
    assert device.most == 1
    order = [work.job_id for work in device.works]
    assert order.index(other.id) <= ahead + 1
    assert [each for each in order if each != other.id] == [job.id for job in jobs]


async def test_what_is_loaded_is_told_as_it_came(line: Line):
    told: list[JobEvent] = []
    line.events.subscribe(told.append)
    script = [Loading(1, 2), Loading(loras=("ink",)), Finished(PICTURE)]
    async with line.dispatching(ScriptedExecutor(lambda _: script)):
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.GENERATED)
    loading = [event for event in told if isinstance(event, JobLoading)]
    assert [(each.done, each.total, each.loras) for each in loading] == [
        (1, 2, ()),
        (None, None, ("ink",)),
    ]


async def test_a_failure_is_recorded_and_told(line: Line):
    failure = Failed(FailureKind.MODEL_UNAVAILABLE, "The weights can't be had.", "HTTP 404")
    async with line.dispatching(ScriptedExecutor(lambda _: [failure])):
        job = await line.intake.submit(make_request(), make_origin())
        failed = await line.until(job, JobStatus.FAILED)
    assert failed.failure == "model_unavailable"
    assert failed.detail == "HTTP 404"
    assert failed.origin is not None
    assert failed.origin.token is None
    assert line.seen[-1].message == "The weights can't be had."  # pyright: ignore


async def test_a_job_whose_worker_died_is_tried_once_more(line: Line):
    def script(work: Work):
        if work.attempt == 1:
            return [Progress(1, 2), Failed(FailureKind.WORKER_DIED, "gone", "SIGSEGV")]
        return [Finished(PICTURE)]

    async with line.dispatching(ScriptedExecutor(script)):
        job = await line.intake.submit(make_request(), make_origin())
        done = await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    assert done.status is JobStatus.GENERATED
    assert done.attempts == 2


async def test_a_job_that_always_kills_its_worker_fails_and_the_next_one_runs(line: Line):
    def script(work: Work):
        if work.request.prompt == "poison":
            return [Failed(FailureKind.WORKER_DIED, "The worker ended twice.", "SIGKILL")]
        return [Finished(PICTURE)]

    executor = ScriptedExecutor(script)
    poison = await line.intake.submit(make_request("poison", seed=1), make_origin(1, 100))
    healthy = await line.intake.submit(make_request("a star", seed=2), make_origin(2, 200))
    async with line.dispatching(executor):
        await line.until(poison, JobStatus.FAILED)
        await line.until(healthy, JobStatus.GENERATED)
    assert [work.job_id for work in executor.works] == [poison.id, poison.id, healthy.id]


@pytest.mark.parametrize("script", [lambda _: [RuntimeError("bug")], lambda _: [Progress(1, 2)]])
async def test_an_executor_that_breaks_the_protocol_costs_one_job(line: Line, script, caplog):
    async with line.dispatching(ScriptedExecutor(script)):
        job = await line.intake.submit(make_request(), make_origin())
        failed = await line.until(job, JobStatus.FAILED)
        again = await line.intake.submit(make_request(), make_origin(2, 200))
        await line.until(again, JobStatus.FAILED)
    assert failed.failure == "internal"
    assert "bug" not in line.seen[-1].message  # pyright: ignore


async def test_a_waiting_job_is_cancelled_without_running(line: Line):
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        first = await line.intake.submit(make_request(), make_origin(1, 100))
        second = await line.intake.submit(make_request(), make_origin(2, 200))
        await line.until(first, JobStatus.RUNNING)
        assert await dispatcher.cancel(second.id)
        await line.until(second, JobStatus.CANCELLED)
        executor.gate.set()
        await line.until(first, JobStatus.GENERATED)
        assert not await dispatcher.cancel(first.id)
    assert [work.job_id for work in executor.works] == [first.id]


async def test_a_running_job_is_cancelled(line: Line):
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
        assert await dispatcher.cancel(job.id)
        await line.until(job, JobStatus.CANCELLED)
    assert line.kinds(job)[-1] == "JobCancelled"


async def test_a_job_cancelled_before_its_executor_has_heard_of_it(line: Line, monkeypatch):
    executor = ScriptedExecutor()
    async with line.dispatching(executor) as dispatcher:
        start = line.store.start

        async def start_after_a_cancel(job_id: int) -> Job:
            assert await dispatcher.cancel(job_id)
            return await start(job_id)

        monkeypatch.setattr(line.store, "start", start_after_a_cancel)
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.CANCELLED)
    assert executor.works == []


async def test_what_runs_when_the_process_ends_is_given_back_uncharged(line: Line):
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor):
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
    given_back = await line.store.get(job.id)
    assert given_back is not None
    assert given_back.status is JobStatus.QUEUED
    assert given_back.attempts == 0


@pytest.mark.parametrize("detail", [None, "by a moderator"])
async def test_what_was_to_be_cancelled_when_the_process_ends_is(line: Line, detail: str | None):
    executor = ScriptedExecutor()
    executor.hears = False
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
        assert await dispatcher.cancel(job.id, detail)
    ended = await line.store.get(job.id)
    assert ended is not None
    assert (ended.status, ended.detail) == (JobStatus.CANCELLED, detail)
    assert line.kinds(job)[-1] == "JobCancelled"


async def test_that_what_runs_is_to_be_cancelled_is_noted_before_it_is_answered(line: Line):
    executor = ScriptedExecutor()
    executor.hears = False
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
        assert await dispatcher.cancel(job.id, "by a moderator")
        running = await line.store.get(job.id)
    assert running is not None
    assert running.cancel_asked_at is not None
    assert running.cancel_asked_by == "by a moderator"


async def test_as_many_run_at_once_as_the_executor_takes(line: Line):
    executor = ScriptedExecutor(capacity=3)
    executor.gate.clear()
    async with line.dispatching(executor):
        jobs = [
            await line.intake.submit(make_request(), make_origin(n, 100 * n)) for n in range(1, 5)
        ]
        for job in jobs[:3]:
            await line.until(job, JobStatus.RUNNING)
        await asyncio.sleep(0.05)
        assert len(executor.works) == 3
        executor.gate.set()
        await line.until(jobs[3], JobStatus.GENERATED)


async def test_draining_finishes_what_runs_and_leaves_what_waits(line: Line):
    executor = ScriptedExecutor(capacity=2)
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        first = await line.intake.submit(make_request(), make_origin(1, 100))
        await line.until(first, JobStatus.RUNNING)
        dispatcher.drain()
        second = await line.intake.submit(make_request(), make_origin(2, 200))
        executor.gate.set()
        await line.until(first, JobStatus.GENERATED)
        await asyncio.sleep(0.05)
    waiting = await line.store.get(second.id)
    assert waiting is not None
    assert waiting.status is JobStatus.QUEUED
    assert [work.job_id for work in executor.works] == [first.id]


async def test_an_attempt_over_its_time_is_repeated_once(line: Line):
    slow = Failed(FailureKind.TIMED_OUT, "Painting took too long.")
    executor = ScriptedExecutor(
        lambda work: [slow if work.attempt == 1 else Finished(PICTURE)],
    )
    async with line.dispatching(executor):
        job = await line.intake.submit(make_request(), make_origin())
        done = await line.until(job, JobStatus.GENERATED)
        assert done.attempts == 2
        executor.script = lambda _: [slow]
        never = await line.intake.submit(make_request(), make_origin(2, 200))
        failed = await line.until(never, JobStatus.FAILED)
    assert (failed.failure, failed.attempts) == ("timed_out", 2)


async def test_after_an_attempt_over_its_time_the_next_job_is_painted_first(line: Line):
    slow = Failed(FailureKind.TIMED_OUT, "Painting took too long.")
    executor = ScriptedExecutor(lambda work: [slow if work.attempt == 1 else Finished(PICTURE)])
    executor.gate.clear()
    async with line.dispatching(executor):
        first = await line.intake.submit(make_request(seed=1), make_origin())
        await line.until(first, JobStatus.RUNNING)
        other = await line.intake.submit(make_request(seed=2), make_origin(2, 200))
        executor.gate.set()
        await line.until(other, JobStatus.GENERATED)
        await line.until(first, JobStatus.GENERATED)
    assert [work.job_id for work in executor.works[:2]] == [first.id, other.id]


UNAVAILABLE = Failed(FailureKind.DEVICE_UNAVAILABLE, "Painting doesn't work just now.", "no GPU")


async def test_a_device_that_is_not_there_costs_no_job_its_attempts(line: Line):
    """One of two devices is gone: it takes jobs, gives them back and pauses."""
    gone, there = ScriptedExecutor(lambda _: [UNAVAILABLE]), ScriptedExecutor()
    jobs = [
        await line.intake.submit(make_request(seed=n), make_origin(n, 100 * n)) for n in range(1, 6)
    ]
    async with line.dispatching(gone, there):
        for job in jobs:
            done = await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
            assert (done.status, done.attempts) == (JobStatus.GENERATED, 1)
    assert len(gone.works) <= 2


async def test_a_device_that_comes_back_paints_what_waited(line: Line):
    executor = ScriptedExecutor(lambda _: [UNAVAILABLE])
    async with line.dispatching(executor):
        job = await line.intake.submit(make_request(), make_origin())
        async with asyncio.timeout(5):
            while not executor.works:
                await asyncio.sleep(0.01)
        executor.script = lambda _: [Finished(PICTURE)]
        done = await line.until(job, JobStatus.GENERATED)
    assert done.attempts == 1
    assert line.kinds(job)[:3] == ["JobQueued", "JobStarted", "JobQueued"]


async def test_a_device_that_never_comes_back_is_waited_for_some_minutes_only(
    line: Line, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(slot, "PATIENCE_S", 0.5)
    async with line.dispatching(ScriptedExecutor(lambda _: [UNAVAILABLE])):
        job = await line.intake.submit(make_request(), make_origin())
        failed = await line.until(job, JobStatus.FAILED)
    assert failed.failure == "device_unavailable"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that is not there is hopeless almost at once, and tried again soon."""
    monkeypatch.setattr(slot, "PATIENCE_S", 0.05)
    monkeypatch.setattr(slot, "_FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(slot, "_LONGEST_PAUSE_S", 0.02)


class Fragile(ScriptedExecutor):
    """One whose device may be gone, which its start says, and all that is asked of it."""

    def __init__(self) -> None:
        super().__init__(lambda _: [UNAVAILABLE] if self.is_gone else [Finished(PICTURE)])
        self.is_gone = self.says_so = True
        self.starts = 0

    async def start(self) -> None:
        self.starts += 1
        if self.is_gone and self.says_so:
            raise ExecutorUnavailable("no GPU")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("says_so", [True, False])
async def test_a_device_that_never_comes_back_fails_no_job_while_another_works(
    line: Line, says_so: bool
):
    gone, there = Fragile(), ScriptedExecutor()
    gone.says_so = says_so
    async with line.dispatching(gone, there):
        for turn in range(10):
            jobs = [
                await line.intake.submit(make_request(seed=n), make_origin(n, 1000 * turn + n))
                for n in range(1, 6)
            ]
            for job in jobs:
                done = await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
                assert (done.status, done.attempts) == (JobStatus.GENERATED, 1)
            await asyncio.sleep(0.02)
    assert gone.starts > 1  # tried again and again
    if says_so:
        assert len(gone.works) == 1  # but no job has had to wait for that


@pytest.mark.usefixtures("hasty")
async def test_a_device_that_comes_back_beside_another_paints_again(line: Line):
    gone, other = Fragile(), ScriptedExecutor()
    async with line.dispatching(gone, other):
        await line.until(
            await line.intake.submit(make_request(), make_origin(1, 1)), JobStatus.GENERATED
        )
        assert len(gone.works) == 1
        gone.is_gone = False
        other.gate.clear()
        jobs = [
            await line.intake.submit(make_request(seed=n), make_origin(2, 10 + n)) for n in (1, 2)
        ]
        async with asyncio.timeout(5):
            while len(gone.works) == 1:
                await asyncio.sleep(0.01)
        other.gate.set()
        for job in jobs:
            await line.until(job, JobStatus.GENERATED)


@pytest.mark.usefixtures("hasty")
async def test_where_all_devices_are_gone_for_long_a_job_is_told(line: Line):
    async with line.dispatching(Fragile(), Fragile()):
        job = await line.intake.submit(make_request(), make_origin())
        failed = await line.until(job, JobStatus.FAILED)
    assert failed.failure == "device_unavailable"


async def test_a_start_that_can_not_be_written_is_tried_again(line: Line, monkeypatch):
    start, times = line.store.start, []

    async def start_later(job_id: int) -> Job:
        times.append(job_id)
        if len(times) == 1:
            raise OSError("the disk is full")
        return await start(job_id)

    monkeypatch.setattr(line.store, "start", start_later)
    async with line.dispatching(ScriptedExecutor()) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.GENERATED)
        await asyncio.sleep(0.05)
        assert dispatcher.running_of(1) == []
    assert len(times) == 2


async def test_a_cancel_that_can_not_be_written_leaves_the_job_in_line(line: Line, monkeypatch):
    async def cancel(job_id: int, detail: str | None = None) -> Job:
        raise OSError("the disk is full")

    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        first = await line.intake.submit(make_request(seed=1), make_origin(1, 100))
        second = await line.intake.submit(make_request(seed=2), make_origin(2, 200))
        await line.until(first, JobStatus.RUNNING)
        with monkeypatch.context() as patch:
            patch.setattr(line.store, "cancel", cancel)
            with pytest.raises(OSError, match="full"):
                await dispatcher.cancel(second.id)
        executor.gate.set()
        await line.until(second, JobStatus.GENERATED)


async def test_one_whose_cancel_can_not_be_written_has_its_old_place(
    database: Database, tmp_path, disk: Disk
):
    line = Line.build(database, tmp_path, Limits(waiting=9), most_waiting=9)
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        jobs = [
            await line.intake.submit(make_request(seed=n), make_origin(1, 100 * n))
            for n in range(1, 5)
        ]
        await line.until(jobs[0], JobStatus.RUNNING)
        disk.refuses(line.store, "cancel")
        with pytest.raises(StorageFull):
            await dispatcher.cancel(jobs[2].id)
        executor.gate.set()
        await line.until(jobs[-1], JobStatus.GENERATED)
    assert [work.job_id for work in executor.works] == [job.id for job in jobs]


async def test_so_it_has_where_it_is_in_no_line(line: Line, disk: Disk):
    jobs = [await line.store.create(make_request(), make_origin(1, 100 * n)) for n in range(1, 4)]
    dispatcher = Dispatcher(
        Catalog({}),
        *(line.store, line.queue, line.pictures, line.inputs, [], line.events, line.timings),
    )
    line.queue.set_aside += jobs
    disk.refuses(line.store, "cancel")
    with pytest.raises(StorageFull):
        await dispatcher.cancel(jobs[1].id)
    assert line.queue.set_aside == jobs


@pytest.mark.parametrize("keeps", [False, True])
async def test_who_was_told_that_it_is_cancelled_gets_no_picture(
    line: Line, monkeypatch, caplog, keeps: bool
):
    """Cancelled between the last word of the executor and the row, on a disk that `keeps` files."""
    save = line.pictures.save
    if keeps:
        refuse = mock.Mock(side_effect=OSError(errno.EROFS, "Read-only file system"))
        monkeypatch.setattr(line.pictures, "delete", refuse)
    async with line.dispatching(ScriptedExecutor()) as dispatcher:

        async def save_during_a_cancel(job_id: int, data: bytes):
            assert await dispatcher.cancel(job_id)
            return await save(job_id, data)

        monkeypatch.setattr(line.pictures, "save", save_during_a_cancel)
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.CANCELLED)
    assert "JobGenerated" not in line.kinds(job)
    # What stays is swept like all that no row names.
    assert bool(line.pictures.files()) == keeps
    assert ("not deleted yet" in caplog.text) == keeps


async def test_from_the_row_on_there_is_nothing_to_cancel(line: Line, monkeypatch):
    finish, answers = line.store.finish, []
    async with line.dispatching(ScriptedExecutor()) as dispatcher:

        async def finish_during_a_cancel(job_id: int, *rest: object) -> Job:
            answers.append(await dispatcher.cancel(job_id))
            return await finish(job_id, *rest)  # pyright: ignore[reportArgumentType]

        monkeypatch.setattr(line.store, "finish", finish_during_a_cancel)
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.GENERATED)
    assert answers == [False]


async def test_a_job_runs_with_the_weights_it_was_admitted_for(line: Line, database):
    admitted = "a" * 40
    job = await line.intake.submit(make_request(), make_origin())
    await database.write("UPDATE jobs SET revision = ? WHERE id = ?", (admitted, job.id))
    newer = Catalog({"demo": DEMO.model_copy(update={"revision": "c" * 40})})
    events, queue = JobEvents(), JobQueue()
    await recover(newer, newer, line.store, queue, events)
    executor = ScriptedExecutor()
    dispatcher = Dispatcher(
        newer, line.store, queue, line.pictures, line.inputs, [executor], events, line.timings
    )
    task = asyncio.create_task(dispatcher.run())
    await line.until(job, JobStatus.GENERATED)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [work.spec.revision for work in executor.works] == [admitted]


async def test_what_waits_for_its_device_can_be_cancelled(line: Line):
    job = await line.store.create(make_request(), make_origin())
    dispatcher = Dispatcher(
        Catalog({}),
        *(line.store, line.queue, line.pictures, line.inputs, [], line.events, line.timings),
    )
    line.queue.set_aside.append(job)
    assert await dispatcher.cancel(job.id)
    assert not await dispatcher.cancel(job.id)
    assert line.kinds(job) == ["JobCancelled"]
    assert line.queue.set_aside == []


async def test_what_no_line_has_is_cancelled_with_the_rest(line: Line):
    """Its model is painted by a device that this start did not find."""
    elsewhere = make_request().model_copy(update={"model": "elsewhere"})
    jobs = [
        aside := await line.store.create(elsewhere, make_origin(1, 100)),
        await line.intake.submit(make_request(), make_origin(1, 200)),
        await line.intake.submit(make_request(), make_origin(2, 300)),
    ]
    dispatcher = Dispatcher(
        Catalog({DEMO.name: DEMO}),
        *(line.store, line.queue, line.pictures, line.inputs, [], line.events, line.timings),
    )
    line.queue.set_aside.append(aside)
    assert await dispatcher.cancel_all(lambda job: job.id != jobs[2].id, "with its guild") == 2
    rows = [await line.store.get(job.id) for job in jobs]
    assert [row and row.status for row in rows] == [
        JobStatus.CANCELLED,
        JobStatus.CANCELLED,
        JobStatus.QUEUED,
    ]
    assert line.queue.set_aside == []


async def test_the_picture_to_start_from_goes_along(line: Line):
    image = await line.inputs.save(b"a picture", 64, 64)
    executor = ScriptedExecutor()
    async with line.dispatching(executor):
        job = await line.intake.submit(make_request(image=image), make_origin())
        await line.until(job, JobStatus.GENERATED)
    assert [work.image for work in executor.works] == [b"a picture"]


@pytest.mark.parametrize("left", [None, b"another!!"])
async def test_without_the_picture_to_start_from_the_job_fails_and_the_next_one_runs(
    line: Line, tmp_path, left: bytes | None
):
    image = await line.inputs.save(b"a picture", 64, 64)
    (tmp_path / image.path).unlink()
    if left is not None:
        (tmp_path / image.path).write_bytes(left)
    executor = ScriptedExecutor()
    async with line.dispatching(executor):
        lost = await line.intake.submit(make_request(image=image), make_origin())
        other = await line.intake.submit(make_request(), make_origin(2, 200))
        failed = await line.until(lost, JobStatus.FAILED)
        await line.until(other, JobStatus.GENERATED)
    assert failed.failure == "input_unavailable"
    assert failed.notice is not None
    assert "bring it anew" in failed.notice
    assert str(tmp_path) not in failed.notice
    assert [work.job_id for work in executor.works] == [other.id]
