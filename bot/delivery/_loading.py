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
        self._pictures = asyncio.Semaphore(PICTURES_AT_ONCE)
        self._oversized = asyncio.Semaphore(_OVERSIZED_AT_ONCE)

    @asynccontextmanager
    async def place(self, channel_id: int | None, *, oversized: bool) -> AsyncIterator[None]:
        """To be in from before a picture is loaded until Discord has it there.

        None: what a token has a limit of its own for.
        """
        lane = self._lanes.lane(channel_id)
        if oversized:
            # The lane last: its small ones are not to wait for large ones elsewhere.
            async with self._oversized, lane:
                yield
        else:
            # The lane first, so that those who wait for it hold nothing that others need.
            async with lane, self._pictures:
                yield
