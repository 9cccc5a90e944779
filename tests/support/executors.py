"""An executor that does what the test says, for tests of what stands before and after executors."""

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Callable, Sequence

from generation.catalog import ExecutorName, ModelSpec, ToolSpec
from generation.executors.base import (
    Batch,
    Cancelled,
    ExecutorEvent,
    Finished,
    Loading,
    Picture,
    Progress,
    Told,
    Work,
)

PICTURE = Picture(
    data=b"\x89PNG painted", width=256, height=256, seconds=0.5, revision="b" * 40, device="Test"
)

Script = Callable[[Work], Sequence[ExecutorEvent | Exception]]


def paints(work: Work) -> Sequence[ExecutorEvent | Exception]:
    """The usual course."""
    return [Loading(), Progress(1, 2), Progress(2, 2), Finished(PICTURE)]


def _looked_at(event: ExecutorEvent) -> ExecutorEvent:
    if not isinstance(event, Finished) or event.picture.unsafe is not None:
        return event
    return Finished(dataclasses.replace(event.picture, unsafe=0.0, screened_by="test"))


class ScriptedExecutor:
    """Plays a script for each work, once `gate` is open; keeps the works it got."""

    name: ExecutorName = "local"
    device = "Test"

    def __init__(self, script: Script = paints, *, capacity: int = 1) -> None:
        self.script = script
        self.capacity = capacity
        self.works: list[Work] = []
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.is_looking = False  # has its classifier ready
        self.hears = True  # of cancellations
        self.looks = True  # gives pictures that want one a score, where the script does not
        self._cancelled: dict[int, asyncio.Event] = {}

    def holds(self, model: str) -> bool:
        return bool(self.works) and self.works[-1].request.model == model

    def hindrance(self, spec: ModelSpec) -> str | None:
        return None

    def screen_with(self, tool: ToolSpec | None, *, at_once: bool = True) -> None:
        pass

    def blindness(self) -> str | None:
        return None

    def can_look(self) -> bool:
        return self.is_looking

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        self.batches.append([work.job_id for work in batch.works])
        for work in batch.works:
            self.works.append(work)
            self._cancelled[work.job_id] = asyncio.Event()
        for work in batch.works:
            async for event in self._play(work):
                yield Told(work.job_id, event)

    async def _play(self, work: Work) -> AsyncGenerator[ExecutorEvent, None]:
        cancelled = self._cancelled[work.job_id]
        for event in self.script(work):
            waiting = [asyncio.create_task(self.gate.wait()), asyncio.create_task(cancelled.wait())]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waiting:
                    task.cancel()
            if cancelled.is_set():
                yield Cancelled()
                return
            if isinstance(event, Exception):
                raise event
            yield _looked_at(event) if work.screener is not None and self.looks else event

    async def cancel(self, job_id: int) -> None:
        if self.hears and job_id in self._cancelled:
            self._cancelled[job_id].set()
