"""Copies of reports are known until they are taken away, those too of an older Easel."""

from pathlib import Path

from bot.database import Database
from generation.job import Posted
from generation.safety import withdrawals
from generation.safety.withdrawals import Copy
from tests.support.upgrades import steps_before


async def test_a_copy_is_known_until_it_is_taken_away(database: Database):
    first, second = [Copy(Posted(50, number), "a" * 32, bool(number)) for number in range(2)]
    other = Copy(Posted(50, 2), "b" * 32, reported=True)
    async with database.transaction() as connection:
        for copy in (first, second, other, second):
            await withdrawals.add(connection, copy)
    assert await withdrawals.waiting(database) == [first, second, other]
    assert await withdrawals.waiting(database, "a" * 32) == [first, second]
    await withdrawals.forget(database, [first, other])
    assert await withdrawals.waiting(database) == [second]


async def test_what_was_to_be_taken_away_before_the_upgrade_still_is(tmp_path: Path):
    steps, data = steps_before("0014", tmp_path / "steps"), tmp_path / "data"
    async with Database.open(data, steps) as before:
        await before.write(
            "INSERT INTO erasures (user_id, asked_at, posts) VALUES (1, 0, '[[50,7],[50,8]]')"
        )
    async with Database.open(data) as after:
        copies = await withdrawals.waiting(after)
        assert copies == [Copy(Posted(50, number), "", reported=False) for number in (7, 8)]
        assert await after.fetch_one("SELECT 1 FROM erasures WHERE user_id = 1")
