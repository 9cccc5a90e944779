"""How many pictures are on their way into one channel at once.

Where Discord's limits ask for that, discord.py sleeps in the middle of a call, and whatever is held
for that call is held as long. With a lane a channel, one that has to wait holds up no other.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from weakref import WeakValueDictionary

#: While one is sent, the next is loaded.
AT_ONCE = 2


class Lanes:
    """Of all channels. One is kept for as long as anybody is in it or waits for it."""

    def __init__(self, width: int = AT_ONCE) -> None:
        """All are empty; so many may be in each."""
        self._width = width
        self._lanes: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    def lane(self, channel_id: int | None) -> AbstractAsyncContextManager[None]:
        """To be in while a picture is brought there; None, where a token has its own limit."""
        if channel_id is None:
            return nullcontext()
        return self._lanes.setdefault(channel_id, asyncio.Semaphore(self._width))
