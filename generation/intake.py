"""The intake.

Admits a request, or says why not. What it admits is on disk before anybody is told.
"""

import logging
from collections.abc import Collection, Sequence

from generation.catalog import Catalog, ModelSpec
from generation.errors import IntakeFull, RequestRefused
from generation.events import JobEvents, JobQueued
from generation.job import Job, Origin
from generation.keeping.disk_space import DiskSpace
from generation.known_tools import check_tools
from generation.lanes import lane_of
from generation.limits.layers import Asker
from generation.limits.quotas import Quotas
from generation.limits.refusals import queue_full, quota_used, too_many_waiting
from generation.queue import JobQueue
from generation.request import GenerationRequest
from generation.revisions import Revisions
from generation.safety.bars import Bars
from generation.safety.screeners import Screeners
from generation.store import JobStore
from generation.words import Words
from generation.workload import check_workload

log = logging.getLogger(__name__)

#: How many jobs of all members together may wait, where the host says nothing.
MOST_WAITING = 1000


class Intake:
    """The one door into the queue."""

    def __init__(
        self,
        catalog: Catalog,
        store: JobStore,
        queue: JobQueue,
        events: JobEvents,
        quotas: Quotas,
        *,
        most_waiting: int = MOST_WAITING,
        space: DiskSpace | None = None,
        words: Words | None = None,
        bars: Bars | None = None,
        screeners: Screeners | None = None,
        revisions: Revisions | None = None,
    ) -> None:
        """`catalog` holds what this host can run; without `space` nobody looks at the disk.

        `revisions` know which files this host has trusted.

        Without `screeners` nobody asks beforehand whether pictures can be looked at.

        Without `words`, of the rules about them the one holds that no host can lift.
        """
        self._catalog = catalog
        self._store = store
        self._queue = queue
        self._events = events
        self._quotas = quotas
        self._most_waiting = most_waiting
        self._space = space
        self._words = words or Words()
        self._bars = bars
        self._screeners = screeners
        self._revisions = revisions or Revisions()
        self._open = True
        # Admitted but not yet in the queue: their rows are being committed.
        self._committing: list[Asker | None] = []

    def close(self) -> None:
        """Refuse everything from now on: the process is about to end."""
        self._open = False

    def check(self, request: GenerationRequest, asker: Asker | None) -> ModelSpec:
        """Refuse at once what needs no look at the disk; the request's model.

        `asker` is None for whoever sits at the host: no member's limits hold for them. Raises
        RequestRefused (IntakeFull where it may work later).
        """
        models = [part.request.model for part in request.parts] or [request.model]
        for model in models:
            if model not in self._catalog:
                raise RequestRefused(
                    "model", f"{model} is not available here.", "Choose one from the list."
                )
        spec = self._catalog[request.model]
        self._check_bars(asker)
        self._words.check(request, asker)
        check_tools(request, self._catalog.tools, self._revisions.pin)
        if asker is not None:
            # Whoever sits at the host waits until the classifier is there, as for a model.
            if self._screeners is not None:
                self._screeners.check(request)
            effective = self._quotas.allowance(asker).effective
            check_workload(spec, request, effective.megapixel_steps)
        self._check_room(asker)
        return spec

    async def submit(
        self,
        request: GenerationRequest,
        origin: Origin | None,
        roles: Collection[int] = (),
        remarks: Sequence[str] = (),
        parent: Job | None = None,
    ) -> Job:
        """Commit the job and put it in line.

        `roles` are the ids of those that the member has in the guild; `remarks` are kept to be read
        under the picture. `parent` has painted what it is made of. Raises as `check` does.
        """
        asker = Asker(origin.user_id, origin.guild_id, frozenset(roles)) if origin else None
        spec = self.check(request, asker)
        request = self._with_revisions(request)
        await self._check_disk()
        async with self._quotas.turn(asker):
            await self._check_quotas(asker, max(1, len(request.parts)))
            # From here to the row nothing is awaited: two requests must not take the same last
            # place.
            self._check_bars(asker, origin)
            self._check_room(asker)
            weight = self._quotas.allowance(asker).weight if asker else 1.0
            self._committing.append(asker)
            try:
                job = await self._store.create(
                    *(request, origin, spec.revision, weight, remarks), parent=parent
                )
            finally:
                self._committing.remove(asker)
            self._queue.put(lane_of(self._catalog, request) or spec.executor, job)
        self._events.publish(JobQueued(job))
        return job

    def is_committing(self, user_id: int) -> bool:
        """Whether a row of that member is being written."""
        return any(asker is not None and asker.user_id == user_id for asker in self._committing)

    def _check_bars(self, asker: Asker | None, origin: Origin | None = None) -> None:
        if asker is not None and self._bars is not None:
            self._bars.check(asker.user_id, origin and origin.interaction_id)

    async def check_quotas(self, asker: Asker | None) -> None:
        """Refuse what the disk and the quotas do not allow now, before more is done for it.

        Raises IntakeFull.
        """
        await self._check_disk()
        await self._check_quotas(asker)

    async def _check_disk(self) -> None:
        if self._space is not None and await self._space.is_short():
            log.error("The disk is nearly full: no requests are taken until there is room")
            raise IntakeFull(
                "disk",
                "The host's disk is nearly full, so there would be no place for the picture.",
                "Tell the host, and try again later.",
            )

    def _with_revisions(self, request: GenerationRequest) -> GenerationRequest:
        """Each part at the commit that its model is at now."""
        parts = tuple(
            part.model_copy(update={"revision": self._catalog[part.request.model].revision})
            for part in request.parts
        )
        return request.model_copy(update={"parts": parts}) if parts else request

    async def _check_quotas(self, asker: Asker | None, pictures: int = 1) -> None:
        if asker is None:
            return
        quotas = await self._quotas.read(asker, pictures)
        used = [quota for quota in quotas if quota.free_in is not None]
        if used:
            # The one that comes back last is the one to wait for.
            raise quota_used(max(used, key=lambda quota: quota.free_in or 0))

    def _check_room(self, asker: Asker | None) -> None:
        if not self._open:
            raise IntakeFull(
                "queue", "Easel is about to restart.", "Ask again in a minute; nothing was lost."
            )
        if len(self._queue) + len(self._committing) >= self._most_waiting:
            raise queue_full(self._most_waiting, self._queue.first_free())
        if asker is None:
            return
        allowed = self._quotas.allowance(asker)
        self._check_own_room(asker, None, allowed.host.waiting)
        self._check_own_room(asker, asker.guild_id, allowed.guild.waiting)

    def _check_own_room(self, asker: Asker, guild_id: int | None, most: int | None) -> None:
        """Of one member: everywhere, or in one guild."""
        if most is None:
            return

        def counts(where: int | None) -> bool:
            return guild_id is None or guild_id == where

        jobs = self._queue.jobs_of(asker.user_id)
        waiting = [job for job in jobs if job.origin and counts(job.origin.guild_id)]
        committing = [each for each in self._committing if each and counts(each.guild_id)]
        own = len(waiting) + sum(each.user_id == asker.user_id for each in committing)
        if own >= most:
            forecasts = [self._queue.forecast(job.id) for job in waiting]
            known = [each.seconds for each in forecasts if each and each.seconds is not None]
            raise too_many_waiting(
                own, most, in_guild=guild_id is not None, free_in=min(known, default=None)
            )
