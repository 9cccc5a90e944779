"""Invalid requests: who sends too many is banned by Cloudflare, whatever he asks for.

An answer of 401, 403 or 429 makes a request invalid, unless its limit is shared with others
(`X-RateLimit-Scope: shared`). 10,000 of them within 10 minutes are too many.
"""

import logging
from typing import Any

from playground.clock import Clock

log = logging.getLogger(__name__)

LIMIT = 10_000
WINDOW_S = 600.0
_INVALID = (401, 403, 429)


class InvalidRequests:
    """Counts the bot's invalid requests; `limit` is there to be lowered by a test."""

    def __init__(self, clock: Clock) -> None:
        """None yet; the window ends by `clock`."""
        self.limit = LIMIT
        self._clock = clock
        self._count = 0
        self._ends_at = 0.0

    @property
    def count(self) -> int:
        """How many there were in the window that the first of them began."""
        return self._count if self._clock.now() < self._ends_at else 0

    @property
    def banned_for_s(self) -> float | None:
        """Seconds until requests are let through again; None where they are."""
        return self._ends_at - self._clock.now() if self.count >= self.limit else None

    def note(self, status: int, scope: str | None) -> None:
        """Count a request by its answer: the status, and the scope of the limit it ran into."""
        if status not in _INVALID or scope == "shared":
            return
        count = self.count
        if count == 0:
            self._ends_at = self._clock.now() + WINDOW_S
        self._count = count + 1
        if self._count == self.limit:
            log.warning("%s invalid requests: banned until the window ends", self._count)

    def reset(self) -> None:
        """Forget them, and go back to Discord's limit."""
        self._count, self._ends_at, self.limit = 0, 0.0, LIMIT

    def told(self) -> dict[str, Any]:
        """The count and the ban, for the page."""
        return {
            "count": self.count,
            "limit": self.limit,
            "window_s": WINDOW_S,
            "banned_for_s": self.banned_for_s,
        }
