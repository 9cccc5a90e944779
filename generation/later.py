"""What is done about jobs while nobody waits for it, and writes that can't be made at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from generation.storage import STORAGE_ERRORS, remedied, until_written

log = logging.getLogger(__name__)


class Later:
    """Tasks that somebody has to end."""

    def __init__(self) -> None:
        """There are none."""
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, job_id: int, work: Coroutine[Any, Any, None]) -> None:
        """Begin with it now. What goes wrong is logged."""
        task = asyncio.create_task(self._do(job_id, work), name=f"what is left of job {job_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def surely(self, job_id: int, write: Callable[[], Awaitable[None]]) -> None:
        """Write now, or, where disk or database don't take it, as soon as they do."""
        try:
            await write()
        except STORAGE_ERRORS as error:
            log.error("Job %s: its cancellation is written down later: %s", job_id, remedied(error))
            self.do(job_id, until_written(job_id, write))

    async def done(self) -> None:
        """Wait until nothing is left to do."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def end(self) -> None:
        """Give up what is left: the next start takes it up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _do(self, job_id: int, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("Something is left to be done about job %s", job_id)
