"""How attempts at jobs ended: written down, with the picture, and told."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable

from generation.errors import IllegalTransition
from generation.events import JobCancelled, JobEvents, JobFailed, JobGenerated
from generation.executors.base import (
    Cancelled,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Picture,
)
from generation.job import Job
from generation.pictures import PictureStore, StoredPicture
from generation.queue import JobQueue
from generation.running import Running
from generation.safety.screening import Blocked, Screening
from generation.storage import STORAGE_ERRORS, remedied, until_written
from generation.store import JobStore
from generation.timings import Timings

log = logging.getLogger(__name__)

OUR_FAULT = "Something went wrong on Easel's side. The host can see what in the log."


async def remains(picture: Picture) -> Blocked:
    """What is kept of a picture that is thrown away."""
    sha256 = await asyncio.to_thread(lambda: hashlib.sha256(picture.data).hexdigest())
    return Blocked(sha256, picture.unsafe, picture.screened_by)


class Outcomes:
    """Knows all that the end of an attempt may change."""

    def __init__(
        self,
        store: JobStore,
        queue: JobQueue,
        pictures: PictureStore,
        events: JobEvents,
        timings: Timings,
        running: Running,
        screening: Screening,
        *,
        sift: Callable[[Job], Awaitable[None]] | None = None,
        clear: Callable[[Job], Awaitable[None]] | None = None,
    ) -> None:
        """`screening` says of each picture whether it may be kept.

        Of several pictures on one that may not, `sift` throws the unsafe ones away; `clear` all of
        several that nobody is to see.
        """
        self._store = store
        self._queue = queue
        self._pictures = pictures
        self._events = events
        self._timings = timings
        self._running = running
        self._screening = screening
        self._sift = sift
        self._clear = clear

    async def record(self, final: ExecutorEvent, job: Job) -> None:
        """Write an end down, and tell it. What goes wrong with that passes."""
        match final:
            case Finished(picture):
                await self.keep(picture, job)
            case Cancelled():
                detail = self._running.cancelled_by(job.id)
                await until_written(job.id, lambda: self.cancel(job.id, detail))
            case Failed():
                await self._fail(final, job)
            case _:
                raise AssertionError(f"{final!r} is no final event")

    async def cancel(self, job_id: int, detail: str | None) -> None:
        """Write down that it was cancelled, and tell it. What nobody is to see of it goes first.

        `detail` says by whom, if not by its owner. Raises IllegalTransition, OSError and the
        database's errors.
        """
        cancelled = await self._store.cancel(job_id, detail)
        if cancelled.request.parts and cancelled.leaves_nothing and self._clear is not None:
            try:
                await self._clear(cancelled)
            except STORAGE_ERRORS as error:
                log.warning(
                    *("Job %s: what was painted of it goes with a later sweep: %s", job_id),
                    remedied(error),
                )
        self._events.publish(JobCancelled(cancelled))

    async def keep(self, picture: Picture, job: Job) -> None:
        """Bring a picture to the disk, unless it may not be shown where it was asked for."""
        ruling = await self._screening.look_for(picture.unsafe, job.origin)
        if ruling.refused:
            await self._refuse(picture, job, ruling.notice)
            return

        async def save() -> StoredPicture | None:
            return None if self._is_to_vanish(job) else await self._pictures.save(job.id, data)

        data = picture.data
        stored = await until_written(job.id, save)
        if stored is None or self._is_to_vanish(job):
            if stored is not None:
                await self._discard(stored, job)
            await self.record(Cancelled(), job)  # its member was told so
            return
        # Painted: from here on there is nothing to cancel, and it is nobody's running job.
        self._running.remove(job.id)
        job = await until_written(job.id, lambda: self._store.finish(job.id, picture, stored))
        log.info("Job %s painted in %.2f s on %s", job.id, picture.seconds, picture.device)
        self._events.publish(JobGenerated(job))
        self._queue.settle(job.id, picture.device_seconds)
        if job.request.parts:  # their times are learned one by one
            return
        try:
            await self._timings.learn(job.request, picture.device, picture.device_seconds)
        except STORAGE_ERRORS as error:
            log.warning("How long job %s took is not kept: %s", job.id, remedied(error))

    async def _discard(self, stored: StoredPicture, job: Job) -> None:
        try:
            await asyncio.to_thread(self._pictures.delete, [stored.path])
        except OSError as error:
            # It is swept like all that no row names.
            log.warning("Job %s: its picture is not deleted yet: %s", job.id, remedied(error))

    async def give_up(self, job: Job, detail: str) -> None:
        """It failed, and that is our doing. Never raises."""
        try:
            await self._fail(Failed(FailureKind.INTERNAL, OUR_FAULT, detail), job)
        except IllegalTransition:
            log.info("Job %s had ended already", job.id)
            if await self._store.get(job.id) is None:
                # Its member had all that is stored of them deleted. Whoever shows it can stop.
                self._events.publish(JobCancelled(job))
        except Exception:
            # A bug. The row stays unfinished, and the next start takes it up again; whoever waits
            # is told now.
            log.exception("Job %s can't even be recorded as failed", job.id)
            self._events.publish(JobFailed(job, OUR_FAULT))

    def _is_to_vanish(self, job: Job) -> bool:
        """Whether it was cancelled in its last moment.

        Several pictures on one are what was painted by the time its own member cancelled it.
        """
        is_all = job.request.parts and self._running.cancelled_by(job.id) is None
        return self._running.is_cancelled(job.id) and not is_all

    async def _refuse(self, picture: Picture, job: Job, notice: str) -> None:
        """It is never written. The device has worked for it all the same."""
        if self._is_to_vanish(job):
            await self.record(Cancelled(), job)
            return
        self._running.remove(job.id)
        sift = self._sift
        if job.request.parts and sift is not None:
            # Before the row says that it failed: what a crash leaves is put together anew.
            await until_written(job.id, lambda: sift(job))
        blocked = await remains(picture)
        log.warning("Job %s: its picture is thrown away: %s", job.id, blocked)
        refused = await until_written(job.id, lambda: self._store.refuse(job.id, blocked, notice))
        self._events.publish(JobFailed(refused, notice))
        self._queue.settle(job.id, picture.device_seconds)

    async def _fail(self, failure: Failed, job: Job) -> None:
        if job.request.parts and self._running.cancelled_by(job.id) is not None:
            # What is painted of one that failed is shown, and of this one nothing is to be.
            await self.record(Cancelled(), job)
            return
        log.error("Job %s failed (%s): %s", job.id, failure.kind, failure.detail or failure.message)
        detail = failure.detail or failure.message
        failed = await until_written(
            job.id, lambda: self._store.fail(job.id, failure.kind, detail, failure.message)
        )
        self._events.publish(JobFailed(failed, failure.message))
