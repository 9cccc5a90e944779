"""Whose message shows now how its job goes on; how a job ended is shown at once, and asks nobody.

Progress never waits in line: an edit that has no turn is left out, and its board asks again later
with what is newer by then. So a result finds Discord's ear free, however many others wait.
"""

import time
from collections.abc import Callable

#: How many messages are edited at once while their jobs go on: after a restart all want to be.
AT_ONCE = 8
#: Between two edits by the bot's own right in one channel (seconds). Discord takes about one a
#: second of them; the others are for the results.
CHANNEL_INTERVAL_S = 2.0
#: How long a channel's next edit is kept for a job that is under way and was turned away.
_KEPT_S = 4.0
_MANY = 256


class Turns:
    """Of the edits in between, of all jobs."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds, from any beginning."""
        self._now = now
        self._editing = 0
        self._free_at: dict[int, float] = {}  # by the channel's id
        self._kept_until: dict[int, float] = {}

    def take(self, channel_id: int | None, *, urgent: bool) -> bool:
        """Begin an edit, if there is a turn for it; `give_back` has to follow then.

        `channel_id`: whose limit it counts against; None where an interaction's token has its own.
        `urgent` is what is under way: it goes before all that only wait.
        """
        now = self._now()
        if channel_id is not None:
            self._forget(now)
            if now < self._free_at.get(channel_id, now):
                if urgent:
                    self._kept_until[channel_id] = now + _KEPT_S
                return False
            if not urgent and now < self._kept_until.get(channel_id, now):
                return False
        if self._editing >= AT_ONCE and not urgent:
            return False
        if channel_id is not None:
            self._free_at[channel_id] = now + CHANNEL_INTERVAL_S
            self._kept_until.pop(channel_id, None)
        self._editing += 1
        return True

    def note_result(self, channel_id: int | None) -> None:
        """A result is shown now, by nobody's leave: what goes on keeps its distance to that too."""
        if channel_id is not None:
            self._free_at[channel_id] = self._now() + CHANNEL_INTERVAL_S

    def give_back(self) -> None:
        """The edit is over."""
        self._editing -= 1

    def _forget(self, now: float) -> None:
        for ends in (self._free_at, self._kept_until):
            if len(ends) > _MANY:
                for channel_id in [each for each, at in ends.items() if at <= now]:
                    del ends[channel_id]
