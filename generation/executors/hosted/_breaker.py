"""Leaves a hosted model alone for a while after it has failed again and again."""

import time
from collections.abc import Callable

#: So many jobs in a row must come to nothing, and the model rests; each further one doubles that.
TRIPS_AFTER = 3
FIRST_REST_S = 30.0
_LONGEST_REST_S = 600.0


class Breaker:
    """Of one model. Closed it lets all pass; open, none; after its rest, one that tries it out."""

    def __init__(
        self,
        trips_after: int = TRIPS_AFTER,
        first_rest_s: float = FIRST_REST_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Closed. `now` gives seconds."""
        self._trips_after = trips_after
        self._first_rest_s = first_rest_s
        self._now = now
        self._open_until = 0.0
        self._openings = 0  # in a row
        self._trying = False
        self.failures = 0  # in a row
        self.reason = ""  # of the last one, for members

    @property
    def is_open(self) -> bool:
        """Whether it has failed too often."""
        return self.failures >= self._trips_after

    @property
    def rest_s(self) -> float:
        """How long nobody will be let through (seconds)."""
        return max(0.0, self._open_until - self._now())

    def admit(self) -> bool:
        """Let a job through, or not. What came of it must be told by one of the following."""
        if not self.is_open:
            return True
        if self._trying or self.rest_s > 0:
            return False
        self._trying = True
        return True

    def works(self) -> None:
        """The model painted, or could have."""
        self._trying = False
        self.failures = self._openings = 0

    def fails(self, reason: str) -> bool:
        """It came to nothing, and not for the request's sake; whether that opens it anew."""
        self._trying = False
        if self.rest_s > 0:  # those that were under way when it opened say nothing new
            return False
        self.failures += 1
        self.reason = reason
        if not self.is_open:
            return False
        rest_s = self._first_rest_s * 2 ** min(self._openings, 10)
        self._open_until = self._now() + min(rest_s, _LONGEST_REST_S)
        self._openings += 1
        return True

    def says_nothing(self) -> None:
        """It was cancelled, or turned away for another reason: the next one may try."""
        self._trying = False
