"""The intake.

Admits a request, or says why not. What it admits is on disk before anybody is told.
"""

import logging
from dataclasses import dataclass

from generation.catalog import Catalog
from generation.errors import IntakeFull, RequestRefused
from generation.events import JobEvents, JobQueued
from generation.job import Job, Origin
from generation.queue import JobQueue
from generation.request import GenerationRequest
from generation.retention import DiskSpace
from generation.store import JobStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WaitingLimits:
    """How many jobs may wait at once."""

    per_member: int = 50
    total: int = 1000


class Intake:
    """The one door into the queue."""

    def __init__(
        self,
        catalog: Catalog,
        store: JobStore,
        queue: JobQueue,
        events: JobEvents,
        limits: WaitingLimits,
        space: DiskSpace | None = None,
    ) -> None:
        """`catalog` holds what this host can run; without `space` nobody looks at the disk."""
        self._catalog = catalog
        self._store = store
        self._queue = queue
        self._events = events
        self._limits = limits
        self._space = space
        self._open = True
        # Admitted but not yet in the queue: their rows are being committed.
        self._committing: list[int | None] = []

    def close(self) -> None:
        """Refuse everything from now on: the process is about to end."""
        self._open = False

    async def submit(self, request: GenerationRequest, origin: Origin | None) -> Job:
        """Commit the job and put it in line.

        Raises RequestRefused (IntakeFull where it may work later).
        """
        spec = self._catalog.get(request.model)
        if spec is None:
            raise RequestRefused(
                "model", f"{request.model} is not available here.", "Choose one from the list."
            )
        await self._check_disk()
        # From here to the row nothing is awaited: two requests must not take the same last place.
        self._check_room(origin)
        member = origin.user_id if origin else None
        self._committing.append(member)
        try:
            job = await self._store.create(request, origin, spec.revision)
        finally:
            self._committing.remove(member)
        self._queue.put(spec.executor, job)
        self._events.publish(JobQueued(job))
        return job

    async def _check_disk(self) -> None:
        if self._space is not None and await self._space.is_short():
            log.error("The disk is nearly full: no requests are taken until there is room")
            raise IntakeFull(
                "disk",
                "The host's disk is nearly full, so there would be no place for the picture.",
                "Tell the host, and try again later.",
            )

    def _check_room(self, origin: Origin | None) -> None:
        if not self._open:
            raise IntakeFull(
                "queue", "Easel is about to restart.", "Ask again in a minute; nothing was lost."
            )
        if len(self._queue) + len(self._committing) >= self._limits.total:
            raise IntakeFull(
                "queue",
                f"It is full: {self._limits.total} pictures wait already.",
                "Try again when some are done.",
            )
        if origin is None:
            return
        own = self._queue.waiting_of(origin.user_id) + self._committing.count(origin.user_id)
        if own >= self._limits.per_member:
            raise IntakeFull(
                "queue",
                f"You have {own} pictures waiting; {self._limits.per_member} are allowed.",
                "Wait until one is done, then ask again.",
            )
