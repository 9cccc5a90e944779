"""How long the event loop is held: measured always, and told with the culprit's stack.

A loop that is held answers no heartbeat and no member. A thread watches it from outside, since the
loop itself can't tell what holds it while it is held.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections import deque
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

#: From which lag on it is told.
LIMIT_S = 0.25
#: How often the loop says that it is free, and how often that is looked at.
_BEAT_S = 0.05
#: How long a lag counts for `worst_s`.
_MEMORY_S = 60.0


class LagMonitor:
    """Watches the running loop for as long as it is entered."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        """Tell of what holds the loop longer than `limit_s`."""
        self._limit_s = limit_s
        self._beat = time.monotonic()
        self._lags: deque[tuple[float, float]] = deque()  # when, and how long
        self._over = threading.Event()
        self._beating: asyncio.Task[None] | None = None
        self._watching: threading.Thread | None = None

    @property
    def worst_s(self) -> float:
        """The longest lag of the last minute."""
        self._forget()
        return max((lag for _, lag in self._lags), default=0.0)

    async def __aenter__(self) -> Self:
        self._beat = time.monotonic()
        self._beating = asyncio.create_task(self._keep_beating(), name="loop lag")
        held = threading.get_ident()
        self._watching = threading.Thread(
            target=self._watch, args=(held,), name="loop lag", daemon=True
        )
        self._watching.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        if self._watching is not None:
            await asyncio.to_thread(self._watching.join, 1.0)

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_S)
            now = time.monotonic()
            lag = now - self._beat - _BEAT_S
            self._beat = now
            # Shorter ones are what timers are late by anyway.
            if lag > _BEAT_S:
                self._forget()
                self._lags.append((now, lag))
            if lag > self._limit_s:
                log.warning("The event loop was held for %.0f ms", lag * 1000)

    def _watch(self, held: int) -> None:
        """In a thread of its own: take the loop's stack once for each time it is held."""
        told: float | None = None
        while not self._over.wait(_BEAT_S):
            beat = self._beat
            if time.monotonic() - beat < self._limit_s + _BEAT_S or told == beat:
                continue
            told = beat
            frame = sys._current_frames().get(held)
            if frame is not None:
                stack = "".join(traceback.format_stack(frame, limit=12))
                log.warning("The event loop is held by:\n%s", stack)

    def _forget(self) -> None:
        while self._lags and self._lags[0][0] < time.monotonic() - _MEMORY_S:
            self._lags.popleft()
