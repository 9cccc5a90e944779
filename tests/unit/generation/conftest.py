"""A database and a line on it, for tests of this layer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database import Database
from generation import slot, storage
from tests.support.disk import Disk
from tests.support.line import Line


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """One that refuses what the test says; it is asked again at once."""
    monkeypatch.setattr(storage, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(slot, "_FIRST_PAUSE_S", 0.01)
    return Disk(monkeypatch)


@pytest.fixture
def line(database: Database, tmp_path: Path) -> Line:
    return Line.build(database, tmp_path)
