"""One place at an executor: taken by a batch, free again, or out of order for a while."""

import asyncio
import time
from collections.abc import Callable

#: Between two tries at a place that is out of order (seconds): doubled each time, up to the second.
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
#: How long jobs wait for such a place before they are told that it came to nothing.
PATIENCE_S = 600.0


class Slot:
    """What a lane of the dispatcher and the attempts in it tell each other."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, kind: "list[Slot] | None" = None
    ) -> None:
        """In order. `now` gives seconds; `kind`, which it joins: all that take the same jobs."""
        self._now = now
        self._kind = [] if kind is None else kind
        self._kind.append(self)
        self._free = asyncio.Event()  # the latest batch is done with the device
        self._down_since: float | None = None
        self._pause_s = 0.0

    @property
    def is_hopeless(self) -> bool:
        """Whether all of its kind have been out of order for so long that nobody should wait."""
        return all(slot._is_given_up for slot in self._kind)

    @property
    def is_spare(self) -> bool:
        """Whether it is out of order and jobs are better off with another, which is not."""
        return not self.is_in_order() and any(slot.is_in_order() for slot in self._kind)

    @property
    def _is_given_up(self) -> bool:
        return self._down_since is not None and self._now() - self._down_since >= PATIENCE_S

    def is_in_order(self) -> bool:
        """Whether it paints, as far as anybody knows."""
        return self._down_since is None

    def occupy(self) -> "Hold":
        """A batch has it, until it frees it by this."""
        self._free = asyncio.Event()
        return Hold(self, self._free)

    def works(self) -> None:
        """Something was painted, or could have been."""
        self._down_since = None
        self._pause_s = 0.0

    def fails(self) -> None:
        """Nothing could be painted, and that was no job's doing."""
        if self._down_since is None:
            self._down_since = self._now()
        self.stall()

    def stall(self) -> None:
        """Nothing could be begun, and that says nothing of the device: a pause."""
        self._pause_s = min(_LONGEST_PAUSE_S, 2 * self._pause_s or _FIRST_PAUSE_S)

    async def until_free(self) -> None:
        """Wait until the next batch may begin."""
        await self._free.wait()

    async def recover(self) -> None:
        """Wait out the pause of a place that is out of order."""
        await asyncio.sleep(self._pause_s)


class Hold:
    """One batch's hold of a slot.

    Of its own: the batch is on its way to the disk, and says again that it is done, when the next
    one has the device already.
    """

    def __init__(self, slot: Slot, freed: asyncio.Event) -> None:
        """`freed` is what the lane waits for."""
        self.slot = slot
        self._freed = freed

    def free(self) -> None:
        """The device is free for the next batch; may be said more than once."""
        self._freed.set()
