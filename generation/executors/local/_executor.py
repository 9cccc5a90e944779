"""The executor itself: turns, limits of time, and a new worker for one that died."""

import asyncio
import importlib.util
import itertools
import logging
import time
from collections.abc import AsyncGenerator, Coroutine, Mapping
from typing import Any

from generation.catalog import ExecutorName
from generation.errors import ExecutorUnavailable
from generation.executors.base import Cancelled, ExecutorEvent, Failed, FailureKind, Work

from ._process import WorkerProcess
from ._run import Limits, Run

log = logging.getLogger(__name__)

_NEEDED = ("torch", "torchvision", "diffusers", "transformers", "accelerate", "safetensors")
_CLOSE_GRACE_S = 2.0
_QUICK_DEATH_S = 10.0  # a worker that lived shorter than this is replaced with growing delay
_DELAY_LIMIT_S = 60.0

_DIED = (
    "The painting process ended unexpectedly. Ask again; if it happens once more, try a smaller"
    " size or another model."
)
_TIMED_OUT = "Painting took too long and was stopped. Try fewer steps or a smaller size."
_CANT_START = (
    "Painting doesn't work on this host just now. Try again later; whoever runs Easel finds the"
    " reason in its log."
)
_CLOSING = "Easel is shutting down."


class LocalExecutor:
    """Paints one work at a time on this host. Further runs wait for their turn."""

    name: ExecutorName = "local"
    capacity = 1

    def __init__(
        self,
        device: str,
        environment: Mapping[str, str],
        *,
        job_timeout_s: float = 600,
        load_timeout_s: float = 3600,
        start_timeout_s: float = 120,
        cancel_grace_s: float = 10,
    ) -> None:
        """Paint on `device` (auto, cpu, cuda, cuda:N); the worker gets exactly `environment`.

        A run may take `job_timeout_s`; loading, which downloads a model at its first use, has
        `load_timeout_s` of its own. A worker has `start_timeout_s` to say hello, and as long again
        until it is ready. One that has not stopped `cancel_grace_s` after a cancellation is killed.
        """
        self._wanted = device
        self._environment = dict(environment)
        self._limits = Limits(job_timeout_s, load_timeout_s, cancel_grace_s)
        self._start_timeout_s = start_timeout_s
        self._hello: Mapping[str, Any] = {}
        self._worker: WorkerProcess | None = None
        self._spawning: asyncio.Task[WorkerProcess] | None = None
        self._turn = asyncio.Lock()
        self._runs: dict[int, Run] = {}
        self._serials = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._quick_deaths = 0
        self._closed = False

    @property
    def device(self) -> str:
        """The device in use, for people."""
        return self._hello.get("device_name", self._wanted)

    @property
    def has_gpu(self) -> bool:
        """Whether it paints on a GPU; known once started."""
        return bool(self._hello.get("gpu", False))

    def holds(self, model: str) -> bool:
        """Whether the worker painted with that model last, and so has it in memory."""
        return self._is_warm and self._worker is not None and self._worker.loaded == model

    async def start(self) -> None:
        """Spawn the worker and wait until it knows its device. Raises ExecutorUnavailable."""
        missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            raise ExecutorUnavailable(
                f"Painting on this host needs {', '.join(missing)}: install Easel with its `local`"
                " extra, or use the hosted API."
            )
        await self._live_worker()

    async def close(self) -> None:
        """End the worker and all runs. Idempotent."""
        self._closed = True
        for run in self._runs.values():
            run.limit_to(0)
        for task in [*self._tasks, *([self._spawning] if self._spawning else [])]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._spawning is not None:
            await asyncio.wait((self._spawning,))
        if self._worker is not None:
            await self._worker.end(_CLOSE_GRACE_S)

    async def run(self, work: Work) -> AsyncGenerator[ExecutorEvent, None]:
        """Paint; see the protocol."""
        run = Run(next(self._serials), work, self._turn, self._limits)
        self._runs[run.serial] = run
        try:
            while not run.over:
                if (event := await self._next(run)) is not None:
                    yield event
        finally:
            if run.over or run.worker is None:
                self._leave(run)
            else:
                # The device is busy with it yet; the next run has to wait for that, this task not.
                self._in_background(self._give_up(run), f"giving up job {work.job_id}")

    async def cancel(self, job_id: int) -> None:
        """Have that job's run end with Cancelled."""
        for run in list(self._runs.values()):
            if run.work.job_id == job_id and not run.over:
                await run.cancel()

    async def _next(self, run: Run) -> ExecutorEvent | None:
        """Bring the run one frame further."""
        if run.worker is None and (run.cancelled or self._closed):
            return run.end(self._stopped(run))
        try:
            async with run.limited():
                if run.worker is None and not run.holds_turn:
                    await run.take_turn()
                    return None if self._is_warm else run.tell_loading()
                if run.worker is None:
                    worker = await self._live_worker()
                    await worker.until_ready(self._start_timeout_s)
                    await run.begin(worker)
                frame = await run.frames.get()
        except TimeoutError:
            if run.worker is not None:
                run.worker.kill()
            return run.end(self._stopped(run))
        except ExecutorUnavailable as error:
            return run.end(Failed(FailureKind.WORKER_DIED, _CANT_START, str(error)))
        if frame is not None:
            return run.interpret(frame)
        if run.cancelled or self._closed:
            return run.end(self._stopped(run))
        detail = run.worker.last_words if run.worker is not None else ""
        return run.end(Failed(FailureKind.WORKER_DIED, _DIED, detail))

    def _stopped(self, run: Run) -> ExecutorEvent:
        """The final event of a run that was stopped from this side."""
        if run.cancelled:
            return Cancelled()
        if self._closed:
            # Nobody cancelled it: the job is worth another attempt after the restart.
            return Failed(FailureKind.WORKER_DIED, _CLOSING, "executor closed")
        return Failed(FailureKind.TIMED_OUT, _TIMED_OUT, "over the time limit")

    async def _give_up(self, run: Run) -> None:
        """Free the device from a run that nobody listens to any more."""
        try:
            await run.cancel()
            while not run.over:
                await self._next(run)
        finally:
            self._leave(run)

    def _leave(self, run: Run) -> None:
        self._runs.pop(run.serial, None)
        if run.worker is not None:
            run.worker.drop(run.serial)
        run.pass_turn()

    @property
    def _is_warm(self) -> bool:
        """Whether there is a worker that would begin at once."""
        return self._worker is not None and not self._worker.gone and self._worker.ready

    async def _live_worker(self) -> WorkerProcess:
        """The worker, ready or about to be; spawns one where there is none.

        Raises ExecutorUnavailable.
        """
        if self._closed:
            raise ExecutorUnavailable(_CLOSING)
        if self._worker is not None and not self._worker.gone:
            return self._worker
        if self._spawning is None:
            self._spawning = asyncio.create_task(self._spawn(), name="spawning a worker")
            self._spawning.add_done_callback(self._spawned)
        # Shielded: others may wait for the same worker, and the next run needs one anyway.
        return await asyncio.shield(self._spawning)

    async def _spawn(self) -> WorkerProcess:
        worker = await WorkerProcess.spawn(self._wanted, self._environment, self._start_timeout_s)
        self._worker = worker
        self._hello = worker.hello
        self._in_background(self._watch(worker), f"watching worker {worker.pid}")
        return worker

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
            await self._live_worker()
        except ExecutorUnavailable as error:
            log.error("the worker can't be replaced, the next job tries again: %s", error)

    def _in_background(self, coroutine: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
