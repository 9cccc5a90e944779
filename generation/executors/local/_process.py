"""One live worker process: its frames go to the runs that wait for them, its end to all."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, Self

from generation.errors import ExecutorUnavailable
from generation.executors.base import Batch
from generation.processes.child import ChildError, ChildProcess
from generation.processes.frames import POISONED, Frame
from generation.revisions import Revisions

from ._lessons import Thrift
from ._sight import Sight

log = logging.getLogger(__name__)

_MODULE = "generation.worker"

#: Frames of one run, in order; None once the worker is gone.
RunFrames = asyncio.Queue[Frame | None]

#: A worker says every two seconds that it lives. One that said nothing for so long is stopped, or
#: hangs where not even that is possible.
SILENCE_S = 30.0
#: What it said meanwhile may lie unread where this process was the one that stood still.
_LAST_LOOK_S = 1.0


class WorkerProcess:
    """Made by `spawn`. Frames of runs that nobody waits for any more are dropped."""

    def __init__(
        self,
        child: ChildProcess,
        revisions: Revisions,
        silence_s: float = SILENCE_S,
        sight: Sight | None = None,
    ) -> None:
        """Use `spawn`."""
        self.loaded: frozenset[str] = frozenset()  # the models it has in memory
        self._child = child
        self._revisions = revisions
        self._sight = sight or Sight()
        self._runs: dict[int, RunFrames] = {}
        self._gone = False
        self._poisoned = False  # it has said that it is of no further use
        self._retired = False
        self._settled = asyncio.Event()  # ready, or gone
        self._heard = time.monotonic()
        self._reading = asyncio.create_task(self._read(), name="worker frames")
        self._listening = asyncio.create_task(self._listen(silence_s), name="worker heartbeat")

    @classmethod
    async def spawn(
        cls,
        device: str,
        environment: Mapping[str, str],
        timeout_s: float,
        revisions: Revisions,
        silence_s: float = SILENCE_S,
        sight: Sight | None = None,
    ) -> Self:
        """Start a worker on `device`. Raises ExecutorUnavailable where it can't work there.

        `revisions` tells it which commits to load, and learns those that it decided on. `sight`
        learns whether it can look at pictures.
        """
        try:
            child = await ChildProcess.spawn(
                _MODULE, [device], environment, hello_timeout_s=timeout_s
            )
        except ChildError as error:
            raise ExecutorUnavailable(f"The painting process can't be started: {error}") from error
        if child.hello["kind"] != "hello":
            await child.end(2)
            raise ExecutorUnavailable(str(child.hello.get("message")))
        log.info("worker %s paints on %s", child.pid, child.hello)
        return cls(child, revisions, silence_s, sight)

    @property
    def hello(self) -> Mapping[str, Any]:
        """What it said of itself: device_name, gpu, torch, diffusers."""
        return self._child.hello

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def gone(self) -> bool:
        """Whether it is dead or dying, or takes no more work."""
        return self._gone or self._retired

    @property
    def has_broken_device(self) -> bool:
        """Whether it ended, or is about to, because its device's context broke.

        Its exit status alone comes too late: leaving a broken device may take it seconds.
        """
        return self._poisoned or self._child.exit_status == POISONED

    @property
    def ready(self) -> bool:
        """Whether it begins what it is given at once. True of one that is gone, too."""
        return self._settled.is_set()

    async def until_ready(self, timeout_s: float) -> None:
        """Wait until it is ready; one that hangs is ended.

        Raises ExecutorUnavailable where it is not, because it is gone or hung.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._settled.wait()
        except TimeoutError:
            self.kill()
            raise ExecutorUnavailable(
                f"The painting process was not ready within {timeout_s:g} s."
            ) from None
        if self._gone:
            raise ExecutorUnavailable(
                f"The painting process ended before it was given work: {self.last_words}"
            )

    @property
    def last_words(self) -> str:
        """How it ended, for the log."""
        return self._child.last_words

    def open(self, run: int) -> RunFrames:
        """Frames of run `run` from now on."""
        frames = self._runs[run] = RunFrames()
        if self._gone:
            frames.put_nowait(None)
        return frames

    def drop(self, run: int) -> None:
        """Take no more frames of that run."""
        self._runs.pop(run, None)
        if self._retired and not self._runs:
            self.kill()

    def retire(self) -> None:
        """Give it no more work; it ends when nobody waits for what it has."""
        self._retired = True
        if not self._runs:
            self.kill()

    async def paint(self, run: int, batch: Batch, thrift: Thrift) -> None:
        """Have a batch painted; what comes of it are frames of that run."""
        pin = self._revisions.pin
        parts = [
            {
                "job_id": work.job_id,
                "request": pin(work.request).model_dump(mode="json"),
                "image": len(work.image or b""),
                "unsafe_above": work.unsafe_above,
            }
            for work in batch.works
        ]
        spec = pin(batch.spec).model_dump(mode="json")
        # Works that go through any are painted alone.
        tools = [pin(tool).model_dump(mode="json") for tool in batch.works[0].tools]
        images = b"".join(work.image or b"" for work in batch.works)
        fields = {"spec": spec, "parts": parts, "tools": tools, **thrift._asdict()}
        first = batch.works[0]
        decoder = first.decoder and pin(first.decoder).model_dump(mode="json")
        screener = first.screener and pin(first.screener).model_dump(mode="json")
        fields |= {"screener": screener}
        fields |= {"previews": first.previews, "decoder": decoder}
        await self.send("paint", images, run=run, **fields)

    async def prepare(self) -> None:
        """Have it make the picture classifier ready, where one is wanted; `sight` hears of it."""
        tool = self._sight.tool
        if tool is not None:
            self._sight.asks()
            pinned = self._revisions.pin(tool).model_dump(mode="json")
            await self.send("prepare", tool=pinned, fetch=self._sight.at_once)

    async def send(self, kind: str, blob: bytes = b"", /, **fields: Any) -> None:
        """Send a frame; a worker that is gone is told of through the runs' frames."""
        try:
            await self._child.send({"kind": kind, **fields}, blob)
        except ChildError:
            self.kill()

    async def wait(self) -> None:
        """Return when it is gone."""
        await asyncio.shield(self._reading)

    def kill(self) -> None:
        """End it at once; its runs learn of it."""
        self._gone = True
        self._child.kill()

    async def end(self, grace_s: float) -> None:
        """End it, at first politely."""
        self._gone = True
        await self._child.end(grace_s)
        await self._reading

    async def _read(self) -> None:
        try:
            while True:
                frame = await self._child.receive()
                self._heard = time.monotonic()
                if not self._takes(frame):
                    self._hand_on(frame)
        except ChildError as error:
            if not self._gone:
                log.warning("worker is gone: %s", error)
        finally:
            self.kill()
            self._listening.cancel()
            self._settled.set()
            self._sight.loses_worker()
            for frames in self._runs.values():
                frames.put_nowait(None)
            await self._child.end(0)

    def _takes(self, frame: Frame) -> bool:
        """Whether the frame is of the worker itself; if so it is heeded."""
        match frame.kind:
            case "alive":
                pass
            case "ready":
                self._settled.set()
            case "models":
                self.loaded = frozenset(frame.header["loaded"])
                self._revisions.record(frame.header["commits"])
            case "screener":
                self._sight.learn(frame.header)
            case "poisoned":
                self._poisoned = True
            case _:
                return False
        return True

    def _hand_on(self, frame: Frame) -> None:
        frames = self._runs.get(frame.header.get("run", -1))
        if frames is None:
            log.debug("frame %s of a run that is over", frame.kind)
        else:
            frames.put_nowait(frame)

    async def _listen(self, silence_s: float) -> None:
        """End it when nothing was heard of it for too long."""
        while True:
            await asyncio.sleep(max(_LAST_LOOK_S, self._heard + silence_s - time.monotonic()))
            if time.monotonic() - self._heard < silence_s:
                continue
            before = self._heard
            await asyncio.sleep(_LAST_LOOK_S)
            if self._heard == before:
                log.error("worker %s has said nothing for %g s: it is ended", self.pid, silence_s)
                self.kill()
                return
