"""Whatever ends a restore in between: a whole database is in place, the old one or the backup."""

import errno
import os
import shutil
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.database import Database, DatabaseCorrupt, StorageFailed, restore
from tests.unit.bot.database.full_disk import no_file_over
from tests.unit.bot.database.words import add, words

#: What changes the disk, or is about to.
STEPS = ("open", "os.", "shutil.", "sqlite3.connect")


class Cut(BaseException):
    """The process ends here, as far as the disk can tell."""


class Cutter:
    """Ends the thread's work at its nth step; nothing that would tidy up then gets through."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.thread = 0
        sys.addaudithook(self.step)

    def step(self, event: str, _: tuple[object, ...]) -> None:
        if self.left is None or threading.get_ident() != self.thread:
            return
        if event.startswith(STEPS):
            self.left -= 1
            if self.left < 0:
                raise Cut

    @contextmanager
    def after(self, steps: int) -> Iterator[None]:
        self.thread, self.left = threading.get_ident(), steps
        try:
            yield
        finally:
            self.left = None


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter()  # one for all: a hook stays as long as the process


@pytest.fixture
async def killed(tmp_path: Path, migrations: Path) -> Path:
    """The folder of a killed bot: its last word stands in the WAL alone."""
    folder = tmp_path / "killed"
    async with Database.open(tmp_path / "running", migrations) as database:
        await add(database, "old")
        shutil.copytree(tmp_path / "running", folder)
    assert (folder / "easel.sqlite-wal").stat().st_size
    return folder


@pytest.fixture
async def backup(tmp_path: Path, migrations: Path) -> Path:
    async with Database.open(tmp_path / "other", migrations) as database:
        await add(database, "backed up")
        await database.backup(tmp_path / "backup.sqlite")
    return tmp_path / "backup.sqlite"


async def test_cut_off_at_any_step_a_whole_database_is_in_place(
    cutter: Cutter, killed: Path, backup: Path, migrations: Path, tmp_path: Path
):
    found: list[str] = []
    for steps in range(200):
        folder = tmp_path / f"cut-{steps}"
        shutil.copytree(killed, folder)
        done = False
        try:
            with cutter.after(steps):
                restore(folder, backup, migrations)
                done = True
        except Cut:
            assert (folder / "easel.sqlite").stat().st_size
        async with Database.open(folder, migrations) as database:
            found += await words(database)
        if done:
            break
    assert len(found) > 10
    assert found == sorted(found, reverse=True)  # first the old one, from some step on the backup
    assert set(found) == {"old", "backed up"}


async def test_the_database_that_was_there_is_kept_whole(
    killed: Path, backup: Path, migrations: Path
):
    kept = restore(killed, backup, migrations)
    assert kept is not None
    restore(killed, kept, migrations)
    async with Database.open(killed, migrations) as database:
        assert await words(database) == ["old"]


async def test_a_damaged_database_makes_way_and_is_kept_as_it_is(
    killed: Path, backup: Path, migrations: Path
):
    file = killed / "easel.sqlite"
    file.write_bytes(b"no database" * 1000)
    kept = restore(killed, backup, migrations)
    assert kept is not None
    assert kept.read_bytes() == b"no database" * 1000
    async with Database.open(killed, migrations) as database:
        assert await words(database) == ["backed up"]


async def test_a_full_disk_under_the_data_folder_is_not_called_the_backups(
    killed: Path, migrations: Path, tmp_path: Path
):
    async with Database.open(tmp_path / "other", migrations) as database:
        await add(database, "x" * 300_000)
        await database.backup(tmp_path / "backup.sqlite")
    with no_file_over(100_000), pytest.raises(StorageFailed, match=f"The disk of {killed}/"):
        restore(killed, tmp_path / "backup.sqlite", migrations)
    async with Database.open(killed, migrations) as database:
        assert await words(database) == ["old"]


async def test_a_disk_under_the_data_folder_that_fails_is_not_called_the_backups(
    killed: Path, backup: Path, migrations: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(_: Path) -> None:
        raise OSError(errno.EIO, "it fails")

    with monkeypatch.context() as patch:
        patch.setattr("bot.database._backup.to_disk", fail)
        with pytest.raises(StorageFailed, match=f"The disk of {killed}/easel.sqlite is"):
            restore(killed, backup, migrations)
    async with Database.open(killed, migrations) as database:
        assert await words(database) == ["old"]


async def test_where_the_old_one_can_not_be_kept_nothing_of_it_stays(
    killed: Path, backup: Path, migrations: Path
):
    async with Database.open(killed, migrations) as database:
        await add(database, "x" * 300_000)
    with no_file_over(100_000), pytest.raises(StorageFailed, match=f"The disk of {killed}/backups"):
        restore(killed, backup, migrations)
    assert list((killed / "backups").iterdir()) == []
    async with Database.open(killed, migrations) as database:
        assert len(await words(database)) == 2


async def test_an_empty_file_takes_no_databases_place(
    killed: Path, migrations: Path, tmp_path: Path
):
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(DatabaseCorrupt, match=r"empty\.sqlite is damaged \(it is empty\)"):
        restore(killed, tmp_path / "empty.sqlite", migrations)
    async with Database.open(killed, migrations) as database:
        assert await words(database) == ["old"]


async def test_ids_go_on_from_the_database_that_was_there(tmp_path: Path):
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    sql = "CREATE TABLE words (id INTEGER PRIMARY KEY AUTOINCREMENT, word TEXT) STRICT;"
    (migrations / "0001_words.sql").write_text(sql)
    data = tmp_path / "data"
    async with Database.open(data, migrations) as database:
        await add(database, "one")
        await database.backup(tmp_path / "backup.sqlite")
        for word in ("two", "three"):
            await add(database, word)
    restore(data, tmp_path / "backup.sqlite", migrations)
    async with Database.open(data, migrations) as database:
        await add(database, "four")
        rows = await database.fetch_all("SELECT id, word FROM words")
    assert [tuple(row) for row in rows] == [(1, "one"), (4, "four")]


class TestTheWayBack:
    def test_the_kept_damaged_database_is_never_named(self, killed, backup, migrations):
        (killed / "easel.sqlite-wal").unlink()  # all of the database is still in there
        (killed / "easel.sqlite").write_bytes(b"no database" * 1000)
        kept = restore(killed, backup, migrations)
        (killed / "easel.sqlite").write_bytes(b"no database" * 1000)
        said = str(DatabaseCorrupt(killed / "easel.sqlite", "finding"))
        assert str(kept) not in said
        assert "python -m bot restore FILE" in said

    def test_of_two_good_backups_the_newer_one_is_named(self, killed, backup):
        folder = killed / "backups"
        folder.mkdir()
        for seconds, name in ((1, "monday"), (3, "sunday"), (2, "tuesday")):
            shutil.copy(backup, folder / f"{name}.sqlite")
            os.utime(folder / f"{name}.sqlite", (seconds, seconds))
        (folder / "sunday.sqlite").write_bytes(b"no database")
        said = str(DatabaseCorrupt(killed / "easel.sqlite", "finding"))
        assert f"python -m bot restore {folder / 'tuesday.sqlite'} (in Docker" in said

    def test_another_programs_file_is_not_named(self, killed):
        (killed / "backups").mkdir()
        with closing(sqlite3.connect(killed / "backups" / "cakes.sqlite")) as connection:
            connection.execute("CREATE TABLE cakes (name TEXT)")
        assert "cakes" not in str(DatabaseCorrupt(killed / "easel.sqlite", "finding"))
