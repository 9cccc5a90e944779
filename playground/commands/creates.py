"""Two hundred commands may be created in a day, globally and in each guild (30034)."""

from collections import deque

from playground import errors
from playground.clock import Clock
from playground.errors import ApiError

CREATES_A_DAY = 200
DAY_S = 24 * 3600.0


class DailyCreates:
    """Counts new commands; one that is registered again under its name is not new."""

    def __init__(self, clock: Clock) -> None:
        """None yet; a day is one of `clock`."""
        self._clock = clock
        self._by_scope: dict[int | None, deque[float]] = {}

    def count(self, scope: int | None, new: int) -> None:
        """Count so many new commands of a scope, or raise 30034 and count none."""
        now = self._clock.now()
        made = self._by_scope.setdefault(scope, deque())
        while made and made[0] <= now - DAY_S:
            made.popleft()
        if new and len(made) + new > CREATES_A_DAY:
            raise ApiError(errors.TOO_MANY_COMMAND_CREATES)
        made.extend([now] * new)
