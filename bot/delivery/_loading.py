"""How many pictures are in memory at once, on their way from the disk to Discord."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ._lanes import Lanes

PICTURES_AT_ONCE = 8
#: And how many that are made smaller first. With half a minute each they would leave the others no
#: place.
_OVERSIZED_AT_ONCE = 2


class Loading:
    """Of all channels."""

    def __init__(self) -> None:
        """None is on its way."""
        self._lanes = Lanes()
        self._large_lanes = Lanes(1)
        self._pictures = asyncio.Semaphore(PICTURES_AT_ONCE)
        self._oversized = asyncio.Semaphore(_OVERSIZED_AT_ONCE)

    @asynccontextmanager
    async def place(self, channel_id: int | None, *, oversized: bool) -> AsyncIterator[None]:
        """To be in from before a picture is loaded until Discord has it there.

        None: what a token has a limit of its own for.
        """
        lane = self._lanes.lane(channel_id)
        if oversized:
            # One a channel, which leaves its small ones a place beside the one that waits for large
            # ones elsewhere; and in this order, so that who waits for a channel holds up no other.
            async with self._large_lanes.lane(channel_id), lane, self._oversized:
                yield
        else:
            # The lane first, so that those who wait for it hold nothing that others need.
            async with lane, self._pictures:
                yield
