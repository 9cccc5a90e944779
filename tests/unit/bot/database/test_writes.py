"""Statements that are committed together: order, errors, cancellations, and how often the disk."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing
from unittest.mock import patch

import pytest

from bot.database import Database, DatabaseBusy, DatabaseClosed, StorageFailed
from tests.support.wal import commits
from tests.unit.bot.database.child import run
from tests.unit.bot.database.words import add, words

INSERT = "INSERT INTO words (word) VALUES (?)"


async def outcomes(*writes) -> list[str]:
    """The names of what the writes raised, or "written"."""
    found = await asyncio.gather(*writes, return_exceptions=True)
    return [type(each).__name__ if isinstance(each, BaseException) else "written" for each in found]


@pytest.fixture
async def held(database: Database):
    """A transaction that is open until the event is set: what is asked meanwhile gathers."""
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.transaction():
            inside.set()
            await go_on.wait()

    holding = asyncio.create_task(hold())
    await inside.wait()
    yield go_on
    go_on.set()
    await holding


class TestTogether:
    async def test_all_that_ask_at_once_are_one_commit(self, database, data):
        before = commits(data)
        await asyncio.gather(*(database.write(INSERT, (str(n),)) for n in range(50)))
        assert commits(data) == before + 1
        assert await words(database) == [str(n) for n in range(50)]

    async def test_all_that_ask_during_a_commit_are_the_next_one(self, database, data):
        before = commits(data)
        first = asyncio.create_task(database.write(INSERT, ("first",)))
        while database._thread.group == ():
            await asyncio.sleep(0)
        await asyncio.gather(first, *(database.write(INSERT, (str(n),)) for n in range(20)))
        assert commits(data) == before + 2
        assert (await words(database))[0] == "first"

    async def test_each_is_on_the_disk_when_it_returns(self, database, data):
        with closing(sqlite3.connect(data / "easel.sqlite")) as other:
            for number in range(5):
                await database.write(INSERT, (str(number),))
                assert other.execute("SELECT count(*) FROM words").fetchone() == (number + 1,)

    async def test_each_gets_what_its_own_statement_gave(self, database):
        one, two, none = await asyncio.gather(
            database.write(INSERT + " RETURNING id, word", ("one",)),
            database.write(INSERT, ("two",)),
            database.write("UPDATE words SET word = 'x' WHERE id = :id", {"id": 99}),
        )
        assert [tuple(row) for row in await one.fetchall()] == [(1, "one")]
        assert (one.rowcount, two.rowcount, none.rowcount) == (1, 1, 0)
        assert two.lastrowid == 2

    async def test_one_after_a_transaction_was_asked_later(self, database, held):
        async def both() -> None:
            async with database.transaction() as connection:
                await connection.execute(INSERT, ("second",))

        asked = [
            asyncio.create_task(each)
            for each in (database.write(INSERT, ("first",)), both(), database.write(INSERT, ("3",)))
        ]
        await asyncio.sleep(0)
        held.set()
        await asyncio.gather(*asked)
        assert await words(database) == ["first", "second", "3"]

    async def test_a_read_sees_what_was_asked_for_before_it(self, database):
        writing = asyncio.create_task(database.write(INSERT, ("red",)))
        reading = asyncio.create_task(words(database))
        assert await reading == ["red"]
        await writing

    async def test_inside_a_transaction_it_is_a_plain_error_and_no_deadlock(self, database):
        async with database.transaction():
            with pytest.raises(RuntimeError, match="already open"):
                await database.write(INSERT, ("red",))

    async def test_what_was_asked_for_before_the_end_is_written_and_nothing_after(
        self, data, migrations
    ):
        async with Database.open(data, migrations) as database:
            early = asyncio.create_task(database.write(INSERT, ("early",)))
            await asyncio.sleep(0)
        await early
        with pytest.raises(DatabaseClosed):
            await database.write(INSERT, ("late",))
        async with Database.open(data, migrations) as database:
            assert await words(database) == ["early"]


class TestDurability:
    """What SQLite is told; the fsync itself is its own affair."""

    @pytest.fixture
    async def told(self, database):
        said: list[str] = []
        await database._connection.set_trace_callback(said.append)
        yield said
        await database._connection.set_trace_callback(None)

    async def test_one_that_may_be_lost_in_a_power_cut_is_committed_without_an_fsync(
        self, database, data, told
    ):
        before = commits(data)
        await database.write("DELETE FROM words", durable=False)
        await database.write("INSERT INTO words VALUES (1, 'a')", durable=False)
        assert commits(data) == before + 1  # the first one changed nothing
        assert told == [
            "PRAGMA synchronous = NORMAL",
            "BEGIN IMMEDIATE",
            "DELETE FROM words",
            "COMMIT",
            "PRAGMA synchronous = FULL",
            "PRAGMA synchronous = NORMAL",
            "BEGIN IMMEDIATE",
            "INSERT INTO words VALUES (1, 'a')",
            "COMMIT",
            "PRAGMA synchronous = FULL",
        ]

    async def test_together_with_one_that_may_not_it_is_as_durable(self, database, told):
        writes = (database.write("DELETE FROM letters", durable=each) for each in (False, True))
        await asyncio.gather(*writes)
        assert told == ["BEGIN IMMEDIATE", *["DELETE FROM letters"] * 2, "COMMIT"]

    async def test_after_one_that_failed_the_next_is_durable_again(self, database, told):
        with pytest.raises(sqlite3.OperationalError):
            await database.write("ROLLBACK", durable=False)
        assert (await database.fetch_one("PRAGMA synchronous"))[0] == 2


class TestErrors:
    @pytest.mark.parametrize(
        ("bad", "error"),
        [
            ((INSERT, ("one",)), "IntegrityError"),
            ((INSERT, (None,)), "IntegrityError"),
            ((INSERT, (2**63,)), "OverflowError"),
            ((INSERT, ("two", "many")), "ProgrammingError"),
            (("INSERT INTO nowhere VALUES (1)",), "OperationalError"),
            (("INSERT INTO letters VALUES (9, 'x')",), "IntegrityError"),
        ],
    )
    async def test_a_statement_that_fails_costs_nobody_else_anything(self, database, bad, error):
        writes = (database.write(INSERT, ("one",)), database.write(*bad))
        found = await outcomes(*writes, database.write(INSERT, ("three",)))
        assert found == ["written", error, "written"]
        assert await words(database) == ["one", "three"]

    async def test_where_sqlite_ends_the_transaction_nothing_is_written_and_all_hear(
        self, database
    ):
        found = await outcomes(
            database.write(INSERT, ("one",)),
            database.write("ROLLBACK"),  # as SQLite does by itself when the disk is full
            database.write(INSERT, ("alone",)),
        )
        assert found == ["OperationalError"] * 3
        assert await words(database) == []
        await database.write(INSERT, ("next",))

    async def test_a_full_disk_is_told_and_leaves_no_half(self, database):
        pages = (await database.fetch_one("PRAGMA page_count"))[0]
        await database.fetch_all(f"PRAGMA max_page_count = {pages + 1}")
        writes = [database.write(INSERT, (each,)) for each in ("one", "x" * 100_000, "three")]
        found = await asyncio.gather(*writes, return_exceptions=True)
        assert isinstance(found[1], StorageFailed)
        there = ["one", "three"] if not isinstance(found[0], Exception) else []
        assert await words(database) == there
        assert isinstance(found[2], Exception) is (there == [])
        await database.write(INSERT, ("small",))

    async def test_a_commit_that_fails_is_told_to_all_and_undone(self, database):
        table = "CREATE TABLE notes (word INTEGER REFERENCES words DEFERRABLE INITIALLY DEFERRED)"
        await database.write(table)
        found = await outcomes(
            database.write(INSERT, ("one",)), database.write("INSERT INTO notes VALUES (9)")
        )
        assert found == ["IntegrityError"] * 2
        assert await words(database) == []
        assert not database._connection.in_transaction


class TestOtherPrograms:
    async def test_a_lock_that_is_let_go_is_waited_for(self, database, data):
        await database.fetch_all("PRAGMA busy_timeout = 20")
        with closing(sqlite3.connect(data / "easel.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = [asyncio.create_task(database.write(INSERT, (each,))) for each in "ab"]
            await asyncio.sleep(0.1)
            assert not any(each.done() for each in writing)
            other.execute("ROLLBACK")
            await asyncio.gather(*writing)
        assert await words(database) == ["a", "b"]

    async def test_a_lock_that_stays_is_told_to_all(self, database, data):
        await database.fetch_all("PRAGMA busy_timeout = 20")
        with (
            closing(sqlite3.connect(data / "easel.sqlite", isolation_level=None)) as other,
            patch("bot.database._connection._PATIENCE_S", 0.1),
        ):
            other.execute("BEGIN IMMEDIATE")
            writes = [database.write(INSERT, (each,)) for each in "ab"]
            found = await asyncio.gather(*writes, return_exceptions=True)
            other.execute("ROLLBACK")
        assert [type(each) for each in found] == [DatabaseBusy] * 2
        assert found[0] is not found[1]
        await database.write(INSERT, ("c",))
        assert await words(database) == ["c"]

    async def test_closing_waits_for_one_try_at_it_and_not_for_one_of_each(self, data, migrations):
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(Database.open(data, migrations))
            await database.fetch_all("PRAGMA busy_timeout = 200")
            with closing(sqlite3.connect(data / "easel.sqlite", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                writing = [
                    asyncio.create_task(each)
                    for each in (
                        database.write(INSERT, ("a",)),
                        add(database, "b"),
                        database.write(INSERT, ("c",)),
                    )
                ]
                await asyncio.sleep(0.05)
                async with asyncio.timeout(5):
                    await stack.aclose()
            found = await asyncio.gather(*writing, return_exceptions=True)
        assert [type(each) for each in found] == [DatabaseBusy, DatabaseClosed, DatabaseClosed]
        async with Database.open(data, migrations) as database:
            assert await words(database) == []

    async def test_who_is_cancelled_while_it_is_locked_is_not_written_later(self, database, data):
        await database.fetch_all("PRAGMA busy_timeout = 20")
        with closing(sqlite3.connect(data / "easel.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            leaving, staying = (
                asyncio.create_task(database.write(INSERT, (each,))) for each in "ab"
            )
            await asyncio.sleep(0.05)
            leaving.cancel()
            async with asyncio.timeout(2):
                with pytest.raises(asyncio.CancelledError):
                    await leaving
            other.execute("ROLLBACK")
            await staying
        assert await words(database) == ["b"]


class TestCancellation:
    async def test_one_that_waits_is_taken_back_and_the_others_are_written(self, database, held):
        one, two, three = (
            asyncio.create_task(database.write(INSERT, (each,))) for each in ("one", "two", "3")
        )
        await asyncio.sleep(0)
        two.cancel()
        held.set()
        assert await outcomes(one, two, three) == ["written", "CancelledError", "written"]
        assert await words(database) == ["one", "3"]

    async def test_a_group_that_nobody_waits_for_any_more_is_no_commit(self, database, data, held):
        before = commits(data)
        waiting = asyncio.create_task(database.write(INSERT, ("one",)))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        held.set()
        assert await words(database) == []
        assert commits(data) == before

    async def test_it_waits_for_a_commit_that_is_under_way(self, database, data):
        before = commits(data)
        writing = asyncio.create_task(database.write(INSERT, ("one",)))
        while database._thread.group == ():
            await asyncio.sleep(0)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        assert commits(data) == before + 1

    async def test_it_costs_the_others_of_a_commit_nothing_however_often_it_comes(self, database):
        one, two = (asyncio.create_task(database.write(INSERT, (each,))) for each in ("one", "two"))
        while database._thread.group == ():
            await asyncio.sleep(0)
        one.cancel()
        await asyncio.sleep(0)
        one.cancel()
        assert await outcomes(one, two) == ["CancelledError", "written"]
        assert await words(database) == ["one", "two"]


async def test_after_a_kill_all_that_was_acknowledged_is_there(data, migrations):
    script = """
        import asyncio, itertools, sys
        from pathlib import Path
        from bot.database import Database

        async def write(database, numbers):
            for number in numbers:
                await database.write("INSERT INTO words (word) VALUES (?)", (str(number),))
                print(number, flush=True)

        async def main():
            async with Database.open(*map(Path, sys.argv[1:])) as database:
                numbers = itertools.count()
                await asyncio.gather(*(write(database, numbers) for _ in range(20)))

        asyncio.run(main())
    """
    child = await run(script, data, migrations)
    assert child.stdout is not None
    acknowledged = [await asyncio.wait_for(child.stdout.readline(), 30) for _ in range(200)]
    assert all(acknowledged)
    child.kill()
    # What it said last of all may have been cut off.
    acknowledged += (await child.stdout.read()).splitlines(keepends=True)
    await child.wait()
    async with Database.open(data, migrations) as database:
        there = await words(database)
    assert {line.decode().strip() for line in acknowledged if line.endswith(b"\n")} <= {*there}
    # Committed in order, group by group: none in the middle is missing.
    assert there == [str(number) for number in range(len(there))]


async def test_a_commit_that_is_cancelled_before_it_begins_holds_nobody_up(database: Database):
    """As at the end of a loop, where whatever runs is cancelled."""
    others = asyncio.all_tasks()
    writing = asyncio.create_task(database.write(INSERT, ("never",)))
    await asyncio.sleep(0)
    ended = asyncio.all_tasks() - others
    assert {task.get_name() for task in ended} >= {"commit"}
    for task in ended:
        task.cancel()
    assert await outcomes(writing) == ["CancelledError"]
    async with asyncio.timeout(5):
        await database.write(INSERT, ("next",))
    assert await words(database) == ["next"]
