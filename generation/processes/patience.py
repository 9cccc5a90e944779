"""How long is waited for a child process: so many seconds, and never longer than it is wanted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from generation.processes.child import ChildError


class NotWanted(ChildError):
    """Nothing is waited for any more: the process is to end."""


class Patience:
    """Of those who take turns with one child: one waits at a time, until `end`."""

    def __init__(self) -> None:
        """There is some."""
        self._waiting: asyncio.Timeout | None = None
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether nobody waits any more."""
        return self._ended

    @asynccontextmanager
    async def within(self, seconds: float | None = None) -> AsyncIterator[None]:
        """Around a wait. Raises TimeoutError after `seconds`, NotWanted at once when it has ended.

        What was waited for is cancelled.
        """
        if self._ended:
            raise NotWanted("closed")
        try:
            async with asyncio.timeout(seconds) as self._waiting:
                yield
        except TimeoutError:
            if self._ended:
                raise NotWanted("closed") from None
            raise
        finally:
            self._waiting = None

    def end(self) -> None:
        """Wait no more, now or later. Idempotent."""
        self._ended = True
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(asyncio.get_running_loop().time())
