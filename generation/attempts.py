"""One attempt at a batch: an executor has it, and what comes of each of its jobs is recorded."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from functools import partial

from generation.catalog import Catalog
from generation.errors import IllegalTransition
from generation.events import JobEvents, JobQueued, JobStarted
from generation.executors.base import (
    Cancelled,
    Executor,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Painted,
    Preview,
    Progress,
    Waiting,
)
from generation.inputs.loader import InputLoader
from generation.inputs.store import InputStore
from generation.job import Job
from generation.lanes import lane_of
from generation.outcomes import OUR_FAULT, Outcomes
from generation.pictures import PictureStore
from generation.queue import JobQueue
from generation.running import Running
from generation.safety.screening import Screening
from generation.sheets.painter import SheetPainter
from generation.slot import Hold, Slot
from generation.storage import STORAGE_ERRORS, remedied, until_written
from generation.store import JobStore
from generation.telling import tell
from generation.timings import Timings
from generation.tries import NOT_THE_END, is_worth_another
from generation.works import batch_of, limits_of, looked_at

log = logging.getLogger(__name__)


class Attempts:
    """Knows all that an attempt may change."""

    def __init__(
        self,
        catalog: Catalog,
        store: JobStore,
        queue: JobQueue,
        pictures: PictureStore,
        inputs: InputStore,
        events: JobEvents,
        timings: Timings,
        running: Running,
        sheets: SheetPainter | None = None,
        *,
        screening: Screening,
        previews: bool = False,
    ) -> None:
        """`queue` gets back what is worth another attempt; `sheets` paints several as one job.

        `screening` says what may be kept and shown. `previews`: members see how their pictures
        stand, as long as nobody waits.
        """
        self._catalog = catalog
        self._store = store
        self._queue = queue
        self._input_loader = InputLoader(inputs)
        self._events = events
        self._timings = timings
        self._running = running
        self._screening = screening
        self._outcomes = Outcomes(
            *(store, queue, pictures, events, timings, running, screening),
            sift=sheets.sift if sheets else None,
            clear=sheets.clear if sheets else None,
        )
        self._sheets = sheets
        self._previews = previews

    async def run(self, executor: Executor, jobs: Sequence[Job], hold: Hold) -> None:
        """Have them painted, whatever comes of it; frees its hold of the device once that is done.

        Where it is cancelled, what has no end yet is given back to the queue, uncharged.
        """
        pending = {job.id: job for job in jobs}  # those without an end yet
        try:
            await self._paint(executor, pending, hold)
        except asyncio.CancelledError:
            # The process is ending. The rows must say so even though this task is being cancelled.
            await asyncio.shield(self._give_back([*pending.values()]))
            raise
        except Exception as error:
            # The device must outlive whatever one batch does: the next one waits.
            log.exception("Jobs %s failed on our side", [*pending])
            for job in pending.values():
                await self._outcomes.give_up(job, repr(error))
        finally:
            hold.free()
            for job in pending.values():
                self._leave(job)

    async def _paint(self, executor: Executor, pending: dict[int, Job], hold: Hold) -> None:
        slot = hold.slot
        # Before they are looked at for being cancelled: this may take a while.
        limits = await limits_of(pending.values(), self._catalog, self._screening, executor)
        images = await self._start(pending, slot)
        if not pending:
            return
        for job in [each for each in pending.values() if each.request.parts]:  # it comes alone
            assert self._sheets is not None
            ended = await self._sheets.paint(executor, job, images.get(job.id), hold)
            await self._conclude(ended, pending.pop(job.id), slot)
            return
        previews = self._previews and not len(self._queue)
        batch = batch_of(
            *([*pending.values()], images, self._catalog, self._timings, limits),
            previews=previews,
            can_look=executor.can_look(),
        )
        again: dict[int, Failed] = {}
        async with aclosing(executor.run(batch)) as told:
            async for job_id, told_event in told:
                match event := looked_at(batch, job_id, told_event):
                    case _ if job_id not in pending or job_id in again:
                        log.warning("Job %s has ended, and is told of again: %s", job_id, event)
                    case Loading() | Waiting() | Progress() | Preview():
                        tell(self._events, pending[job_id], event)
                    case Painted():
                        slot.works()
                        hold.free()
                    case Failed(kind) if kind in NOT_THE_END:
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
        silent = Failed(FailureKind.INTERNAL, OUR_FAULT, "the executor told no end of it")
        while pending:
            await self._conclude(silent, pending.pop(next(iter(pending))), slot)

    async def _start(self, pending: dict[int, Job], slot: Slot) -> Mapping[int, bytes]:
        """Charge the attempts, and fetch the pictures to start from, by job.

        Those that were cancelled meanwhile are left out.
        """
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
        images = await self._fetch_images(pending, slot)
        # As long as there are any: while one is recorded another may be cancelled.
        while cancelled := [job_id for job_id in pending if self._is_to_end(pending[job_id])]:
            for job_id in cancelled:
                await self._conclude(Cancelled(), pending.pop(job_id), slot)
        return images

    def _is_to_end(self, job: Job) -> bool:
        """Before anything is painted; one that is several pictures may have some already."""
        return self._running.is_cancelled(job.id) and not job.request.parts

    async def salvage(self, job: Job) -> bool:
        """End a job that waited with what was painted of it; False where that is nothing."""
        if not job.request.parts or self._sheets is None:
            return False
        try:
            drawn = await self._sheets.salvage(job)
            if not isinstance(drawn, Finished):
                return False
            job = await until_written(job.id, partial(self._store.start, job.id))
            await self._outcomes.keep(drawn.picture, job)
        except Exception as error:
            log.exception("What was painted of job %s can't be put together", job.id)
            await self._outcomes.give_up(job, repr(error))
        return True

    async def cancel(self, job: Job, detail: str | None) -> None:
        """End a job that waited, with nothing. Raises as Outcomes does."""
        await self._outcomes.cancel(job.id, detail)

    async def _end_unstarted(self, job: Job, error: BaseException, slot: Slot) -> None:
        """A row that could not be written: such as on a full disk. It is queued as before."""
        if not isinstance(error, STORAGE_ERRORS):
            log.error("Job %s can't be started", job.id, exc_info=error)
            await self._outcomes.give_up(job, repr(error))
            self._leave(job)
            return
        log.error("Job %s can't be started, and stays in line: %s", job.id, remedied(error))
        slot.stall()
        if self._running.is_cancelled(job.id):
            await self._conclude(Cancelled(), job, slot)
        else:
            self._put_back(job)

    async def _fetch_images(self, pending: dict[int, Job], slot: Slot) -> dict[int, bytes]:
        """Leave those out whose picture is gone, or can't be read now."""
        found: dict[int, bytes] = {}
        # The last one first, as above.
        for job_id, job in reversed([*pending.items()]):
            loaded = await self._input_loader.load(job)
            if isinstance(loaded, bytes):
                found[job_id] = loaded
            elif loaded is not None:
                if loaded.kind is FailureKind.DEVICE_UNAVAILABLE:
                    slot.stall()
                await self._conclude(loaded, pending.pop(job_id), slot)
        return found

    async def _give_back(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            try:
                await self._give_one_back(job)
            except IllegalTransition:
                log.info("Job %s was not running", job.id)
            except STORAGE_ERRORS as error:
                # The next start takes up what still looks as if it ran.
                log.warning("Job %s is not given back: %s", job.id, remedied(error))

    async def _give_one_back(self, job: Job) -> None:
        if not self._running.is_cancelled(job.id):
            await self._store.requeue(job.id, charged=False)
            return
        # Its executor has not obeyed yet, and its member is told already that it does.
        detail = self._running.cancelled_by(job.id)
        if job.keeps_parts_for(detail):
            await self._store.ask_cancel(job.id, detail)  # the next start puts them together
            return
        await self._outcomes.cancel(job.id, detail)

    async def _conclude(self, final: ExecutorEvent, job: Job, slot: Slot) -> None:
        """Record how an attempt at a job ended; what goes wrong with that costs this job alone."""
        try:
            if isinstance(final, Failed) and is_worth_another(final, job, slot):
                await self._try_again(final, job)
                return
            await self._outcomes.record(final, job)
        except Exception as error:
            log.exception("Job %s failed on our side", job.id)
            await self._outcomes.give_up(job, repr(error))
        self._leave(job)

    async def _try_again(self, failure: Failed, job: Job) -> None:
        charged = failure.kind is not FailureKind.DEVICE_UNAVAILABLE
        log.warning("Job %s goes back into the line (%s): %s", job.id, failure.kind, failure.detail)
        waiting = await until_written(job.id, lambda: self._store.requeue(job.id, charged=charged))
        if failure.kind is FailureKind.TIMED_OUT:
            # It has had its time: the next one's turn comes before it holds everybody up again.
            self._queue.settle(job.id)
        if self._running.is_cancelled(job.id):
            await self._cancel(waiting)
            return
        self._put_back(waiting)

    async def _cancel(self, job: Job) -> None:
        """One that would have gone back into the line."""
        keeps = job.keeps_parts_for(self._running.cancelled_by(job.id))
        if not keeps or not await self.salvage(job):
            await self._outcomes.record(Cancelled(), job)
        self._leave(job)

    def _put_back(self, job: Job) -> None:
        """First in its member's line. From here on another executor may have it."""
        self._running.forget(job.id)
        lane = lane_of(self._catalog, job.request)
        assert lane is not None  # it had one
        self._queue.put(lane, job, again=True)
        self._events.publish(JobQueued(job))

    def _leave(self, job: Job) -> None:
        """This attempt has nothing to do with it any more."""
        self._queue.settle(job.id)
        self._running.forget(job.id)
