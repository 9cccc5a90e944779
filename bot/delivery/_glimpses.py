"""The small pictures that a message shows of a job while it is painted."""

import time
from collections.abc import Callable
from typing import NamedTuple

#: The least time between two edits that bring one.
INTERVAL_S = 2.0


class Glimpse(NamedTuple):
    """One of them."""

    data: bytes  # WebP
    unsafe: float | None  # 0 to 1, where it was looked at


class Glimpses:
    """Of one message. They are in memory alone, the latest and the one that is shown."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """None yet. `now` gives seconds."""
        self.shown: Glimpse | None = None
        self._now = now
        self._latest: Glimpse | None = None
        self._brought_at: float | None = None
        self._stopped = False

    def take(self, glimpse: Glimpse) -> None:
        """A new one is there."""
        if not self._stopped:
            self._latest = glimpse

    def drop(self) -> None:
        """What is there is of no worth any more: it begins anew, or has ended."""
        self._latest = None

    def stop(self) -> None:
        """Discord has not taken one: this message does without."""
        self._stopped = True
        self._latest = self.shown = None

    def due(self) -> Glimpse | None:
        """The one that an edit made now is to show."""
        if self._latest is None:
            return None
        waited = self._brought_at is None or self._now() - self._brought_at >= INTERVAL_S
        return self._latest if waited else self.shown

    def note(self, glimpse: Glimpse | None) -> None:
        """An edit has shown it."""
        if glimpse is not None and glimpse is not self.shown:
            self._brought_at = self._now()
        self.shown = glimpse
