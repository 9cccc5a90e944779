"""Who may open the database, and what is refused before anything is changed."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from bot.database import (
    Database,
    DatabaseClosed,
    DatabaseCorrupt,
    DatabaseError,
    DatabaseForeign,
    DatabaseMissing,
    DatabaseTooNew,
    DatabaseTooOld,
    DataFolderInUse,
    DataFolderUnusable,
    _errors,
)
from bot.database._awaiting import plain_errors
from tests.unit.bot.database.words import add, words

ROOT = Path(__file__).parents[4]


def malformed() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


class TestOpening:
    async def test_pragmas_are_those_of_durable_single_writer_work(self, database):
        found = {
            name: (await database.fetch_one(f"PRAGMA {name}"))[0]
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
        assert found == {
            "journal_mode": "wal",
            "foreign_keys": 1,
            "busy_timeout": 5000,
            "synchronous": 2,
        }

    async def test_what_was_committed_is_there_after_reopening(self, data, migrations):
        async with Database.open(data, migrations) as database:
            await add(database, "red")
        async with Database.open(data, migrations) as database:
            assert await words(database) == ["red"]

    async def test_no_one_else_may_read_the_files(self, database, data):
        modes = {path.name: path.stat().st_mode & 0o777 for path in data.iterdir()}
        assert data.stat().st_mode & 0o777 == 0o700
        assert {name: mode for name, mode in modes.items() if mode != 0o600} == {}

    async def test_a_second_one_in_the_same_process_is_refused(self, database, data, migrations):
        with pytest.raises(DataFolderInUse, match=f"process {os.getpid()} on"):
            async with Database.open(data, migrations):
                pass
        await add(database, "still at work")

    async def test_a_second_one_in_another_process_is_refused(self, database, data, migrations):
        script = """
            import asyncio, sys
            from pathlib import Path
            from bot.database import Database, DatabaseError

            async def main():
                async with Database.open(*map(Path, sys.argv[1:])):
                    pass

            try:
                asyncio.run(main())
            except DatabaseError as error:
                sys.exit(f"{type(error).__name__}: {error}")
        """
        command = [sys.executable, "-c", textwrap.dedent(script), str(data), str(migrations)]
        second = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, capture_output=True, text=True, timeout=30
        )
        assert second.returncode == 1
        assert f"DataFolderInUse: {data} is in use by another Easel" in second.stderr
        assert f"process {os.getpid()} on" in second.stderr

    async def test_a_failed_opening_lets_go_of_the_folder(self, data, migrations):
        data.mkdir()
        (data / "easel.sqlite").write_bytes(b"this is no database" * 1000)
        for _ in range(2):
            with pytest.raises(DatabaseCorrupt):
                async with Database.open(data, migrations):
                    pass
        (data / "easel.sqlite").unlink()
        async with Database.open(data, migrations) as database:
            await add(database, "red")

    @pytest.mark.parametrize("every", [53, 61, 89, 97, 101, 211])
    async def test_wherever_bytes_are_flipped_it_is_damage_and_no_crash(self, data, every):
        async with Database.open(data):  # with the tables that Easel has
            pass
        file = data / "easel.sqlite"
        damaged = bytearray(file.read_bytes())
        for position in range(4096, len(damaged), every):
            damaged[position] ^= 0xFF
        file.write_bytes(damaged)
        with pytest.raises(DatabaseCorrupt, match="is damaged"):
            async with Database.open(data):
                pass

    async def test_flipped_bytes_are_found_and_the_way_back_is_told(self, data, migrations):
        async with Database.open(data, migrations) as database:
            for number in range(500):
                await add(database, f"word {number} {'x' * 50}")
            await database.backup(data / "backups" / "monday.sqlite")
        file = data / "easel.sqlite"
        damaged = bytearray(file.read_bytes())
        damaged[4096:] = b"\xff" * (len(damaged) - 4096)
        file.write_bytes(damaged)
        with pytest.raises(DatabaseCorrupt, match=r"-m bot restore \S+monday\.sqlite "):
            async with Database.open(data, migrations):
                pass
        assert file.read_bytes() == damaged

    async def test_what_is_no_database_any_more_is_told_with_the_way_back(self, data, migrations):
        async with Database.open(data, migrations) as database:
            await database.backup(data / "backups" / "monday.sqlite")
        (data / "easel.sqlite").write_bytes(b"no database" * 1000)
        with pytest.raises(DatabaseCorrupt, match=r"-m bot restore \S+monday\.sqlite "):
            async with Database.open(data, migrations):
                pass

    async def test_damage_met_at_work_does_not_hold_the_loop_for_the_way_back(
        self, data, migrations, monkeypatch
    ):
        async with Database.open(data, migrations) as database:
            await add(database, "word")
            await database.backup(data / "backups" / "monday.sqlite")
            looked = []
            monkeypatch.setattr(_errors, "_is_good", lambda *asked: looked.append(asked))
            with pytest.raises(DatabaseCorrupt) as met, plain_errors(database.file):
                raise malformed()
            said = str(met.value)
        assert f"the newest file in {data / 'backups'} that restore takes" in said
        assert "python -m bot restore FILE" in said
        assert not looked

    async def test_another_programs_database_is_left_alone(self, data, migrations):
        data.mkdir()
        with closing(sqlite3.connect(data / "easel.sqlite")) as connection:
            connection.execute("CREATE TABLE recipes (cake TEXT)")
        with pytest.raises(DatabaseForeign):
            async with Database.open(data, migrations):
                pass

    async def test_a_folder_that_can_not_be_made_is_told(self, tmp_path, migrations):
        (tmp_path / "file").touch()
        with pytest.raises(DataFolderUnusable, match="EASEL_DATA_DIR"):
            async with Database.open(tmp_path / "file" / "data", migrations):
                pass

    async def test_a_cancelled_opening_finishes_and_lets_go(self, data, migrations):
        async def hold() -> None:
            async with Database.open(data, migrations):
                pytest.fail("it was cancelled before")

        opening = asyncio.create_task(hold())
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        async with Database.open(data, migrations) as database:
            assert await words(database) == []

    async def test_after_the_end_it_says_that_it_is_closed(self, data, migrations):
        async with Database.open(data, migrations) as database:
            pass
        with pytest.raises(DatabaseClosed):
            await database.fetch_all("SELECT 1")
        with pytest.raises(DatabaseClosed):
            await add(database, "late")

    async def test_closing_waits_for_the_transaction_that_runs(self, data, migrations):
        inside = asyncio.Event()

        async def write(database: Database) -> None:
            async with database.transaction() as connection:
                await connection.execute("INSERT INTO words (word) VALUES ('slow')")
                inside.set()
                await asyncio.sleep(0.05)

        async with Database.open(data, migrations) as database:
            writing = asyncio.create_task(write(database))
            await inside.wait()
        await writing
        async with Database.open(data, migrations) as database:
            assert await words(database) == ["slow"]


class TestReadOnly:
    async def test_it_reads_beside_a_running_bot_and_can_not_write(
        self, database, data, migrations
    ):
        await add(database, "red")
        async with Database.open_read_only(data, migrations) as reader:
            row = await reader.fetch_one("SELECT word FROM words")
            assert row is not None
            assert row["word"] == "red"
            with pytest.raises(DatabaseError):
                await reader.fetch_all("INSERT INTO words (word) VALUES ('blue')")
        assert not hasattr(reader, "transaction")

    async def test_it_reads_without_a_bot(self, data, migrations):
        async with Database.open(data, migrations) as database:
            await add(database, "red")
        async with Database.open_read_only(data, migrations) as reader:
            assert await reader.fetch_one("SELECT 1 FROM words") is not None

    async def test_it_makes_no_database(self, data, migrations):
        with pytest.raises(DatabaseMissing, match="Run Easel once"):
            async with Database.open_read_only(data, migrations):
                pass
        assert not data.exists()

    async def test_it_refuses_one_that_waits_for_its_upgrade(self, data, migrations):
        async with Database.open(data, migrations):
            pass
        (migrations / "0003_more.sql").write_text("CREATE TABLE more (x TEXT);")
        with pytest.raises(DatabaseTooOld, match="step 2 of 3"):
            async with Database.open_read_only(data, migrations):
                pass

    async def test_it_refuses_a_newer_one(self, data, migrations):
        async with Database.open(data, migrations):
            pass
        (migrations / "0002_letters.sql").unlink()
        with pytest.raises(DatabaseTooNew):
            async with Database.open_read_only(data, migrations):
                pass
