"""The executor itself: runs, their turns, and what ends them."""

import asyncio
import importlib.util
import logging
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from typing import Any

from generation.catalog import BROUGHT, ExecutorName, ModelSpec, ToolSpec
from generation.errors import ExecutorUnavailable
from generation.executors.base import (
    Batch,
    Cancelled,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Told,
)
from generation.processes.frames import FrameError
from generation.revisions import Revisions
from generation.safety.screeners import UNSEEN

from . import _ends
from ._deadline import Limits
from ._process import SILENCE_S
from ._run import Run
from ._workers import CLOSING, Place, Workers

log = logging.getLogger(__name__)

_NEEDED = (
    "torch",
    "torchvision",
    "diffusers",
    "transformers",
    "accelerate",
    "peft",
    "spandrel",
    "cv2",
    "compel",
    "safetensors",
)


class LocalExecutor:
    """Paints one batch at a time on this host. Further runs wait for their turn."""

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
        silence_s: float = SILENCE_S,
        revisions: Revisions | None = None,
    ) -> None:
        """Paint on `device` (auto, cpu, cuda, cuda:N); the worker gets exactly `environment`.

        A run may take `job_timeout_s`; loading, which downloads a model at its first use, has
        `load_timeout_s` of its own. A worker has `start_timeout_s` to say hello, and as long again
        until it is ready. One that has not stopped `cancel_grace_s` after a cancellation is killed,
        or twice as long after it as its steps take, if that is longer; and so is one of which
        nothing was heard for `silence_s`. `revisions` keeps which commits of models are loaded.
        """
        self._wanted = device
        limits = Limits(job_timeout_s, load_timeout_s, cancel_grace_s)
        place = Place(
            device, dict(environment), start_timeout_s, silence_s, revisions or Revisions()
        )
        self._workers = Workers(place, limits)
        self._turn = asyncio.Lock()
        self._runs: dict[int, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def device(self) -> str:
        """The device in use, for people."""
        return self._workers.hello.get("device_name", self._wanted)

    @property
    def has_gpu(self) -> bool:
        """Whether it paints on a GPU; known once started."""
        return self.gpus > 0

    @property
    def gpus(self) -> int:
        """How many GPUs its worker sees, its own included; 0 where it paints on none."""
        return int(self._workers.hello.get("gpus", 0))

    def holds(self, model: str) -> bool:
        """Whether the worker has that model in memory."""
        worker = self._workers.warm
        # What needs no model never waits for one.
        return worker is not None and model in (*worker.loaded, BROUGHT.name)

    def hindrance(self, spec: ModelSpec) -> str | None:  # noqa: ARG002 - the protocol's
        """None is known before it was tried."""
        return None

    def screen_with(self, tool: ToolSpec | None, *, at_once: bool = True) -> None:
        """Have the worker bring it here and open it, behind whatever it paints meanwhile.

        Unless `at_once`, the worker opens what is here, or looks whether it can be had.
        """
        self._workers.sight.tool, self._workers.sight.at_once = tool, at_once
        if tool is not None and not self._closed:
            self._in_background(self._workers.look(), f"asking for {tool.name}")

    def blindness(self) -> str | None:
        """Why the worker can't look at pictures; where it could not, it is asked once more."""
        sight = self._workers.sight
        if sight.is_due and not self._closed:
            sight.asks()
            self._in_background(self._workers.look(), "asking again for the picture classifier")
        return sight.blindness

    def can_look(self) -> bool:
        """Whether a worker has opened the classifier."""
        return self._workers.sight.sees

    async def start(self) -> None:
        """Spawn the worker and wait until it knows its device. Raises ExecutorUnavailable."""
        missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            raise ExecutorUnavailable(
                f"Painting on this host needs {', '.join(missing)}: install Easel with its `local`"
                " extra, or use the hosted API."
            )
        await self._workers.live()

    async def close(self) -> None:
        """End the worker and all runs. Idempotent."""
        self._closed = True
        for run in self._runs.values():
            run.limit_to(0)
        self._workers.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._workers.end()

    async def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        """Paint; see the protocol."""
        if any(work.is_unseen for work in batch.works):
            for work in batch.works:
                yield Told(work.job_id, Failed(FailureKind.TOOL_UNAVAILABLE, UNSEEN))
            return
        run = self._workers.open(batch, self._turn)
        self._runs[run.serial] = run
        try:
            while not run.over:
                for told in await self._next(run):
                    yield told
        finally:
            if run.over or run.worker is None:
                self._leave(run)
            else:
                # The device is busy with it yet; the next run has to wait for that, this task not.
                self._in_background(self._give_up(run), f"giving up run {run.serial}")

    async def cancel(self, job_id: int) -> None:
        """Have that job end with Cancelled."""
        for run in list(self._runs.values()):
            if not run.over and any(work.job_id == job_id for work in run.batch.works):
                await run.cancel(job_id)

    async def _next(self, run: Run) -> Sequence[Told]:
        """Bring the run one frame further."""
        if run.worker is None and (run.cancelled or self._closed):
            return run.end(self._stopped(run))
        try:
            async with run.limited():
                if run.worker is None and not run.holds_turn:
                    await run.take_turn()
                    return [] if self._workers.warm else run.tell_loading()
                if run.worker is None:
                    await self._begin(run)
                frame = await run.frames.get()
        except TimeoutError:
            if run.worker is not None:
                run.worker.kill()
                self._note_loss(run)
            return run.end(self._stopped(run))
        except ExecutorUnavailable as error:
            if self._closed:
                return run.end(self._stopped(run))
            return run.end(_ends.no_worker(error))
        except FrameError as error:
            # The worker has got nothing of it, and is none the worse.
            log.error("run %s can't be handed to the worker: %s", run.serial, error)
            return run.end(_ends.too_much(error))
        if frame is not None:
            return self._watched(run.interpret(frame), run)
        self._note_loss(run)
        if run.cancelled or self._closed:
            return run.end(self._stopped(run))
        assert run.worker is not None
        return run.end(_ends.died(run.worker.last_words))

    async def _begin(self, run: Run) -> None:
        """Hand it to the worker. Raises ExecutorUnavailable and FrameError."""
        if run.is_alone:
            # It has the turn: those that are still encoded are all that is in a worker.
            for other in [each for each in self._runs.values() if each.worker is not None]:
                await other.ended.wait()
        await run.begin(await self._workers.ready(run.batch.spec))

    def _note_loss(self, run: Run) -> None:
        """Its worker is gone; what was only encoded there has not broken the device."""
        assert run.worker is not None
        if not run.is_off_device:
            self._workers.lost(run.worker, run.batch)

    def _watched(self, told: Sequence[Told], run: Run) -> Sequence[Told]:
        """Learn from it; give a worker up that had too little memory even with cheaper settings.

        What it has left lies in pieces; a fresh one has all that the device has.
        """
        assert run.worker is not None
        for _, event in told:
            if isinstance(event, Finished) and event.picture.unsafe is not None:
                self._workers.sight.looked()
            # A worker that is gone may have broken the device since.
            if isinstance(event, Finished) and not run.worker.gone:
                self._workers.painted(run.batch.spec)
            if isinstance(event, Failed) and event.kind is FailureKind.OUT_OF_MEMORY:
                log.warning("worker %s ran out of memory: it is replaced", run.worker.pid)
                run.worker.retire()
        return told

    def _stopped(self, run: Run) -> ExecutorEvent:
        """The final event of a run that was stopped from this side."""
        if run.cancelled:
            return Cancelled()
        if self._closed:
            # Nobody cancelled it: the job is worth another attempt after the restart.
            return Failed(FailureKind.WORKER_DIED, CLOSING, "executor closed")
        if run.loading:
            return _ends.timed_out_loading(run.batch.spec.title)
        return _ends.timed_out()

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
        run.ended.set()
        if run.worker is not None:
            run.worker.drop(run.serial)
        run.pass_turn()

    def _in_background(self, coroutine: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
