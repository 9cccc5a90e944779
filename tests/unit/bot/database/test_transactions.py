"""How writers wait for each other, and what errors, cancellations and kills leave behind."""

import asyncio
import sqlite3
from contextlib import closing
from unittest.mock import patch

import pytest

from bot.database import (
    Database,
    DatabaseBusy,
    DatabaseCorrupt,
    DataFolderUnusable,
    StorageFailed,
    StorageFull,
)
from bot.database._errors import MemoryShort, translate
from tests.unit.bot.database.child import run
from tests.unit.bot.database.words import add, words


class TestTransactions:
    async def test_a_statement_tells_its_id_and_how_many_rows(self, database):
        async with database.transaction() as connection:
            inserted = await connection.execute("INSERT INTO words (word) VALUES ('red')")
            updated = await connection.execute("UPDATE words SET word = 'blue' WHERE id = 7")
        assert (inserted.lastrowid, inserted.rowcount, updated.rowcount) == (1, 1, 0)

    async def test_rows_can_be_read_inside(self, database):
        async with database.transaction() as connection:
            made = await connection.execute(
                "INSERT INTO words (word) VALUES ('red'), ('blue') RETURNING id"
            )
            assert [tuple(row) for row in await made.fetchall()] == [(1,), (2,)]
            assert made.rowcount == 2
            assert (await connection.fetch_one("SELECT word FROM words"))["word"] == "red"
            assert len(await connection.fetch_all("SELECT word FROM words")) == 2
            assert await words(database) == ["red", "blue"]

    async def test_an_error_rolls_everything_back(self, database):
        async def fail() -> None:
            async with database.transaction() as connection:
                await connection.execute("INSERT INTO words (word) VALUES ('red')")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert await words(database) == []

    async def test_a_broken_constraint_is_the_codes_own_to_handle(self, database):
        await add(database, "red")
        with pytest.raises(sqlite3.IntegrityError):
            await add(database, "red")
        async with database.transaction() as connection:
            with pytest.raises(sqlite3.IntegrityError):
                await connection.execute("INSERT INTO words (word) VALUES ('red')")
            await connection.execute("INSERT INTO words (word) VALUES ('blue')")
        assert await words(database) == ["red", "blue"]

    async def test_foreign_keys_are_kept(self, database):
        with pytest.raises(sqlite3.IntegrityError):
            async with database.transaction() as connection:
                await connection.execute("INSERT INTO letters VALUES (9, 'x')")

    async def test_writers_run_one_after_another_in_their_order(self, database):
        active = 0

        async def write(number: int) -> None:
            nonlocal active
            async with database.transaction() as connection:
                active += 1
                assert active == 1
                before = await connection.fetch_one("SELECT count(*) FROM words")
                await asyncio.sleep(0)
                await connection.execute("INSERT INTO words (word) VALUES (?)", (str(number),))
                assert before[0] == number
                active -= 1

        await asyncio.gather(*(write(number) for number in range(50)))
        assert await words(database) == [str(number) for number in range(50)]

    async def test_a_read_from_outside_waits_for_the_commit(self, database):
        inside, go_on = asyncio.Event(), asyncio.Event()

        async def write() -> None:
            async with database.transaction() as connection:
                await connection.execute("INSERT INTO words (word) VALUES ('red')")
                inside.set()
                await go_on.wait()

        writing = asyncio.create_task(write())
        await inside.wait()
        reading = asyncio.create_task(words(database))
        await asyncio.sleep(0.02)
        assert not reading.done()
        go_on.set()
        assert await reading == ["red"]
        await writing

    async def test_one_inside_another_is_a_plain_error_and_no_deadlock(self, database):
        async with database.transaction():
            with pytest.raises(RuntimeError, match="already open"):
                async with database.transaction():
                    pass
        await add(database, "red")

    async def test_it_can_not_be_used_after_its_end(self, database):
        async with database.transaction() as connection:
            pass
        with pytest.raises(RuntimeError, match="has ended"):
            await connection.execute("INSERT INTO words (word) VALUES ('late')")

    async def test_after_sqlite_rolled_back_by_itself_nothing_is_written(self, database):
        async def write() -> None:
            async with database.transaction() as connection:
                await connection.execute("ROLLBACK")  # as SQLite does when the disk is full
                with pytest.raises(RuntimeError, match="has ended"):
                    await connection.execute("INSERT INTO words (word) VALUES ('alone')")

        with pytest.raises(sqlite3.OperationalError, match="no transaction is active"):
            await write()
        assert await words(database) == []


class TestCancellation:
    @pytest.mark.parametrize("turns", range(12))
    async def test_a_cancelled_writer_leaves_all_or_nothing_and_no_lock(self, database, turns):
        """Cancelled after so many turns of the loop: waiting, in BEGIN, in the body, in COMMIT."""

        async def write() -> None:
            async with database.transaction() as connection:
                await connection.execute("INSERT INTO words (word) VALUES ('one')")
                await connection.execute("INSERT INTO words (word) VALUES ('two')")

        writing = asyncio.create_task(write())
        for _ in range(turns):
            await asyncio.sleep(0.0002)
        writing.cancel()
        await asyncio.wait([writing], timeout=5)
        assert writing.done()
        assert await words(database) in ([], ["one", "two"])
        async with asyncio.timeout(5):
            await add(database, "three")

    async def test_a_cancelled_body_is_rolled_back(self, database):
        inside = asyncio.Event()

        async def write() -> None:
            async with database.transaction() as connection:
                await connection.execute("INSERT INTO words (word) VALUES ('red')")
                inside.set()
                await asyncio.sleep(60)

        writing = asyncio.create_task(write())
        await inside.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        assert await words(database) == []

    async def test_one_that_waits_its_turn_can_be_cancelled(self, database):
        async with database.transaction() as connection:
            waiting = asyncio.create_task(add(database, "waiting"))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait([waiting])
            await connection.execute("INSERT INTO words (word) VALUES ('red')")
        assert await words(database) == ["red"]

    async def test_a_commit_under_way_is_finished_however_often_it_is_cancelled(self, database):
        committing = asyncio.Event()
        real = database._connection.execute

        def execute(sql, *parameters):
            if sql == "COMMIT":
                committing.set()
            return real(sql, *parameters)

        with patch.object(database._connection, "execute", execute):
            writing = asyncio.create_task(add(database, "red"))
            await committing.wait()
            writing.cancel()
            await asyncio.sleep(0)
            writing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await writing
        assert await words(database) == ["red"]


async def test_after_a_kill_what_was_committed_is_there_and_nothing_else(data, migrations):
    script = """
        import asyncio, sys
        from pathlib import Path
        from bot.database import Database

        async def main():
            async with Database.open(*map(Path, sys.argv[1:])) as database:
                async with database.transaction() as connection:
                    await connection.execute("INSERT INTO words (word) VALUES ('one')")
                async with database.transaction() as connection:
                    await connection.execute("INSERT INTO words (word) VALUES ('two')")
                    print("inside", flush=True)
                    await asyncio.sleep(60)

        asyncio.run(main())
    """
    child = await run(script, data, migrations)
    assert child.stdout is not None
    assert await asyncio.wait_for(child.stdout.readline(), 30) == b"inside\n"
    child.kill()
    await child.wait()
    async with Database.open(data, migrations) as database:
        assert await words(database) == ["one"]


class TestOtherPrograms:
    async def test_a_lock_that_is_let_go_is_waited_for(self, database, data):
        other = sqlite3.connect(data / "easel.sqlite", isolation_level=None)
        with closing(other):
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(add(database, "red"))
            await asyncio.sleep(0.1)
            assert not writing.done()
            other.execute("ROLLBACK")
            await writing
        assert await words(database) == ["red"]

    async def test_a_lock_that_stays_is_told_and_nothing_is_written(self, database, data):
        await database.fetch_all("PRAGMA busy_timeout = 20")
        other = sqlite3.connect(data / "easel.sqlite", isolation_level=None)
        with closing(other), patch("bot.database._connection._PATIENCE_S", 0.1):
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DatabaseBusy, match="another program"):
                await add(database, "red")
            other.execute("ROLLBACK")
        await add(database, "blue")
        assert await words(database) == ["blue"]

    async def test_a_full_disk_is_told_and_the_database_goes_on(self, database):
        pages = (await database.fetch_one("PRAGMA page_count"))[0]
        await database.fetch_all(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(StorageFailed, match="Free some space"):
            await add(database, "x" * 100_000)
        assert await words(database) == []
        await add(database, "small")

    async def test_a_backup_is_complete_and_opens(self, database, tmp_path):
        await add(database, "red")
        target = tmp_path / "elsewhere" / "copy.sqlite"
        await database.backup(target)
        with closing(sqlite3.connect(target)) as copy:
            assert copy.execute("SELECT word FROM words").fetchall() == [("red",)]
        assert [path.name for path in target.parent.iterdir()] == ["copy.sqlite"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, DatabaseBusy),
        (sqlite3.SQLITE_PROTOCOL, DatabaseBusy),
        (sqlite3.SQLITE_NOMEM, MemoryShort),
        (sqlite3.SQLITE_IOERR_NOMEM, MemoryShort),
        (sqlite3.SQLITE_IOERR_WRITE, StorageFailed),
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_CORRUPT_INDEX, DatabaseCorrupt),
        (sqlite3.SQLITE_READONLY_DIRECTORY, DataFolderUnusable),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.OperationalError),
    ],
)
def test_sqlite_errors_become_the_hosts_where_the_host_can_mend_them(code, expected, tmp_path):
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    assert type(translate(error, tmp_path / "easel.sqlite")) is expected


async def test_a_lack_of_memory_is_the_hosts_too(data, migrations):
    """In a process of its own: SQLite's limit can't be raised again."""
    script = """
        import asyncio, sys
        from pathlib import Path
        from bot.database import Database, DatabaseError

        async def main():
            async with Database.open(Path(sys.argv[1]), Path(sys.argv[2])) as database:
                await database.fetch_all("PRAGMA hard_heap_limit = 8000000")
                insert = "INSERT INTO words (word) VALUES (hex(zeroblob(20000000)))"
                try:
                    await database.write(insert)
                except DatabaseError as error:
                    print(type(error).__name__)
                try:
                    async with database.transaction() as connection:
                        await connection.execute(insert)
                except DatabaseError as error:
                    print(error)

        asyncio.run(main())
    """
    child = await run(script, data, migrations)
    told, _ = await asyncio.wait_for(child.communicate(), 30)
    assert told.decode().startswith("MemoryShort\nThere is no memory left to work with")
