"""Stops calling Discord long before Discord bans the address.

Ten thousand answers of 401, 403 or 429 in ten minutes get an address banned for a while, and with
it every bot behind it (https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit).
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

import aiohttp

log = logging.getLogger(__name__)

#: So many invalid requests in so long, and no more calls are made until they have grown old.
LIMIT = 2_000
WINDOW_S = 600.0
_INVALID = (401, 403, 429)


class CallsPaused(aiohttp.ClientError):
    """No call is made now. An error of the connection to callers: the same may work later."""


class Breaker:
    """Counts what a client's HTTP session gets for answers; hand `trace` to the client."""

    def __init__(
        self,
        limit: int = LIMIT,
        window_s: float = WINDOW_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Pause from `limit` invalid requests in `window_s` on. `now` gives seconds."""
        self._limit = limit
        self._window_s = window_s
        self._now = now
        self._invalid: deque[float] = deque()
        self._paused = False
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_start.append(self._before)
        self.trace.on_request_end.append(self._after)

    @property
    def count(self) -> int:
        """Invalid requests of the window that ends now."""
        while self._invalid and self._invalid[0] <= self._now() - self._window_s:
            self._invalid.popleft()
        return len(self._invalid)

    @property
    def paused(self) -> bool:
        """Whether calls are refused."""
        return self.count >= self._limit

    async def _before(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, _call: object
    ) -> None:
        if self.paused:
            raise CallsPaused("Too many invalid requests: no more until some time has passed.")
        if self._paused:
            self._paused = False
            log.warning("Discord is called again")

    async def _after(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        call: aiohttp.TraceRequestEndParams,
    ) -> None:
        answer = call.response
        if answer.status not in _INVALID or answer.headers.get("X-RateLimit-Scope") == "shared":
            return
        self._invalid.append(self._now())
        if self.paused and not self._paused:
            self._paused = True
            log.error(
                "Discord refused %d calls in the last %.0f minutes, the latest with status %d: no"
                " more are made for a while, or it would ban this address. Look above for what it"
                " refused; often a permission is missing, or the token was changed.",
                self.count,
                self._window_s / 60,
                answer.status,
            )
