"""Pictures that are shown again: how many are in memory, and made smaller, at a time.

Whoever had them painted may ask for them as often as they like, and one may have tens of MiB: those
who wait hold nothing, and hold up no result.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

#: How many are in memory at once, on their way from the disk to Discord.
AT_ONCE = 3
#: How long the others wait (seconds). Loading, shrinking and sending have to fit into what is then
#: left of the 15 minutes in which an interaction can be answered.
_PATIENCE_S = 5 * 60


class TooManyLoads(Exception):
    """Others take longer than anybody can wait."""


class Loads:
    """One a member, few at once, and one of these that is made smaller."""

    def __init__(self) -> None:
        """None is on its way."""
        self._places = asyncio.Semaphore(AT_ONCE)
        # Results are made smaller by the same process: each finds one of these before it, at most.
        self._shrinking = asyncio.Lock()
        #: To be held while a report is posted, which may have all pictures of a sheet.
        self.reporting = asyncio.Lock()
        # A lock is kept for as long as anybody has it or waits for it.
        self._members: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def place(self, member_id: int, *, shrinking: bool) -> AsyncIterator[None]:
        """To be in from before one is loaded until Discord has it.

        `shrinking`: it is made smaller in there. Raises TooManyLoads. Not to be nested: a member
        who has one waits for it.
        """
        member = self._members.setdefault(member_id, asyncio.Lock())
        # In this order each waits only where it takes nobody's place.
        turns = (member, self._shrinking, self._places) if shrinking else (member, self._places)
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    for turn in turns:
                        await held.enter_async_context(turn)
            except TimeoutError:
                raise TooManyLoads from None
            yield
