"""Discord's ids: 64 bits, the milliseconds since 2015 in the upper 42."""

from playground.clock import Clock

DISCORD_EPOCH_MS = 1_420_070_400_000


class Snowflakes:
    """Hands out ids that strictly grow with the clock."""

    def __init__(self, clock: Clock) -> None:
        """Ids tell the time of `clock`."""
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """A new id, greater than every one before."""
        fresh = at(self._clock.now())
        self._last = max(fresh, self._last + 1)
        return self._last


def at(moment: float) -> int:
    """The smallest id of a moment (seconds since the Unix epoch)."""
    return (int(moment * 1000) - DISCORD_EPOCH_MS) << 22
