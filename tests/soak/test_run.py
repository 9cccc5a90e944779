"""A soak comes to its end also where the bot does not come again."""

import asyncio
from pathlib import Path

import pytest

from tests.soak import run


class Gone:
    """A bot that is not there, and chaos that could not start it."""

    def __init__(self, *_: object) -> None:
        pass

    async def __aenter__(self) -> "Gone":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def run(self, *_: object) -> None:
        raise AssertionError("it did not start")


async def test_where_the_bot_does_not_come_again_nobody_asks_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run, "BotProcess", Gone)
    monkeypatch.setattr(run, "Chaos", Gone)
    with pytest.raises(ExceptionGroup) as raised:
        async with asyncio.timeout(10):
            await run.soak(tmp_path, jobs=10, kills=1, worker_kills=0, seed=1)
    assert raised.group_contains(AssertionError, match="it did not start")
