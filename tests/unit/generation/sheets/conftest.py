"""What the tests of sheets share: a real imaging process, and a desk that has it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database import Database
from generation.imaging.process import ImagingProcess
from tests.support.line import Line

from .desk import Desk


@pytest.fixture
async def imaging() -> AsyncIterator[ImagingProcess]:
    process = ImagingProcess({"PATH": os.environ["PATH"]})
    yield process
    await process.close()


@pytest.fixture
def desk(line: Line, database: Database, tmp_path: Path, imaging: ImagingProcess) -> Desk:
    return Desk(line, database, tmp_path, imaging)
