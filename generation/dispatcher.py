"""The dispatcher: takes batches of jobs from the queue to executors, and cancels them."""

import asyncio
import bisect
import logging
from collections.abc import Callable, Sequence
from functools import partial

from generation.attempts import Attempts
from generation.catalog import Catalog, ExecutorName
from generation.errors import ExecutorUnavailable, IllegalTransition
from generation.events import JobCancelled, JobEvents
from generation.executors.base import Executor
from generation.inputs.store import InputStore
from generation.job import Job
from generation.lanes import lane_of
from generation.later import Later
from generation.pictures import PictureStore
from generation.queue import JobQueue
from generation.running import Running
from generation.safety.screening import Screening
from generation.sheets.drawer import Drawer
from generation.sheets.painter import SheetPainter
from generation.slot import Slot
from generation.storage import until_written
from generation.store import JobStore
from generation.timings import Timings

log = logging.getLogger(__name__)

#: How many batches of an executor may be on their way from a free device to the disk, while it
#: paints on. Where encoding takes longer than painting, more would only fill the memory.
_UNFINISHED = 4


class Dispatcher:
    """Runs as long as the process; `run` is its loop."""

    def __init__(
        self,
        catalog: Catalog,
        store: JobStore,
        queue: JobQueue,
        pictures: PictureStore,
        inputs: InputStore,
        executors: Sequence[Executor],
        events: JobEvents,
        timings: Timings,
        drawer: Drawer | None = None,
        *,
        previews: bool = False,
        screening: Screening | None = None,
    ) -> None:
        """Each executor gets as many batches at once as its capacity says.

        `drawer` puts several pictures together; without one there are no jobs of several.
        `previews`: members see how their pictures stand, as long as nobody waits. Without
        `screening` those hold that a host has who says nothing.
        """
        self._catalog = catalog
        self._store = store
        self._queue = queue
        self._executors = executors
        self._events = events
        self._running = Running()
        screening = screening or Screening()
        sheets = None
        if drawer is not None:
            sheets = SheetPainter(
                catalog, executors, pictures, events, timings, self._running, drawer, screening
            )
        self._attempts = Attempts(
            *(catalog, store, queue, pictures, inputs, events, timings, self._running, sheets),
            previews=previews,
            screening=screening,
        )
        self._later = Later()
        self._idle: set[asyncio.Task[None]] = set()
        self._draining = False

    async def run(self) -> None:
        """Dispatch until cancelled, when what runs is given back to the queue, uncharged.

        After `drain` it ends by itself as soon as nothing runs any more.
        """
        # Several pictures that an earlier run of the process did not come to put together.
        for job in self._take_out(lambda each: each.cancel_asked_at is not None):
            self._later.do(job.id, self._end_with_parts(job))
        try:
            await self._serve()
            await self._later.done()
        finally:
            await self._later.end()

    async def _serve(self) -> None:
        kinds: dict[ExecutorName, list[Slot]] = {}
        async with asyncio.TaskGroup() as group:
            for executor in self._executors:
                for number in range(executor.capacity):
                    slot = Slot(kind=kinds.setdefault(executor.name, []))
                    self._queue.serves(executor.name, slot.is_in_order)
                    lane = self._lane(executor, slot, group)
                    group.create_task(lane, name=f"{executor.name}-lane-{number}")

    def drain(self) -> None:
        """Take no more jobs from the queue; those that run go on."""
        self._draining = True
        for lane in self._idle:
            lane.cancel()

    def running(self) -> list[Job]:
        """The jobs which an executor has."""
        return list(self._running)

    def running_of(self, user_id: int) -> list[Job]:
        """That member's jobs which an executor has."""
        return [job for job in self._running if job.origin and job.origin.user_id == user_id]

    async def cancel(self, job_id: int, detail: str | None = None) -> bool:
        """Cancel a waiting or running job; False where it is neither.

        `detail` says by whom, if not by its owner. Raises OSError and the database's errors, where
        a waiting one can't be cancelled now.
        """
        for job in self._take_out(lambda each: each.id == job_id):
            await self._cancel_waiting(job, detail)
            return True
        return await self._stop(job_id, detail)

    async def cancel_all(self, concerns: Callable[[Job], bool], detail: str) -> int:
        """Cancel all jobs of a kind, in a line or in none, or running; how many those were.

        Where disk or database take nothing they are not painted all the same, and their rows say so
        as soon as they can.
        """
        waiting = self._take_out(concerns)
        stopped, _ = await asyncio.gather(
            asyncio.gather(*(self._stop(job.id, detail) for job in self._running if concerns(job))),
            asyncio.gather(
                *(self._later.surely(job.id, partial(self._end, job, detail)) for job in waiting)
            ),
        )
        return sum(stopped) + len(waiting)

    async def _stop(self, job_id: int, detail: str | None) -> bool:
        """Have what runs end; False where it has."""
        if job_id not in self._running:
            return False
        # At once: nothing has to be written for a device to stop.
        await self._running.cancel(job_id, detail)
        # The next start is not to paint it either, if it comes before the executor has obeyed.
        await self._later.surely(job_id, partial(self._store.ask_cancel, job_id, detail))
        return True

    def _take_out(self, concerns: Callable[[Job], bool]) -> list[Job]:
        """Those that wait, in a line or in none: from here on nobody paints them."""
        aside = self._queue.set_aside
        waiting = [job for job in [*self._queue.jobs(), *aside] if concerns(job)]
        for job in waiting:
            self._queue.remove(job.id)
        aside[:] = [job for job in aside if not concerns(job)]
        return waiting

    async def _cancel_waiting(self, job: Job, detail: str | None) -> None:
        try:
            if job.keeps_parts_for(detail):
                await self._store.ask_cancel(job.id, detail)
                self._later.do(job.id, self._end_with_parts(job))
            else:
                await self._end(job, detail)
        except Exception:
            # Such as a full disk: it is as if nobody had asked.
            lane = lane_of(self._catalog, job.request)
            if lane is None:
                bisect.insort(self._queue.set_aside, job, key=lambda each: each.id)
            else:
                self._queue.put(lane, job, again=True)
            raise

    async def _end_with_parts(self, job: Job) -> None:
        """Show what is painted already of one that waited; where that is nothing, cancel it."""
        if not await self._attempts.salvage(job):
            await until_written(job.id, lambda: self._end(job, None))

    async def _end(self, job: Job, detail: str | None) -> None:
        """One that waited, and nobody can paint any more, is cancelled."""
        try:
            await self._attempts.cancel(job, detail)
        except IllegalTransition:
            # Its member had all that is stored of them deleted. Whoever shows it can stop.
            log.info("Job %s had ended already", job.id)
            self._events.publish(JobCancelled(job))

    async def _lane(self, executor: Executor, slot: Slot, group: asyncio.TaskGroup) -> None:
        """One batch after the other, each as soon as the device is done with the one before."""
        task = asyncio.current_task()
        assert task is not None
        unfinished = asyncio.Semaphore(_UNFINISHED)
        while not self._draining:
            self._idle.add(task)
            try:
                await slot.recover()
                if slot.is_spare and not await self._is_back(executor, slot):
                    continue
                await unfinished.acquire()
                jobs = await self._queue.get(executor.name, executor.holds)
            finally:
                self._idle.discard(task)
            self._running.add(executor, jobs)
            hold = slot.occupy()
            attempt = group.create_task(self._attempts.run(executor, jobs, hold))
            attempt.set_name(f"{executor.name}: {', '.join(str(job.id) for job in jobs)}")
            attempt.add_done_callback(lambda _: unfinished.release())
            await slot.until_free()

    async def _is_back(self, executor: Executor, slot: Slot) -> bool:
        """Try a device that was not there, before a job that another could paint waits for it."""
        await self._queue.until_filled(executor.name)
        try:
            await executor.start()
        except Exception as error:
            bug = not isinstance(error, ExecutorUnavailable)
            log.warning("A device is still out of order: %s", error, exc_info=bug)
            slot.fails()
            return False
        return True
