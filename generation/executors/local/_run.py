"""One run in a worker: what its frames mean, where it stands, and until when it may go on."""

import asyncio
import time
from dataclasses import dataclass

from generation.executors.base import (
    Cancelled,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Picture,
    Progress,
    Work,
)
from generation.frames import Frame

from ._process import RunFrames, WorkerProcess


@dataclass(frozen=True, slots=True)
class Limits:
    """How long what may take, in seconds."""

    job_s: float  # painting, loading left out
    load_s: float  # loading, which downloads a model at its first use
    grace_s: float  # from a cancellation to the worker being killed


class Run:
    """State of one call of an executor's `run`."""

    def __init__(self, serial: int, work: Work, turn: asyncio.Lock, limits: Limits) -> None:
        """A run that waits for `turn`, without a limit of time yet."""
        # Tells this run's frames from those of any other, also of the same job and attempt.
        self.serial = serial
        self.work = work
        self.frames: RunFrames = RunFrames()
        self.worker: WorkerProcess | None = None
        self.cancelled = False
        self.over = False
        self.steps_done = 0
        self.holds_turn = False
        self._turn = turn
        self._told_loading = False
        self._limits = limits
        self._deadline: float | None = None
        self._limit: asyncio.Timeout | None = None
        self._started = self._loading_since = self._loading_s = 0.0

    async def take_turn(self) -> None:
        """Wait until no other run needs the device."""
        await self._turn.acquire()
        self.holds_turn = True

    def pass_turn(self) -> None:
        """Let the next run have the device."""
        if self.holds_turn:
            self.holds_turn = False
            self._turn.release()

    async def begin(self, worker: WorkerProcess) -> None:
        """Hand the work to a worker that is ready: its time runs from now on."""
        self.frames = worker.open(self.serial)
        self.worker = worker
        self._started = time.monotonic()
        self.limit_to(self._limits.job_s)
        await worker.send(
            "paint",
            run=self.serial,
            job_id=self.work.job_id,
            spec=self.work.spec.model_dump(mode="json"),
            request=self.work.request.model_dump(mode="json"),
        )

    async def cancel(self) -> None:
        """Ask the worker, where one is at it, to stop; the rest follows from the deadline."""
        self.cancelled = True
        self.limit_to(self._limits.grace_s if self.worker else 0)
        if self.worker is not None:
            await self.worker.send("cancel", run=self.serial)

    def limited(self) -> asyncio.Timeout:
        """A context that raises TimeoutError at the deadline, wherever that is moved meanwhile."""
        self._limit = asyncio.timeout_at(self._deadline)
        return self._limit

    def limit_to(self, seconds: float) -> None:
        """Move the deadline to `seconds` from now; a cancelled run's is only ever moved nearer."""
        deadline = asyncio.get_running_loop().time() + seconds
        if not self.cancelled or self._deadline is None or deadline < self._deadline:
            self._deadline = deadline
        if self._limit is not None and not self._limit.expired():
            try:
                self._limit.reschedule(self._deadline)
            except RuntimeError:
                self._limit = None  # not waiting just now: the next wait takes the new deadline

    def tell_loading(self) -> Loading | None:
        """The event that says so, unless it was told before."""
        told, self._told_loading = self._told_loading, True
        return None if told else Loading()

    def interpret(self, frame: Frame) -> ExecutorEvent | None:
        """The event that a frame of this run means, if any."""
        fields = frame.header
        match frame.kind:
            case "loading":
                self._loading_since = time.monotonic()
                self.limit_to(self._limits.load_s)
                return self.tell_loading()
            case "loaded":
                self._loading_s = time.monotonic() - self._loading_since
                self.limit_to(self._limits.job_s)
            case "progress" if not self.cancelled:
                assert self.worker is not None
                self.worker.loaded = self.work.spec.name
                self.steps_done = fields["step"]
                return Progress(fields["step"], fields["steps"])
            case "painted":
                self.pass_turn()
            case "failed" if not self.cancelled:
                kind = FailureKind(fields["failure"])
                return self.end(Failed(kind, fields["message"], fields["detail"]))
            case "finished" if not self.cancelled:
                return self.end(Finished(self._picture(frame)))
            case "finished" | "failed" | "cancelled":
                return self.end(Cancelled())
            case _:
                pass
        return None

    def end(self, event: ExecutorEvent) -> ExecutorEvent:
        """Mark the run as over with its final event."""
        self.over = True
        return event

    def _picture(self, frame: Frame) -> Picture:
        assert self.worker is not None
        fields = frame.header
        seconds = time.monotonic() - self._started - self._loading_s
        return Picture(
            data=frame.blob,
            width=fields["width"],
            height=fields["height"],
            seconds=seconds,
            revision=fields["revision"],
            device=self.worker.hello["device_name"],
        )
