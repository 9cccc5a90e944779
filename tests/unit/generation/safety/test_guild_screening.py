"""What guilds have set for unsafe pictures outlives a restart."""

import sqlite3

import pytest

from bot.database import Database
from generation.safety.guild_screening import GuildScreening
from generation.safety.screening import Rules, Verdict


@pytest.fixture
async def guilds(database: Database) -> GuildScreening:
    guilds = GuildScreening(database)
    await guilds.load()
    return guilds


async def test_what_is_left_out_stays_as_it_was(guilds: GuildScreening, database: Database):
    await guilds.change(1, Rules(threshold=0.25))
    rules = await guilds.change(1, Rules(open=Verdict.REFUSE))
    assert rules == Rules(0.25, Verdict.REFUSE) == guilds[1]
    again = GuildScreening(database)
    await again.load()
    assert dict(again) == {1: rules}


async def test_after_a_reset_nothing_is_left(guilds: GuildScreening, database: Database):
    await guilds.change(1, Rules(age_restricted=Verdict.BLUR))
    await guilds.change(2, Rules(age_restricted=Verdict.BLUR))
    assert await guilds.reset(1)
    assert not await guilds.reset(1)
    again = GuildScreening(database)
    await again.load()
    assert list(guilds) == list(again) == [2]


@pytest.mark.parametrize(
    "rules",
    [Rules(), Rules(threshold=0.0), Rules(threshold=1.0), Rules(open=Verdict.ALLOW)],
)
async def test_the_table_takes_nothing_that_makes_no_sense(guilds: GuildScreening, rules: Rules):
    with pytest.raises(sqlite3.IntegrityError):
        await guilds.change(1, rules)
    assert 1 not in guilds
