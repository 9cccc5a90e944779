"""Pictures that are shown again: how many are in memory, and made smaller, at a time.

Whoever had them painted may ask for them as often as they like, and one may have tens of MiB: those
who wait hold nothing, and hold up no result.
"""

import asyncio
from contextlib import ExitStack
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
        # A lock is kept for as long as anybody has it or waits for it.
        self._members: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def admit(self, member_id: int, *, shrinking: bool) -> None:
        """Wait until one more may be loaded, `shrinking` where it has to be made smaller then.

        It counts until the task that asks has ended, which has sent it by then: once a task, and
        for tasks that answer one interaction. Raises TooManyLoads.
        """
        held = ExitStack()
        task = asyncio.current_task()
        assert task is not None  # what awaits is in one
        task.add_done_callback(lambda _: held.close())
        member = self._members.setdefault(member_id, asyncio.Lock())
        # In this order each waits only where it takes nobody's place.
        turns = (member, self._shrinking, self._places) if shrinking else (member, self._places)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                for turn in turns:
                    await turn.acquire()
                    held.callback(turn.release)
        except TimeoutError:
            raise TooManyLoads from None
