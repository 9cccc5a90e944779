"""Faults last while the bot works, dies and comes again, and only what they struck is counted."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from bot.database import Database
from playground.server import Playground
from tests.soak import chaos
from tests.soak.chaos import Chaos

_sleep = asyncio.sleep


class Bot:
    """In the bot's place: it makes some calls before it is killed."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.log: list[str] = []
        self.starts: list[list[str]] = []
        self.struck = 0

    def call(self) -> None:
        for _ in range(4):
            for path in ("/webhooks/1/token/messages/2", "/channels/1/messages/2"):
                found = self.playground.faults.struck_by("PATCH", path, from_bot=True)
                self.struck += found is not None

    async def stop(self, _: int) -> None:
        self.call()

    async def start(self) -> None:
        self.starts.append([fault.route.text for fault in self.playground.faults.list()])

    @property
    def worker(self) -> int:
        raise ValueError("there is none")


@pytest.fixture
async def struck(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Bot, Chaos, list[list[str]]]:
    async with Database.open(tmp_path):
        pass
    playground = Playground(port=0)
    bot: Any = Bot(playground)
    slept_with: list[list[str]] = []

    async def sleep(_: float) -> None:
        slept_with.append([fault.route.text for fault in playground.faults.list()])
        await _sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(chaos, "_HUNT_S", 0)
    chaotic = Chaos(playground, bot, tmp_path, random.Random(1))
    await chaotic.run(100, 0)
    monkeypatch.setattr(asyncio, "sleep", _sleep)
    return bot, chaotic, slept_with


async def test_faults_are_there_while_the_bot_works(struck: tuple[Bot, Chaos, list[list[str]]]):
    _, chaotic, slept_with = struck
    assert chaotic.struck.kills == len(slept_with) == 100
    assert sum(map(bool, slept_with)) > 60


async def test_faults_that_let_the_bot_log_in_are_there_when_it_comes_again(
    struck: tuple[Bot, Chaos, list[list[str]]],
):
    bot, _, slept_with = struck
    everywhere = chaos._ANY
    expected = [[route for route in routes if route != everywhere] for routes in slept_with]
    assert bot.starts == expected
    assert any(everywhere in routes for routes in slept_with)
    assert any(len(routes) == 3 for routes in bot.starts)


async def test_what_was_struck_is_counted_and_not_what_was_planted(
    struck: tuple[Bot, Chaos, list[list[str]]],
):
    bot, chaotic, _ = struck
    assert chaotic.struck.faults_struck.total() == bot.struck > chaotic.struck.faults_planted
    assert not any(key.startswith("POST") for key in chaotic.struck.faults_struck)
