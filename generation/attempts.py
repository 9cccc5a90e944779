"""One attempt at a batch: an executor has it, and what comes of each of its jobs is recorded."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing

from generation.catalog import Catalog, ModelSpec
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
    JobWaiting,
)
from generation.executors.base import (
    Batch,
    Cancelled,
    Executor,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Painted,
    Picture,
    Progress,
    Waiting,
    Work,
)
from generation.job import Job
from generation.pictures import PictureStore, StoredPicture
from generation.queue import JobQueue
from generation.running import Running
from generation.slot import Slot
from generation.storage import STORAGE_ERRORS, remedied, until_written
from generation.store import JobStore
from generation.timings import Timings

log = logging.getLogger(__name__)

#: A job that takes its worker down twice would take it down a third time.
MAX_ATTEMPTS = 2

#: What says nothing of the request itself: it is tried again.
_NOT_THE_END = frozenset(
    {FailureKind.WORKER_DIED, FailureKind.TIMED_OUT, FailureKind.DEVICE_UNAVAILABLE}
)

#: How many times as long as predicted a batch may take, but no less than this (seconds): the device
#: may have other things to do, and a measurement may have been lucky.
_PATIENCE = 10.0
_LEAST_DEADLINE_S = 60.0

_OUR_FAULT = "Something went wrong on Easel's side. The host can see what in the log."


class Attempts:
    """Knows all that an attempt may change."""

    def __init__(
        self,
        catalog: Catalog,
        store: JobStore,
        queue: JobQueue,
        pictures: PictureStore,
        events: JobEvents,
        timings: Timings,
        running: Running,
    ) -> None:
        """`queue` gets back what is worth another attempt."""
        self._catalog = catalog
        self._store = store
        self._queue = queue
        self._pictures = pictures
        self._events = events
        self._timings = timings
        self._running = running

    async def run(self, executor: Executor, jobs: Sequence[Job], slot: Slot) -> None:
        """Have them painted, whatever comes of it; tells the slot when its device is free.

        Where it is cancelled, what has no end yet is given back to the queue, uncharged.
        """
        pending = {job.id: job for job in jobs}  # those without an end yet
        try:
            await self._paint(executor, pending, slot)
        except asyncio.CancelledError:
            # The process is ending. The rows must say so even though this task is being cancelled.
            await asyncio.shield(self._give_back([*pending]))
            raise
        except Exception as error:
            # The device must outlive whatever one batch does: the next one waits.
            log.exception("Jobs %s failed on our side", [*pending])
            for job in pending.values():
                await self._give_up(job, repr(error))
        finally:
            slot.free()
            for job in pending.values():
                self._leave(job)

    async def _paint(self, executor: Executor, pending: dict[int, Job], slot: Slot) -> None:
        await self._start(pending, slot)
        if not pending:
            return
        again: dict[int, Failed] = {}
        async with aclosing(executor.run(self._batch([*pending.values()]))) as told:
            async for job_id, event in told:
                match event:
                    case _ if job_id not in pending or job_id in again:
                        log.warning("Job %s has ended, and is told of again: %s", job_id, event)
                    case Loading(done, total, loras):
                        self._events.publish(JobLoading(pending[job_id], done, total, loras))
                    case Waiting(over):
                        told_of = JobStarted if over else JobWaiting
                        self._events.publish(told_of(pending[job_id]))
                    case Progress(step, steps):
                        self._events.publish(JobProgress(pending[job_id], step, steps))
                    case Painted():
                        slot.works()
                        slot.free()
                    case Failed(kind) if kind in _NOT_THE_END:
                        again[job_id] = event
                    case _:
                        if not isinstance(event, Cancelled):  # that says nothing of the device
                            slot.works()
                        await self._conclude(event, pending.pop(job_id), slot)
        if any(failure.kind is FailureKind.DEVICE_UNAVAILABLE for failure in again.values()):
            slot.fails()
        # The last one first: each goes before all that its member has waiting.
        for job_id, failure in reversed(again.items()):
            await self._conclude(failure, pending.pop(job_id), slot)
        silent = Failed(FailureKind.INTERNAL, _OUR_FAULT, "the executor told no end of it")
        while pending:
            await self._conclude(silent, pending.pop(next(iter(pending))), slot)

    async def _start(self, pending: dict[int, Job], slot: Slot) -> None:
        """Charge the attempts; leave those that were cancelled meanwhile out."""
        started = await asyncio.gather(
            *(self._store.start(job_id) for job_id in pending), return_exceptions=True
        )
        # The last one first: what can't be started goes before all that its member has waiting.
        for job, outcome in reversed([*zip([*pending.values()], started, strict=True)]):
            if isinstance(outcome, BaseException):
                await self._end_unstarted(pending.pop(job.id), outcome, slot)
                continue
            pending[job.id] = outcome
            self._events.publish(JobStarted(outcome))
        # As long as there are any: while one is recorded another may be cancelled.
        while cancelled := [job_id for job_id in pending if self._running.is_cancelled(job_id)]:
            for job_id in cancelled:
                await self._conclude(Cancelled(), pending.pop(job_id), slot)

    async def _end_unstarted(self, job: Job, error: BaseException, slot: Slot) -> None:
        """A row that could not be written: such as on a full disk. It is queued as before."""
        if not isinstance(error, STORAGE_ERRORS):
            log.error("Job %s can't be started", job.id, exc_info=error)
            await self._give_up(job, repr(error))
            self._leave(job)
            return
        log.error("Job %s can't be started, and stays in line: %s", job.id, remedied(error))
        slot.stall()
        if self._running.is_cancelled(job.id):
            await self._conclude(Cancelled(), job, slot)
        else:
            self._put_back(job)

    def _batch(self, jobs: Sequence[Job]) -> Batch:
        predictions = [self._timings.predict(job.request) for job in jobs]
        deadline = None
        if all(prediction.measured for prediction in predictions):
            expected = sum(prediction.seconds for prediction in predictions)
            deadline = max(_LEAST_DEADLINE_S, _PATIENCE * expected)
        works = (Work(job.id, job.attempts, self._spec(job), job.request) for job in jobs)
        return Batch(tuple(works), deadline)

    def _spec(self, job: Job) -> ModelSpec:
        """The catalog's entry, with the weights that the job was admitted for."""
        spec = self._catalog[job.request.model]
        if job.revision is None or job.revision == spec.revision or spec.revision is None:
            return spec
        return spec.model_copy(update={"revision": job.revision})

    async def _give_back(self, job_ids: Sequence[int]) -> None:
        for job_id in job_ids:
            try:
                await self._store.requeue(job_id, charged=False)
            except IllegalTransition:
                log.info("Job %s was not running", job_id)
            except STORAGE_ERRORS as error:
                # The next start takes up what still looks as if it ran.
                log.warning("Job %s is not given back: %s", job_id, remedied(error))

    async def _conclude(self, final: ExecutorEvent, job: Job, slot: Slot) -> None:
        """Record how an attempt at a job ended; what goes wrong with that costs this job alone."""
        try:
            if isinstance(final, Failed) and self._is_worth_another(final, job, slot):
                await self._try_again(final, job)
                return
            await self._record(final, job)
        except Exception as error:
            log.exception("Job %s failed on our side", job.id)
            await self._give_up(job, repr(error))
        self._leave(job)

    @staticmethod
    def _is_worth_another(failure: Failed, job: Job, slot: Slot) -> bool:
        if failure.kind is FailureKind.DEVICE_UNAVAILABLE:
            return not slot.is_hopeless
        return failure.kind in _NOT_THE_END and job.attempts < MAX_ATTEMPTS

    async def _try_again(self, failure: Failed, job: Job) -> None:
        charged = failure.kind is not FailureKind.DEVICE_UNAVAILABLE
        log.warning("Job %s goes back into the line (%s): %s", job.id, failure.kind, failure.detail)
        waiting = await until_written(job.id, lambda: self._store.requeue(job.id, charged=charged))
        if failure.kind is FailureKind.TIMED_OUT:
            # It has had its time: the next one's turn comes before it holds everybody up again.
            self._queue.settle(job.id)
        if self._running.is_cancelled(job.id):
            await self._record(Cancelled(), waiting)
            self._leave(job)
            return
        self._put_back(waiting)

    def _put_back(self, job: Job) -> None:
        """First in its member's line. From here on another executor may have it."""
        self._running.forget(job.id)
        self._queue.put(self._catalog[job.request.model].executor, job, first=True)
        self._events.publish(JobQueued(job))

    def _leave(self, job: Job) -> None:
        """This attempt has nothing to do with it any more."""
        self._queue.settle(job.id)
        self._running.forget(job.id)

    async def _record(self, final: ExecutorEvent, job: Job) -> None:
        match final:
            case Finished(picture):
                await self._keep(picture, job)
            case Cancelled():
                detail = self._running.cancelled_by(job.id)
                cancelled = await until_written(job.id, lambda: self._store.cancel(job.id, detail))
                self._events.publish(JobCancelled(cancelled))
            case Failed():
                await self._fail(final, job)
            case _:
                raise AssertionError(f"{final!r} is no final event")

    async def _keep(self, picture: Picture, job: Job) -> None:
        async def save() -> StoredPicture | None:
            cancelled = self._running.is_cancelled(job.id)
            return None if cancelled else await self._pictures.save(job.id, picture.data)

        stored = await until_written(job.id, save)
        if stored is None or self._running.is_cancelled(job.id):
            # Its member was told so. What is on the disk is swept like all that no row names.
            await self._record(Cancelled(), job)
            return
        # Painted: from here on there is nothing to cancel, and it is nobody's running job.
        self._running.remove(job.id)
        job = await until_written(job.id, lambda: self._store.finish(job.id, picture, stored))
        log.info("Job %s painted in %.2f s on %s", job.id, picture.seconds, picture.device)
        self._events.publish(JobGenerated(job))
        self._queue.settle(job.id, picture.device_seconds)
        try:
            await self._timings.learn(job.request, picture.device, picture.device_seconds)
        except STORAGE_ERRORS as error:
            log.warning("How long job %s took is not kept: %s", job.id, remedied(error))

    async def _fail(self, failure: Failed, job: Job) -> None:
        log.error("Job %s failed (%s): %s", job.id, failure.kind, failure.detail or failure.message)
        detail = failure.detail or failure.message
        failed = await until_written(
            job.id, lambda: self._store.fail(job.id, failure.kind, detail, failure.message)
        )
        self._events.publish(JobFailed(failed, failure.message))

    async def _give_up(self, job: Job, detail: str) -> None:
        try:
            await self._fail(Failed(FailureKind.INTERNAL, _OUR_FAULT, detail), job)
        except IllegalTransition:
            log.info("Job %s had ended already", job.id)
        except Exception:
            # A bug. The row stays unfinished, and the next start takes it up again; whoever waits
            # is told now.
            log.exception("Job %s can't even be recorded as failed", job.id)
            self._events.publish(JobFailed(job, _OUR_FAULT))
