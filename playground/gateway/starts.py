"""How often a bot may begin a session: now and then, and so many times a day."""

from typing import Any

from playground.clock import Clock

DAY_S = 24 * 3600.0


class Starts:
    """Counts the bot's IDENTIFYs, as `session_start_limit` of GET /gateway/bot tells them.

    `every_s` is 0 here, so that a test may start a bot twice without waiting; Discord's is 5.
    """

    def __init__(self, clock: Clock) -> None:
        """None yet; the day begins with the first."""
        self.total = 1000
        self.max_concurrency = 1
        self.every_s = 0.0
        self._clock = clock
        self._day_ends_at = 0.0
        self._used = 0
        self._latest: dict[int, float] = {}  # by rate limit key

    @property
    def remaining(self) -> int:
        """How many are left of today's."""
        return max(0, self.total - self._used_today())

    def count(self) -> bool:
        """Count an IDENTIFY; False if it is one too many for the day."""
        used = self._used_today()
        if used == 0:
            self._day_ends_at = self._clock.now() + DAY_S
        self._used = used + 1
        return self._used <= self.total

    def too_early(self, shard: int) -> bool:
        """Whether the last session with a shard's rate limit key was begun just before."""
        now, key = self._clock.now(), shard % self.max_concurrency
        latest = self._latest.get(key)
        if latest is not None and now - latest < self.every_s:
            return True
        self._latest[key] = now
        return False

    def limit(self) -> dict[str, Any]:
        """`session_start_limit`."""
        left = self._day_ends_at - self._clock.now()
        return {
            "total": self.total,
            "remaining": self.remaining,
            "reset_after": int((left if 0 < left <= DAY_S else DAY_S) * 1000),
            "max_concurrency": self.max_concurrency,
        }

    def _used_today(self) -> int:
        if self._clock.now() >= self._day_ends_at:
            self._used = 0
        return self._used
