"""A database with two small tables, in folders of its own."""

import pytest

from bot.database import Database
from tests.unit.bot.database.words import LETTERS, WORDS


@pytest.fixture
def migrations(tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_words.sql").write_text(WORDS)
    (folder / "0002_letters.sql").write_text(LETTERS)
    return folder


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
async def database(data, migrations):
    async with Database.open(data, migrations) as database:
        yield database
