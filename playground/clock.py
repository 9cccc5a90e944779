"""The playground's time: real time, and a script may move it forward.

Everything that Discord measures in time (three seconds to acknowledge, fifteen minutes of a token,
a day of a signed URL, the window of a rate limit) is measured with this clock, so that a test need
not wait for it.
"""

import asyncio
import contextlib
import time
from datetime import UTC, datetime

MOST_AHEAD_S = 100 * 365.25 * 24 * 3600


class Clock:
    """Seconds since the Unix epoch, steady (it never jumps back), and movable forward."""

    def __init__(self) -> None:
        """Starts at the real time."""
        # The wall clock may be set back while we run; a server's time must not be.
        self._epoch = time.time() - time.monotonic()
        self._moved = asyncio.Event()
        self.ahead_s = 0.0  # how far it was moved forward, in all

    def now(self) -> float:
        """The present moment, in seconds since the Unix epoch."""
        return self._epoch + time.monotonic()

    def isoformat(self, moment: float | None = None) -> str:
        """A moment (default: now) as Discord writes it: ISO 8601, UTC, microseconds."""
        present = self.now() if moment is None else moment
        return datetime.fromtimestamp(present, UTC).isoformat(timespec="microseconds")

    def advance(self, seconds: float) -> float:
        """Move the time forward and wake whoever has now slept long enough; returns the new now.

        Raises ValueError for a negative step, since ids and sequence numbers rely on time going one
        way, and for one that would end more than a hundred years ahead: dates and ids end there.
        """
        if not seconds >= 0:
            raise ValueError("The clock only moves forward.")
        if self.ahead_s + seconds > MOST_AHEAD_S:
            raise ValueError("The clock moves a hundred years ahead at most, in all.")
        self._epoch += seconds
        self.ahead_s += seconds
        # Each sleeper holds the event it went to sleep with; later ones get a fresh one.
        self._moved.set()
        self._moved = asyncio.Event()
        return self.now()

    async def sleep_until(self, moment: float) -> None:
        """Return once this clock (not the wall's) has reached `moment`."""
        while (left := moment - self.now()) > 0:
            moved = self._moved
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await moved.wait()

    async def sleep(self, seconds: float) -> None:
        """Sleep for a span of this clock's time."""
        await self.sleep_until(self.now() + seconds)
