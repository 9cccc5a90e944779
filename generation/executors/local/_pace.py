"""How long the steps of a run take: so long is one waited for before its worker is given up."""

import time
from collections.abc import Callable

#: However slow they are, nobody waits longer for one (seconds): others want the device.
MOST_S = 60.0
#: How many times as long as the longest before it a step may take.
_SLACK = 2.0


class Pace:
    """Of the stage that goes on just now: a step of the painting, a tile, a face."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """No step is done. `now` gives seconds."""
        self._now = now
        self._stage: str | None = None
        self._since = now()
        self._longest: float | None = None  # seconds

    def begin(self, stage: str | None = None) -> None:
        """Something begins of which no step is known."""
        self._stage, self._since, self._longest = stage, self._now(), None

    def step(self, stage: str | None = None) -> None:
        """One is done; of another stage than the last, what was before says nothing of it."""
        now = self._now()
        took = now - self._since
        if stage != self._stage:
            self._stage, self._longest = stage, None
        self._longest = max(took, self._longest or 0.0)
        self._since = now

    def patience_s(self, least: float, *, has_tools: bool) -> float:
        """How long the one that goes on may take yet, at least `least`.

        Of the first one nothing is known: in a run that goes through tools, on a processor, that
        may be a tile of half a minute.
        """
        if self._longest is None and has_tools:
            return max(least, MOST_S)
        return max(least, min(MOST_S, _SLACK * (self._longest or 0.0)))
