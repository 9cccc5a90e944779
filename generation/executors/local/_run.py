"""One run in a worker: what its frames mean, where it stands, and until when it may go on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generation.executors.base import (
    Batch,
    Cancelled,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Painted,
    Picture,
    Preview,
    Progress,
    Told,
    Work,
)
from generation.processes.frames import Frame
from generation.safety.screeners import UNSEEN

from ._deadline import Deadline, Limits
from ._lessons import Lessons
from ._pace import Pace
from ._picture import picture_of
from ._process import RunFrames, WorkerProcess

#: Of 256x256 pixels, however little they can be compressed. Bytes.
_LARGEST_PREVIEW = 256 * 1024


@dataclass(slots=True)
class _Part:
    """A work of the batch, and what has become of it."""

    work: Work
    cancelled: bool = False
    over: bool = False


class Run:
    """State of one call of an executor's `run`."""

    def __init__(
        self, serial: int, batch: Batch, turn: asyncio.Lock, limits: Limits, lessons: Lessons
    ) -> None:
        """A run that waits for `turn`, without a limit of time yet."""
        # Tells this run's frames from those of any other, also of the same jobs and attempts.
        self.serial = serial
        self.batch = batch
        self.frames: RunFrames = RunFrames()
        self.worker: WorkerProcess | None = None
        self.steps_done = 0
        #: Set at the latest when nothing is left of it in a worker.
        self.ended = asyncio.Event()
        self.holds_turn = False
        self.is_off_device = False  # painted, and others have the device while it is encoded
        self.loading = False  # the worker loads the model just now
        self._parts = [_Part(work) for work in batch.works]
        self._turn = turn
        self._told_loading: Loading | None = None
        self._downloaded = 0  # bytes
        # For want of memory the worker saves on it: what was foretold may be of full speed.
        self._takes_longer = False
        self._limits = limits
        self._lessons = lessons
        self._pace = Pace()
        self._deadline = Deadline()
        self._painting_since = 0.0
        self._loading_since = 0.0

    @property
    def over(self) -> bool:
        """Whether all of its works have had their final events."""
        return all(part.over for part in self._parts)

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants any of it any more."""
        return all(part.cancelled for part in self._parts if not part.over)

    @property
    def is_alone(self) -> bool:
        """Whether it is to have the worker to itself from its beginning to its end.

        Runs that share one share its death, whichever of them it died of: who is tried again must
        not come to nothing for another's sake, nor take another one with it.
        """
        return any(work.attempt > 1 for work in self.batch.works)

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
        """Hand the works to a worker that is ready: their time runs from now on."""
        self.frames = worker.open(self.serial)
        self.worker = worker
        thrift = self._lessons.of(self.batch.spec)
        self._takes_longer = thrift.level > 0
        self._count_painting()
        await worker.paint(self.serial, self.batch, thrift)
        for number, part in enumerate(self._parts):
            if part.cancelled:  # while it waited
                await self._stop(number)

    async def cancel(self, job_id: int | None = None) -> None:
        """Ask the worker, where one is at it, to stop; the rest follows from the deadline.

        `job_id`: for that work alone.
        """
        for number, part in enumerate(self._parts):
            if part.over or part.cancelled or job_id not in (None, part.work.job_id):
                continue
            part.cancelled = True
            if self.worker is not None:
                await self._stop(number)
        if self.cancelled and not self.is_off_device:
            self.limit_to(self._grace_s if self.worker else 0)

    async def _stop(self, number: int) -> None:
        assert self.worker is not None
        await self.worker.send("cancel", run=self.serial, part=number)
        # Where the others go on, the worker will say nothing of it.
        self.frames.put_nowait(Frame({"kind": "cancel"}))

    def limited(self) -> asyncio.Timeout:
        """A context that raises TimeoutError at the deadline, wherever that is moved meanwhile."""
        return self._deadline.limited()

    def limit_to(self, seconds: float) -> None:
        """Move the deadline to `seconds` from now; a cancelled run's is only ever moved nearer."""
        self._deadline.move(seconds, only_nearer=self.cancelled)

    def tell_loading(self, loras: Sequence[str] = (), tool: str | None = None) -> Sequence[Told]:
        """That it, or those LoRAs of it, or a tool are being loaded, unless that was told."""
        told, self._told_loading = self._told_loading, Loading(loras=tuple(loras), tool=tool)
        return [] if told == self._told_loading else self._tell_all(self._told_loading)

    def interpret(self, frame: Frame) -> Sequence[Told]:
        """What a frame of this run means for its works."""
        fields = frame.header
        match frame.kind:
            case "loading":
                self.loading = True
                self._loading_since = time.monotonic()
                self._downloaded = 0
                self.limit_to(self._limits.load_s)
                return self.tell_loading(fields.get("loras", ()), fields.get("tool"))
            case "downloading":
                if fields["done"] > self._downloaded:  # it may take hours as long as it goes on
                    self._downloaded = fields["done"]
                    self.limit_to(self._limits.load_s)
                told = self._told_loading or Loading()
                if fields["done"] < fields["total"]:  # else what is left is to load it
                    told = replace(told, done=fields["done"], total=fields["total"])
                return self._tell_all(told)
            case "loaded":
                self._go_on()
            case "level" if not self._takes_longer:
                # By what was free when it was loaded: that is no lesson for the next worker.
                self._takes_longer = True
                if not self.loading:
                    self.limit_to(self._painting_s)
            case "scarce":
                self._lessons.learn(self.batch.spec, fields["level"], fields["room"])
                self._takes_longer = True
                self.steps_done = 0
                self._count_painting()
            case "progress":
                self.steps_done += 1
                stage = fields.get("stage")
                self._pace.step(stage)
                if stage is not None:  # it may take long as long as it goes on
                    self.limit_to(self._limits.job_s)
                return self._tell_all(Progress(fields["step"], fields["steps"], stage))
            case "preview" if len(frame.blob) <= _LARGEST_PREVIEW:
                unsafe = fields.get("unsafe")
                if unsafe is None and self.batch.works[0].screener is not None:
                    return []  # nobody has looked at it
                return self._tell_all(Preview(frame.blob, unsafe))
            case "painted":
                return self._leave_device()
            case "cancel":
                return [] if self.cancelled else self._end_cancelled()
            case "failed":
                kind = FailureKind(fields["failure"])
                return self._end(fields["part"], Failed(kind, fields["message"], fields["detail"]))
            case "finished":
                picture, work = self._picture(frame), self._parts[fields["part"]].work
                if work.screener is not None and picture.unsafe is None:
                    failed = Failed(FailureKind.INTERNAL, UNSEEN, "a picture without a score")
                    return self._end(fields["part"], failed)
                return self._end(fields["part"], Finished(picture))
            case "cancelled":
                return self._end(fields["part"], Cancelled())
            case _:
                pass
        return []

    def end(self, event: ExecutorEvent) -> Sequence[Told]:
        """The final event of all works that have none yet; of a cancelled one, that it is so."""
        return [each for number in range(len(self._parts)) for each in self._end(number, event)]

    def _end(self, number: int, event: ExecutorEvent) -> Sequence[Told]:
        part = self._parts[number]
        if part.over:
            return []
        part.over = True
        if self.over:
            self.ended.set()
        return [Told(part.work.job_id, Cancelled() if part.cancelled else event)]

    def _end_cancelled(self) -> Sequence[Told]:
        """Those parts of a batch that nobody wants any more, while the others go on."""
        numbers = [n for n, part in enumerate(self._parts) if part.cancelled]
        return [each for number in numbers for each in self._end(number, Cancelled())]

    def _tell_all(self, event: ExecutorEvent) -> Sequence[Told]:
        return [
            Told(part.work.job_id, event)
            for part in self._parts
            if not (part.over or part.cancelled)
        ]

    @property
    def _grace_s(self) -> float:
        """How long it may go on once it is cancelled: nothing ends in the middle of a step."""
        least = self._limits.grace_s
        if self.loading:
            return least
        return self._pace.patience_s(least, has_tools=bool(self.batch.works[0].tools))

    def _leave_device(self) -> Sequence[Told]:
        """What is left is to encode it, which has a time of its own."""
        if self.is_alone:
            self.limit_to(self._limits.job_s)
            return []
        self.is_off_device = True
        self.pass_turn()
        # Also where it is cancelled: nobody waits for the device, and to end the worker for it
        # would cost the next run its attempt.
        self._deadline.move(self._limits.job_s)
        return self._tell_all(Painted())

    def _count_painting(self) -> None:
        """Painting begins now, whether or not something was tried before."""
        self._pace.begin()
        self.loading = False
        self._painting_since = time.monotonic()
        self.limit_to(self._painting_s)

    def _go_on(self) -> None:
        """What was missing is loaded: the time for that counts for nothing."""
        if not self.steps_done:
            self._count_painting()
            return
        self.loading = False
        self._pace.begin()
        self._painting_since += time.monotonic() - self._loading_since
        self.limit_to(self._painting_s)

    @property
    def _painting_s(self) -> float:
        """How long painting may take."""
        if self.batch.deadline_s is None or self._takes_longer:
            return self._limits.job_s
        return min(self._limits.job_s, self.batch.deadline_s)

    def _picture(self, frame: Frame) -> Picture:
        assert self.worker is not None
        return picture_of(
            self._parts[frame.header["part"]].work,
            frame,
            seconds=time.monotonic() - self._painting_since,
            device=self.worker.hello["device_name"],
            batch=len(self._parts),
        )
