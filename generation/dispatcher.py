"""The dispatcher.

Takes jobs from the queue to executors, owns their attempts and records what comes of them.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing

from generation.catalog import Catalog
from generation.errors import IllegalTransition
from generation.events import (
    JobCancelled,
    JobEvents,
    JobFailed,
    JobGenerated,
    JobLoading,
    JobProgress,
    JobQueued,
    JobStarted,
)
from generation.executors.base import (
    Cancelled,
    Executor,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Progress,
    Work,
)
from generation.job import Job
from generation.pictures import PictureStore
from generation.queue import JobQueue
from generation.store import JobStore
from generation.timings import Timings

log = logging.getLogger(__name__)

#: A job that takes its worker down twice would take it down a third time.
MAX_ATTEMPTS = 2

_OUR_FAULT = "Something went wrong on Easel's side. The host can see what in the log."


class Dispatcher:
    """Runs as long as the process; `run` is its loop."""

    def __init__(
        self,
        catalog: Catalog,
        store: JobStore,
        queue: JobQueue,
        pictures: PictureStore,
        executors: Sequence[Executor],
        events: JobEvents,
        timings: Timings,
    ) -> None:
        """Each executor gets as many jobs at once as its capacity says."""
        self._catalog = catalog
        self._store = store
        self._queue = queue
        self._pictures = pictures
        self._executors = executors
        self._events = events
        self._timings = timings
        self._running: dict[int, tuple[Executor, Job]] = {}
        self._cancelled: dict[int, str | None] = {}  # of the running ones: by whom
        self._idle: set[asyncio.Task[None]] = set()
        self._draining = False

    async def run(self) -> None:
        """Dispatch until cancelled, when what runs is given back to the queue, uncharged.

        After `drain` it ends by itself as soon as nothing runs any more.
        """
        async with asyncio.TaskGroup() as lanes:
            for executor in self._executors:
                self._queue.serves(executor.name, executor.capacity)
                for number in range(executor.capacity):
                    lanes.create_task(self._lane(executor), name=f"{executor.name}-lane-{number}")

    def drain(self) -> None:
        """Take no more jobs from the queue; those that run go on."""
        self._draining = True
        for lane in self._idle:
            lane.cancel()

    def running_of(self, user_id: int) -> list[Job]:
        """That member's jobs which an executor has."""
        jobs = (job for _, job in self._running.values())
        return [job for job in jobs if job.origin is not None and job.origin.user_id == user_id]

    async def cancel(self, job_id: int, detail: str | None = None) -> bool:
        """Cancel a waiting or running job; False where it is neither.

        `detail` says by whom, if not by its owner.
        """
        job = self._queue.remove(job_id)
        if job is not None:
            self._events.publish(JobCancelled(await self._store.cancel(job_id, detail)))
            return True
        if job_id not in self._running:
            return False
        executor, _ = self._running[job_id]
        # The executor may not have heard of the job yet: its row is being written.
        self._cancelled.setdefault(job_id, detail)
        await executor.cancel(job_id)
        return True

    async def cancel_all(self, concerns: Callable[[Job], bool], detail: str) -> int:
        """Cancel all jobs of a kind, waiting or running; how many those were."""
        running = [job for _, job in self._running.values()]
        jobs = [job for job in [*self._queue.jobs(), *running] if concerns(job)]
        return sum([await self.cancel(job.id, detail) for job in jobs])

    async def _lane(self, executor: Executor) -> None:
        task = asyncio.current_task()
        assert task is not None
        while not self._draining:
            self._idle.add(task)
            try:
                job = await self._queue.get(executor.name, executor.holds)
            finally:
                self._idle.discard(task)
            self._running[job.id] = (executor, job)
            try:
                await self._attempt(executor, job)
            except Exception as error:
                # A lane must outlive whatever one job does: the next one waits.
                log.exception("Job %s failed on our side", job.id)
                await self._give_up(job, repr(error))
            finally:
                self._queue.settle(job.id)
                self._running.pop(job.id, None)
                self._cancelled.pop(job.id, None)

    async def _give_up(self, job: Job, detail: str) -> None:
        try:
            await self._end_failed(job, Failed(FailureKind.INTERNAL, _OUR_FAULT, detail))
        except IllegalTransition:
            log.info("Job %s had ended already", job.id)
        except Exception:
            # Such as a full disk. The row stays unfinished, and the next start takes it up again;
            # whoever waits is told now.
            log.exception("Job %s can't even be recorded as failed", job.id)
            self._events.publish(JobFailed(job, _OUR_FAULT))

    async def _attempt(self, executor: Executor, job: Job) -> None:
        spec = self._catalog[job.request.model]
        job = await self._store.start(job.id)
        self._events.publish(JobStarted(job))
        work = Work(job.id, job.attempts, spec, job.request)
        try:
            final = await self._follow(executor, work, job)
        except asyncio.CancelledError:
            # The process is ending. The row must say so even though this task is being cancelled.
            await asyncio.shield(self._store.requeue(job.id, charged=False))
            raise
        await self._record(final, job)

    async def _follow(self, executor: Executor, work: Work, job: Job) -> ExecutorEvent:
        """Pass on what happens; return the final event."""
        if job.id in self._cancelled:
            return Cancelled()
        async with aclosing(executor.run(work)) as events:
            async for event in events:
                match event:
                    case Loading():
                        self._events.publish(JobLoading(job))
                    case Progress(step, steps):
                        self._events.publish(JobProgress(job, step, steps))
                    case _:
                        return event
        return Failed(FailureKind.INTERNAL, _OUR_FAULT, "the executor ended without a final event")

    async def _record(self, final: ExecutorEvent, job: Job) -> None:
        match final:
            case Finished(picture):
                stored = await self._pictures.save(job.id, picture.data)
                job = await self._store.finish(job.id, picture, stored)
                # Painted: from here on there is nothing to cancel, and it is nobody's running job.
                self._running.pop(job.id, None)
                log.info("Job %s painted in %.2f s on %s", job.id, picture.seconds, picture.device)
                self._events.publish(JobGenerated(job, picture.data))
                self._queue.settle(job.id, picture.seconds)
                await self._timings.learn(job.request, picture.device, picture.seconds)
            case Cancelled():
                detail = self._cancelled.get(job.id)
                self._events.publish(JobCancelled(await self._store.cancel(job.id, detail)))
            case Failed(FailureKind.WORKER_DIED) if job.attempts < MAX_ATTEMPTS:
                log.warning("Job %s lost its worker: %s", job.id, final.detail)
                job = await self._store.requeue(job.id, charged=True)
                self._queue.put(self._catalog[job.request.model].executor, job, first=True)
                self._events.publish(JobQueued(job))
            case Failed():
                await self._end_failed(job, final)
            case _:
                raise AssertionError(f"{final!r} is no final event")

    async def _end_failed(self, job: Job, failure: Failed) -> None:
        log.error("Job %s failed (%s): %s", job.id, failure.kind, failure.detail or failure.message)
        detail = failure.detail or failure.message
        failed = await self._store.fail(job.id, failure.kind, detail, failure.message)
        self._events.publish(JobFailed(failed, failure.message))
