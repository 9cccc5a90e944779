"""A database and a line on it, for tests of this layer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database import Database
from tests.support.line import Line


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def line(database: Database, tmp_path: Path) -> Line:
    return Line.build(database, tmp_path)
