"""A copy that can't be made leaves nothing, and the error names the file that it is about."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.database import (
    Database,
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseError,
    DataFolderUnusable,
    MemoryShort,
    StorageFailed,
    StorageFull,
)
from bot.database._backup import copy_errors, partial_copy
from tests.unit.bot.database.full_disk import no_file_over
from tests.unit.bot.database.words import add, words


@pytest.fixture
async def large(data: Path, migrations: Path) -> Path:
    """A data folder with a database of over 300 kB."""
    async with Database.open(data, migrations) as database:
        await add(database, "x" * 300_000)
    return data


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_full_disk_is_told_as_the_targets_and_nothing_stays(
    large: Path, migrations: Path, tmp_path: Path
):
    target = tmp_path / "copies" / "monday.sqlite"
    async with Database.open(large, migrations) as database:
        for _ in range(2):
            with no_file_over(100_000), pytest.raises(StorageFailed, match=f"disk of {target} is"):
                await database.backup(target)
            assert names(target.parent) == []
        await database.backup(target)
    assert names(target.parent) == ["monday.sqlite"]


async def test_an_upgrade_that_can_not_copy_leaves_nothing_however_often(
    large: Path, migrations: Path
):
    (migrations / "0003_more.sql").write_text("CREATE TABLE more (x TEXT);")
    for _ in range(2):
        with (
            no_file_over(100_000),
            pytest.raises(StorageFailed, match=r"backups/easel-before-0003"),
        ):
            async with Database.open(large, migrations):
                pass
        assert names(large / "backups") == []
    async with Database.open(large, migrations) as database:
        assert len(await words(database)) == 1
    assert len(names(large / "backups")) == 1


async def test_what_killed_upgrades_left_is_taken_away(large: Path, migrations: Path):
    (migrations / "0003_more.sql").write_text("CREATE TABLE more (x TEXT);")
    (large / "backups").mkdir()
    for ending in ("", "-journal"):
        (large / "backups" / f"easel-before-upgrade.partial{ending}").write_bytes(b"half" * 1000)
    async with Database.open(large, migrations):
        pass
    (copy,) = (large / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT length(word) FROM words").fetchall() == [(300_000,)]


async def test_a_damaged_database_is_not_called_the_targets(
    large: Path, migrations: Path, tmp_path: Path
):
    async with Database.open(large, migrations) as database:
        with (large / "easel.sqlite").open("r+b") as file:
            for page in range(1, 8):  # the trees, not only what is in them
                file.seek(page * 4096)
                file.write(b"\xff" * 4096)
        await database.fetch_all("PRAGMA shrink_memory")
        with pytest.raises(DatabaseCorrupt, match=f"^{large}/easel.sqlite is damaged"):
            await database.backup(tmp_path / "copies" / "monday.sqlite")
    assert names(tmp_path / "copies") == []


def test_a_copy_is_for_its_owners_eyes_from_its_first_byte_on(tmp_path: Path):
    with partial_copy(tmp_path / "monday.sqlite") as partial:
        assert (partial.stat().st_mode & 0o777, partial.stat().st_size) == (0o600, 0)


@pytest.mark.parametrize(
    ("code", "expected", "about"),
    [
        (sqlite3.SQLITE_CANTOPEN, DataFolderUnusable, "target"),
        (sqlite3.SQLITE_READONLY, DataFolderUnusable, "target"),
        (sqlite3.SQLITE_FULL, StorageFull, "target"),
        (sqlite3.SQLITE_IOERR_WRITE, StorageFailed, "target"),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageFailed, "target"),
        (sqlite3.SQLITE_IOERR_READ, StorageFailed, "source"),
        (sqlite3.SQLITE_IOERR_SHORT_READ, StorageFailed, "source"),
        (sqlite3.SQLITE_CORRUPT, DatabaseCorrupt, "source"),
        (sqlite3.SQLITE_BUSY, DatabaseBusy, "source"),
        (sqlite3.SQLITE_NOMEM, MemoryShort, "source"),
        (None, MemoryShort, "source"),
    ],
)
def test_each_error_names_the_file_that_it_is_about(
    code: int | None, expected: type[DatabaseError], about: str, tmp_path: Path
):
    error = MemoryError() if code is None else sqlite3.OperationalError("as SQLite says it")
    if isinstance(error, sqlite3.Error) and code is not None:
        error.sqlite_errorcode = code
    with (
        pytest.raises(expected, match=f"{tmp_path / about}.sqlite"),
        copy_errors(tmp_path / "source.sqlite", tmp_path / "target.sqlite"),
    ):
        raise error


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.EROFS, DataFolderUnusable),
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EIO, StorageFailed),
    ],
)
def test_a_target_that_can_not_be_begun_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int, expected: type[DatabaseError]
):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "touch", refuse)
    with (
        pytest.raises(expected, match=os.strerror(number)),
        partial_copy(tmp_path / "monday.sqlite"),
    ):
        pass


def test_a_copy_that_can_not_be_deleted_does_not_hide_why_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    target = tmp_path / "monday.sqlite"

    def fail() -> None:
        with partial_copy(target):
            monkeypatch.setattr(Path, "unlink", refuse)
            raise StorageFull(target, "as the test has it")

    with pytest.raises(StorageFull):
        fail()
    assert caplog.messages == [f"{target}.partial could not be deleted: Read-only file system"]
