"""Work that is cut off by a stop, and only by that."""

import asyncio

import pytest

from bot.stopping import unless


class Work:
    """It waits until it is let go, and cleans up when it is cut off."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.begun = asyncio.Event()
        self.cleaned = False

    async def run(self) -> str:
        self.begun.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            self.cleaned = True
            raise
        return "done"


async def test_it_comes_to_what_it_comes_to():
    work = Work()
    work.go_on.set()
    assert await unless(asyncio.Event(), work.run()) == "done"


@pytest.mark.parametrize("early", [True, False], ids=["set before", "set meanwhile"])
async def test_a_stop_cuts_it_off_once_it_has_cleaned_up(early: bool):
    work, stopping = Work(), asyncio.Event()
    if early:
        stopping.set()
    waiting = asyncio.create_task(unless(stopping, work.run()))
    await work.begun.wait()
    stopping.set()
    assert await waiting is None
    assert work.cleaned


async def test_what_it_raises_is_raised():
    async def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await unless(asyncio.Event(), fail())


async def test_who_cancels_all_of_it_is_not_told_of_a_stop():
    work = Work()
    waiting = asyncio.create_task(unless(asyncio.Event(), work.run()))
    await work.begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.cleaned


async def test_nothing_of_it_is_left_behind():
    before = asyncio.all_tasks()
    work = Work()
    work.go_on.set()
    await unless(asyncio.Event(), work.run())
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
