"""The worker of one device, and a new one for each that died."""

import asyncio
import itertools
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generation.catalog import ModelSpec
from generation.errors import ExecutorUnavailable
from generation.executors.base import Batch
from generation.revisions import Revisions

from ._canary import canary_for, check
from ._deadline import Limits
from ._lessons import Lessons
from ._process import SILENCE_S, WorkerProcess
from ._run import Run
from ._sight import Sight

log = logging.getLogger(__name__)

CLOSING = "Easel is shutting down."
_CLOSE_GRACE_S = 2.0
_QUICK_DEATH_S = 10.0  # a worker that lived shorter than this is replaced with growing delay
_DELAY_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker lives, and how long one waits for it."""

    device: str  # auto, cpu, cuda, cuda:N
    environment: Mapping[str, str]  # exactly what it gets
    start_timeout_s: float = 120.0  # to say hello, and as long again until it is ready
    silence_s: float = SILENCE_S  # from the last that was heard of it to its end
    revisions: Revisions = field(default_factory=Revisions)  # of the models it loads


class Workers:
    """One at a time."""

    def __init__(self, place: Place, limits: Limits) -> None:
        """None is started yet."""
        self.hello: Mapping[str, Any] = {}  # what the latest said of itself
        self.sight = Sight()
        self._place = place
        self._device = place.device
        self._limits = limits
        self._serials: Iterator[int] = itertools.count(1)  # of runs
        self._lessons = Lessons()
        self._worker: WorkerProcess | None = None
        self._spawning: asyncio.Task[WorkerProcess] | None = None
        self._watching: set[asyncio.Task[None]] = set()
        self._quick_deaths = 0
        # With which model the device broke, until it is seen to paint again.
        self._suspect: ModelSpec | None = None
        self._painted: dict[str, ModelSpec] = {}  # with these it did; the latest one at the end
        self._closed = False

    def open(self, batch: Batch, turn: asyncio.Lock) -> Run:
        """A run that knows what the workers before have learned."""
        return Run(next(self._serials), batch, turn, self._limits, self._lessons)

    @property
    def warm(self) -> WorkerProcess | None:
        """The one that would begin at once."""
        worker = self._worker
        return worker if worker is not None and not worker.gone and worker.ready else None

    async def live(self, wanted: ModelSpec | None = None) -> WorkerProcess:
        """The one that is there, ready or about to be; spawned where there is none.

        `wanted`: with which model it is to paint. Raises ExecutorUnavailable.
        """
        if self._closed:
            raise ExecutorUnavailable(CLOSING)
        if self._worker is not None and not self._worker.gone:
            return self._worker
        if self._spawning is None:
            self._spawning = asyncio.create_task(self._spawn(wanted), name="spawning a worker")
            self._spawning.add_done_callback(self._spawned)
        # Shielded: others may wait for the same worker, and the next run needs one anyway.
        return await asyncio.shield(self._spawning)

    async def ready(self, wanted: ModelSpec | None = None) -> WorkerProcess:
        """The one that is there, when it is ready. Raises ExecutorUnavailable."""
        worker = await self.live(wanted)
        await worker.until_ready(self._place.start_timeout_s)
        return worker

    async def look(self) -> None:
        """Have a worker make the picture classifier ready."""
        try:
            await (await self.live()).prepare()
        except ExecutorUnavailable as error:
            log.warning("the picture classifier can't be asked for: %s", error)

    def lost(self, worker: WorkerProcess, batch: Batch) -> None:
        """Take note of what a worker was at when it ended: it may have broken the device."""
        if worker.has_broken_device:
            self._suspect = batch.spec

    def painted(self, spec: ModelSpec) -> None:
        """Take note that the device paints, with that model."""
        self._painted.pop(spec.name, None)
        self._painted[spec.name] = spec
        self._suspect = None

    def close(self) -> None:
        """Spawn none any more."""
        self._closed = True
        for task in (*self._watching, *((self._spawning,) if self._spawning else ())):
            task.cancel()

    async def end(self) -> None:
        """End the last one, once closed."""
        await asyncio.gather(*self._watching, return_exceptions=True)
        if self._spawning is not None:
            await asyncio.wait((self._spawning,))
        if self._worker is not None:
            await self._worker.end(_CLOSE_GRACE_S)

    async def _spawn(self, wanted: ModelSpec | None) -> WorkerProcess:
        place = self._place
        worker = await WorkerProcess.spawn(
            self._device,
            place.environment,
            place.start_timeout_s,
            place.revisions,
            place.silence_s,
            self.sight,
        )
        if self._device == "auto" and worker.hello.get("gpu"):
            # If it is gone one day that has to be said: models chosen for it are not for the CPU.
            self._device = "cuda"
        if not self.sight.is_ready:
            await worker.prepare()
        if self._suspect is not None:
            await self._try_out(worker, self._suspect, wanted or self._suspect)
        self._worker = worker
        self.hello = worker.hello
        watching = asyncio.create_task(self._watch(worker), name=f"watching worker {worker.pid}")
        self._watching.add(watching)
        watching.add_done_callback(self._watching.discard)
        return worker

    async def _try_out(self, worker: WorkerProcess, suspect: ModelSpec, wanted: ModelSpec) -> None:
        """Have a canary painted. Raises ExecutorUnavailable where the worker can't."""
        tried = suspect  # the next jobs want it, too
        if suspect.name not in self._painted:
            # It may be the model that breaks the device, and not one that was painted with here.
            *_, tried = wanted, *self._painted.values()
        canary = self.open(canary_for(tried), asyncio.Lock())
        if await check(worker, canary, self._place.start_timeout_s):
            log.info("worker %s paints: the device works again", worker.pid)
            self.painted(tried)
        else:
            log.warning(
                "worker %s: %s can't be loaded, so the next job shows whether the device works",
                *(worker.pid, tried.title),
            )

    def _spawned(self, task: asyncio.Task[WorkerProcess]) -> None:
        self._spawning = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("no worker: %s", error)

    async def _watch(self, worker: WorkerProcess) -> None:
        """Replace the worker when it dies, so that the next run finds one that is ready."""
        born = time.monotonic()
        await worker.wait()
        quick = time.monotonic() - born < _QUICK_DEATH_S
        self._quick_deaths = self._quick_deaths + 1 if quick else 0
        await asyncio.sleep(min(_DELAY_LIMIT_S, 2.0**self._quick_deaths - 1))
        try:
            await self.live()
        except ExecutorUnavailable as error:
            log.error("the worker can't be replaced, the next job tries again: %s", error)
