"""A place whose delivery and dispatcher run."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database import Database
from tests.support.line import Line

from .place import Place


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with Database.open(tmp_path) as database:
        place = Place(Line.build(database, tmp_path), monkeypatch)
        dispatching = asyncio.create_task(place.dispatcher.run())
        yield place
        await place.delivery.close(1)
        dispatching.cancel()
        await asyncio.gather(dispatching, return_exceptions=True)
