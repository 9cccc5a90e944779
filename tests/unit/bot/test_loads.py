"""However many ask for pictures again, few are in memory, and nobody takes others' places."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio

from bot import loads as module
from bot.loads import AT_ONCE, Loads, TooManyLoads


class Hall:
    """Tasks that ask, each of which ends when it is told to."""

    def __init__(self) -> None:
        self.loads = Loads()
        self.admitted: list[str] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._over: dict[str, asyncio.Event] = {}

    async def ask(self, name: str, member_id: int, *, shrinking: bool = False) -> None:
        self._over[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._show(name, member_id, shrinking))
        await self._settle()

    async def end(self, name: str) -> None:
        self._over[name].set()
        await self._settle()

    async def cancel(self, name: str) -> None:
        self._tasks[name].cancel()
        await self._settle()

    async def result(self, name: str) -> None:
        await self._tasks[name]

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
            with suppress(asyncio.CancelledError, TooManyLoads):
                await task

    async def _show(self, name: str, member_id: int, shrinking: bool) -> None:
        async with self.loads.place(member_id, shrinking=shrinking):
            self.admitted.append(name)
            await self._over[name].wait()

    async def _settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


@pytest_asyncio.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall()
    yield made
    await made.close()


async def test_a_member_s_second_one_waits_until_the_first_is_shown(hall: Hall):
    await hall.ask("first", 1)
    await hall.ask("second", 1)
    assert hall.admitted == ["first"]
    await hall.end("first")
    assert hall.admitted == ["first", "second"]


async def test_what_a_member_has_waiting_takes_nobody_s_place(hall: Hall):
    for number in range(AT_ONCE + 2):
        await hall.ask(f"own {number}", 1, shrinking=True)
    await hall.ask("anothers", 2)
    await hall.ask("a third's", 3)
    assert hall.admitted == ["own 0", "anothers", "a third's"]


async def test_few_are_in_memory_at_once(hall: Hall):
    for member_id in range(AT_ONCE + 1):
        await hall.ask(str(member_id), member_id)
    assert hall.admitted == [str(member_id) for member_id in range(AT_ONCE)]
    await hall.end("1")
    assert hall.admitted[-1] == str(AT_ONCE)


async def test_one_is_made_smaller_at_a_time_and_the_small_ones_pass_by(hall: Hall):
    for member_id in range(AT_ONCE + 1):
        await hall.ask(f"large {member_id}", member_id, shrinking=True)
    await hall.ask("small", 9)
    assert hall.admitted == ["large 0", "small"]
    await hall.end("large 0")
    assert hall.admitted == ["large 0", "small", "large 1"]


async def test_who_gives_up_waiting_leaves_the_place_to_the_next(hall: Hall):
    for name in ("first", "second", "third"):
        await hall.ask(name, 1)
    await hall.cancel("second")
    await hall.cancel("first")
    assert hall.admitted == ["first", "third"]


async def test_who_waits_too_long_is_told(hall: Hall, monkeypatch: pytest.MonkeyPatch):
    await hall.ask("first", 1, shrinking=True)
    monkeypatch.setattr(module, "_PATIENCE_S", 0.01)
    for name, member_id in (("own", 1), ("anothers", 2)):
        await hall.ask(name, member_id, shrinking=True)
        with pytest.raises(TooManyLoads):
            await hall.result(name)
    await hall.end("first")
    await hall.ask("later", 2, shrinking=True)
    assert hall.admitted == ["first", "later"]


async def test_nothing_is_kept_of_who_has_been_shown_theirs(hall: Hall):
    await hall.ask("first", 1)
    await hall.ask("second", 1)
    assert list(hall.loads._members) == [1]
    await hall.end("first")
    await hall.end("second")
    assert not hall.loads._members
