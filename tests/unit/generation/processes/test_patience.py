"""Waiting for a child: for so long, and never longer than it is wanted."""

import asyncio

import pytest

from generation.processes.patience import NotWanted, Patience


async def wait(patience: Patience, seconds: float | None = None) -> None:
    async with patience.within(seconds):
        await asyncio.Event().wait()


async def test_it_has_an_end():
    with pytest.raises(TimeoutError):
        await wait(Patience(), 0.01)


@pytest.mark.parametrize("seconds", [None, 60])
async def test_who_waits_when_it_ends_waits_no_longer(seconds: float | None):
    patience = Patience()
    waiting = asyncio.create_task(wait(patience, seconds))
    await asyncio.sleep(0)
    patience.end()
    async with asyncio.timeout(5):
        with pytest.raises(NotWanted):
            await waiting


async def test_nobody_waits_after_its_end():
    patience = Patience()
    patience.end()
    patience.end()
    assert patience.ended
    with pytest.raises(NotWanted):
        await wait(patience)


async def test_it_may_end_while_what_took_too_long_is_put_away():
    patience, putting_away = Patience(), asyncio.Event()

    async def slow() -> None:
        async with patience.within(0):
            try:
                await asyncio.Event().wait()
            finally:
                putting_away.set()
                await asyncio.sleep(0.01)

    waiting = asyncio.create_task(slow())
    await putting_away.wait()
    patience.end()
    with pytest.raises(NotWanted):
        await waiting


async def test_an_end_after_the_wait_is_none_of_its_business():
    patience = Patience()
    async with patience.within(5):
        pass
    patience.end()


async def test_who_is_cancelled_is_told_that():
    patience = Patience()
    waiting = asyncio.create_task(wait(patience, 60))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
