"""Writes, transactions and reads in any order, with errors and cancellations among them."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.database import Database

TABLE = "CREATE TABLE kept (word TEXT PRIMARY KEY, asked INTEGER NOT NULL) STRICT"
INSERT = "INSERT INTO kept VALUES (?, ?)"


@dataclass
class Asked:
    """What one caller asks for, and what it hears."""

    kind: str
    words: Sequence[str | None] = ()
    cancel_after: int | None = None  # turns of the loop
    outcome: object = field(default=None, compare=False)  # an exception where it failed

    async def run(self, database: Database, number: int) -> object:
        match self.kind:
            case "write":
                return await database.write(INSERT, (self.words[0], number))
            case "end":
                # As SQLite does by itself when the disk is full.
                return await database.write("ROLLBACK")
            case "read":
                return await rows(database)
            case _:
                async with database.transaction() as connection:
                    for word in self.words:
                        await connection.execute(INSERT, (word, number))
                return None


async def rows(database: Database) -> list[tuple[str, int]]:
    return [tuple(row) for row in await database.fetch_all("SELECT * FROM kept ORDER BY rowid")]


async def ask_all(asked: Sequence[Asked], pauses: Sequence[int]) -> list[tuple[str, int]]:
    """Ask for one after the other, with turns of the loop between; what is in the table then."""

    async def caller(each: Asked, number: int) -> None:
        task = asyncio.create_task(each.run(database, number))
        if each.cancel_after is not None:
            for _ in range(each.cancel_after):
                await asyncio.sleep(0.0002)
            task.cancel()
        (each.outcome,) = await asyncio.gather(task, return_exceptions=True)

    with tempfile.TemporaryDirectory() as folder:
        migrations = Path(folder) / "migrations"
        migrations.mkdir()
        (migrations / "0001_kept.sql").write_text(TABLE)
        async with Database.open(Path(folder) / "data", migrations) as database:
            async with asyncio.timeout(60), asyncio.TaskGroup() as callers:
                for number, (each, pause) in enumerate(zip(asked, pauses, strict=True)):
                    callers.create_task(caller(each, number))
                    for _ in range(pause):
                        await asyncio.sleep(0)
            return await rows(database)


# Few words, so that some are written twice; None is refused as well.
WORDS = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", None])
CANCELLED = st.none() | st.none() | st.integers(0, 6)
ASKED = st.one_of(
    st.builds(Asked, st.just("write"), st.tuples(WORDS), CANCELLED),
    st.builds(Asked, st.just("write"), st.tuples(WORDS), CANCELLED),
    st.builds(Asked, st.just("transaction"), st.lists(WORDS, min_size=1, max_size=3), CANCELLED),
    st.builds(Asked, st.just("read")),
    st.builds(Asked, st.just("end")),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ASKED, st.integers(0, 12)), min_size=1, max_size=25))
def test_each_is_there_wholly_or_not_at_all_as_its_caller_heard_and_in_order(script):
    asked = [each for each, _ in script]
    kept = asyncio.run(ask_all(asked, [pause for _, pause in script]))
    assert [number for _, number in kept] == sorted(number for _, number in kept)
    for number, each in enumerate(asked):
        mine = [word for word, by in kept if by == number]
        match each.outcome:
            case asyncio.CancelledError():
                assert mine in ([], list(each.words))
            case sqlite3.IntegrityError():
                assert mine == []
                before = {word for word, by in kept if by < number}
                twice = len(set(each.words)) < len(each.words)
                assert None in each.words or before & set(each.words) or twice
            case sqlite3.OperationalError():
                # All of a group whose transaction was ended hear of it.
                assert mine == []
                assert any(other.kind == "end" for other in asked)
                assert each.kind in ("write", "end")
            case list():
                # No less than all that was asked for before, and nothing that is not kept.
                assert each.outcome == kept[: len(each.outcome)]
                assert len(each.outcome) >= sum(by < number for _, by in kept)
            case outcome:
                assert not isinstance(outcome, BaseException), outcome
                assert mine == list(each.words)
