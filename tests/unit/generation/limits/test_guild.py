"""What guilds have set: kept, merged, taken away."""

import pytest

from bot.database import Database
from generation.errors import RequestRefused
from generation.limits.guild import MOST_ENTRIES, GuildLimits
from generation.limits.layers import NAMES, Limits, Subject, SubjectKind

GUILD = 10
EVERYONE = Subject(SubjectKind.EVERYONE, GUILD)
PATRONS = Subject(SubjectKind.ROLE, 77)
MEL = Subject(SubjectKind.MEMBER, 1)


@pytest.fixture
def limits(database: Database) -> GuildLimits:
    return GuildLimits(database)


async def test_a_restart_remembers_what_was_set(limits: GuildLimits, database: Database):
    await limits.change(GUILD, EVERYONE, Limits(waiting=5))
    await limits.change(GUILD, PATRONS, Limits(per_day=20, megapixel_steps=1.5, weight=2.0))
    await limits.change(11, Subject(SubjectKind.EVERYONE, 11), Limits(per_minute=3))
    again = GuildLimits(database)
    await again.load()
    assert again.of(GUILD) == {
        EVERYONE: Limits(waiting=5),
        PATRONS: Limits(per_day=20, megapixel_steps=1.5, weight=2.0),
    }
    assert again.of(11) == limits.of(11)


async def test_what_is_left_out_of_a_change_stays(limits: GuildLimits):
    await limits.change(GUILD, MEL, Limits(waiting=5, per_day=20))
    changed = await limits.change(GUILD, MEL, Limits(per_day=7, weight=2.0))
    assert changed == Limits(waiting=5, per_day=7, weight=2.0)
    assert limits.of(GUILD) == {MEL: changed}


async def test_an_entry_is_cleared_and_the_others_stay(limits: GuildLimits, database: Database):
    await limits.change(GUILD, EVERYONE, Limits(waiting=5))
    await limits.change(GUILD, MEL, Limits(waiting=9))
    assert await limits.clear(GUILD, MEL)
    assert not await limits.clear(GUILD, MEL)
    again = GuildLimits(database)
    await again.load()
    assert again.of(GUILD) == limits.of(GUILD) == {EVERYONE: Limits(waiting=5)}


async def test_one_limit_is_taken_away_and_the_others_stay(limits: GuildLimits, database: Database):
    await limits.change(GUILD, MEL, Limits(waiting=5, per_day=20, weight=2.0))
    await limits.change(GUILD, EVERYONE, Limits(per_day=7))
    assert await limits.clear_one(GUILD, MEL, "per_day")
    assert not await limits.clear_one(GUILD, MEL, "per_day")
    again = GuildLimits(database)
    await again.load()
    left = {MEL: Limits(waiting=5, weight=2.0), EVERYONE: Limits(per_day=7)}
    assert again.of(GUILD) == limits.of(GUILD) == left


@pytest.mark.parametrize("name", NAMES)
async def test_with_its_last_limit_an_entry_goes(
    limits: GuildLimits, database: Database, name: str
):
    await limits.change(GUILD, MEL, Limits(**{name: 2}))
    assert await limits.clear_one(GUILD, MEL, name)
    again = GuildLimits(database)
    await again.load()
    assert again.of(GUILD) == limits.of(GUILD) == {}


async def test_where_nothing_is_set_there_is_nothing_to_take_away(limits: GuildLimits):
    assert not await limits.clear_one(GUILD, MEL, "waiting")
    assert limits.of(GUILD) == {}


async def test_all_of_one_guilds_entries_are_cleared(limits: GuildLimits, database: Database):
    for guild_id in (GUILD, 11):
        await limits.change(guild_id, PATRONS, Limits(waiting=5))
        await limits.change(guild_id, MEL, Limits(waiting=5))
    assert await limits.clear(GUILD)
    assert not await limits.clear(GUILD)
    again = GuildLimits(database)
    await again.load()
    assert (again.of(GUILD), len(again.of(11))) == ({}, 2)


async def test_direct_messages_have_none(limits: GuildLimits):
    assert limits.of(None) == {}


async def test_a_guild_has_only_so_many_entries_but_may_change_those(limits: GuildLimits):
    for number in range(MOST_ENTRIES):
        await limits.change(GUILD, Subject(SubjectKind.MEMBER, 1 + 100 * number), Limits(waiting=5))
    with pytest.raises(RequestRefused, match="100 roles and members"):
        await limits.change(GUILD, PATRONS, Limits(waiting=5))
    assert PATRONS not in limits.of(GUILD)
    await limits.change(GUILD, MEL, Limits(waiting=6))
    await limits.change(11, PATRONS, Limits(waiting=5))


@pytest.mark.parametrize(
    ("subject", "values"),
    [
        (EVERYONE, Limits(weight=2.0)),  # a weight for everybody
        (Subject(SubjectKind.ROLE, GUILD), Limits(waiting=5)),  # everyone, as a role
        (Subject(SubjectKind.EVERYONE, 11), Limits(waiting=5)),  # another guild's everyone
        (MEL, Limits()),  # nothing at all
        (MEL, Limits(per_day=0)),
    ],
)
async def test_the_table_refuses_what_makes_no_sense(
    limits: GuildLimits, subject: Subject, values: Limits
):
    with pytest.raises(Exception, match="CHECK constraint failed"):
        await limits.change(GUILD, subject, values)
    assert limits.of(GUILD) == {}
