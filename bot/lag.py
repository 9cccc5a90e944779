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
#: From which share of the limit on the stack is taken at each look. A lag just over the limit may
#: end before the next look: what held the loop is known by then.
_SAMPLE_SHARE = 0.4
#: How long a lag counts for `worst_s`.
_MEMORY_S = 60.0


class LagMonitor:
    """Watches the running loop for as long as it is entered."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        """Tell of what holds the loop longer than `limit_s`."""
        self._limit_s = limit_s
        self._beat = time.monotonic()
        self._lags: deque[tuple[float, float]] = deque()  # when, and how long
        # The stack of the last look at a loop that is held, by the beat before; "" once told.
        self._stacks: dict[float, str] = {}
        self._looking = threading.Lock()  # which of the two threads tells
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
            with self._looking:
                stack = self._stacks.pop(self._beat, "")
                self._beat = now
            # Shorter ones are what timers are late by anyway.
            if lag > _BEAT_S:
                self._forget()
                self._lags.append((now, lag))
            if lag > self._limit_s:
                if stack:
                    _tell(stack)
                log.warning("The event loop was held for %.0f ms", lag * 1000)

    def _watch(self, held: int) -> None:
        """In a thread of its own: take the loop's stack, and tell it once for each time."""
        while not self._over.wait(_BEAT_S):
            beat = self._beat
            lag = time.monotonic() - beat - _BEAT_S
            if lag < _SAMPLE_SHARE * self._limit_s or self._stacks.get(beat) == "":
                continue
            frame = sys._current_frames().get(held)
            if frame is None:
                continue
            stack = "".join(traceback.format_stack(frame, limit=12))
            told = lag > self._limit_s
            with self._looking:
                if self._beat != beat:
                    continue  # it is free again, and this may be the stack of anything
                self._stacks[beat] = "" if told else stack
            if told:
                # At once: it may be held for good.
                _tell(stack)

    def _forget(self) -> None:
        while self._lags and self._lags[0][0] < time.monotonic() - _MEMORY_S:
            self._lags.popleft()


def _tell(stack: str) -> None:
    log.warning("The event loop is held by:\n%s", stack)
