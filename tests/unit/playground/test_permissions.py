"""Permissions: a table of cases, and discord.py's own reckoning as a second opinion."""

from typing import Any, cast
from unittest import mock

import discord
import pytest
from discord.state import ConnectionState
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import payloads, permissions, seed
from playground.clock import Clock
from playground.errors import ApiError
from playground.permissions import (
    ADMINISTRATOR,
    ALL,
    ATTACH_FILES,
    EMBED_LINKS,
    MANAGE_MESSAGES,
    MANAGE_THREADS,
    MENTION_EVERYONE,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    SEND_TTS_MESSAGES,
    VIEW_CHANNEL,
)
from playground.world import (
    GUILD_TEXT,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    Channel,
    Guild,
    Overwrite,
    Role,
    Thread,
    TimeOut,
    World,
)

PAINTER, MODERATOR = 11, 12
BASIC = VIEW_CHANNEL | SEND_MESSAGES | ATTACH_FILES
EVERYONE = seed.GUILD_ID
MEMBER = seed.MEMBER_ID


def world_with(
    everyone: int = BASIC,
    roles: dict[int, int] | None = None,
    overwrites: dict[int, tuple[int, int]] | None = None,
    clock: Clock | None = None,
) -> tuple[World, Guild, Channel]:
    """A guild in which Mel has the roles given, and a channel with overwrites (allow, deny)."""
    world = seed.build(clock or Clock())
    guild = world.guild(seed.GUILD_ID)
    guild.roles[EVERYONE].permissions = everyone
    for position, (role_id, granted) in enumerate((roles or {}).items(), 3):
        guild.roles[role_id] = Role(role_id, f"role {role_id}", granted, position)
        guild.members[MEMBER].role_ids.append(role_id)
    channel = Channel(1, GUILD_TEXT, "somewhere", guild)
    channel.overwrites = [
        Overwrite(whom, whom == MEMBER, allow, deny)
        for whom, (allow, deny) in (overwrites or {}).items()
    ]
    guild.channels[channel.id] = world.channels[channel.id] = channel
    return world, guild, channel


NONE = 0
CASES: dict[str, tuple[dict[str, Any], int]] = {
    "what @everyone may": ({}, BASIC),
    "a role adds": ({"roles": {PAINTER: MANAGE_MESSAGES}}, BASIC | MANAGE_MESSAGES),
    "an administrator may all, whatever the channel says": (
        {"roles": {PAINTER: ADMINISTRATOR}, "overwrites": {MEMBER: (0, ALL)}},
        ALL,
    ),
    "the channel denies it to @everyone": (
        {"overwrites": {EVERYONE: (0, ATTACH_FILES)}},
        VIEW_CHANNEL | SEND_MESSAGES,
    ),
    "a role's overwrite is above @everyone's": (
        {"roles": {PAINTER: 0}, "overwrites": {EVERYONE: (0, BASIC), PAINTER: (BASIC, 0)}},
        BASIC,
    ),
    "of two roles' overwrites the allowing one wins": (
        {
            "roles": {PAINTER: 0, MODERATOR: 0},
            "overwrites": {PAINTER: (0, ATTACH_FILES), MODERATOR: (ATTACH_FILES, 0)},
        },
        BASIC,
    ),
    "the member's own overwrite is above all": (
        {
            "roles": {PAINTER: 0},
            "overwrites": {PAINTER: (ATTACH_FILES, 0), MEMBER: (0, ATTACH_FILES)},
        },
        VIEW_CHANNEL | SEND_MESSAGES,
    ),
    "an overwrite of a role one has not": ({"overwrites": {PAINTER: (0, ALL)}}, BASIC),
    "out of sight nothing is allowed": (
        {"everyone": ALL & ~ADMINISTRATOR, "overwrites": {EVERYONE: (0, VIEW_CHANNEL)}},
        NONE,
    ),
    "no rights at all, but those the channel gives": (
        {"everyone": 0, "overwrites": {MEMBER: (VIEW_CHANNEL, 0)}},
        VIEW_CHANNEL,
    ),
    "who may not write may not show files, links or call everybody": (
        {
            "everyone": BASIC | EMBED_LINKS | MENTION_EVERYONE | SEND_TTS_MESSAGES,
            "overwrites": {EVERYONE: (0, SEND_MESSAGES)},
        },
        VIEW_CHANNEL,
    ),
}


@pytest.mark.parametrize(("setting", "expected"), CASES.values(), ids=CASES.keys())
def test_in_a_channel(setting: dict[str, Any], expected: int):
    world, _, channel = world_with(**setting)
    assert permissions.in_channel(channel, world.user(MEMBER)) == expected


def test_the_owner_may_all():
    world, guild, channel = world_with(everyone=0, overwrites={EVERYONE: (0, ALL)})
    assert permissions.in_channel(channel, world.user(guild.owner_id)) == ALL


def test_who_is_not_in_the_guild_may_nothing():
    world, guild, channel = world_with()
    del guild.members[MEMBER]
    assert permissions.in_channel(channel, world.user(MEMBER)) == 0
    assert permissions.in_guild(guild, world.user(MEMBER)) == 0


def thread_in(channel: Channel, kind: int = PUBLIC_THREAD, *joined: int) -> Channel:
    about = Thread(channel, seed.OWNER_ID, 0.0, joined=dict.fromkeys(joined, 0.0))
    return Channel(2, kind, "a thread", channel.guild, thread=about)


def test_a_thread_has_the_overwrites_of_its_channel():
    world, _, channel = world_with(overwrites={EVERYONE: (0, VIEW_CHANNEL)})
    assert permissions.in_channel(thread_in(channel), world.user(MEMBER)) == 0


def test_writing_in_a_thread_is_a_right_of_its_own():
    everyone = VIEW_CHANNEL | SEND_MESSAGES_IN_THREADS | ATTACH_FILES
    world, _, channel = world_with(everyone=everyone)
    mel = world.user(MEMBER)
    assert not permissions.may_write(channel, mel)
    assert permissions.may_write(thread_in(channel), mel)
    assert not permissions.may(channel, mel, ATTACH_FILES)
    assert permissions.may(thread_in(channel), mel, ATTACH_FILES)


def test_without_that_right_no_files_are_shown_in_a_thread():
    world, _, channel = world_with(everyone=BASIC)
    assert not permissions.may(thread_in(channel), world.user(MEMBER), ATTACH_FILES)


@pytest.mark.parametrize(
    ("joined", "granted", "seen"),
    [((), 0, False), ((MEMBER,), 0, True), ((), MANAGE_THREADS, True)],
    ids=["a stranger", "who was added", "who manages threads"],
)
def test_a_private_thread_is_seen_by(joined: tuple[int, ...], granted: int, seen: bool):
    world, _, channel = world_with(everyone=BASIC | granted)
    thread = thread_in(channel, PRIVATE_THREAD, *joined)
    assert permissions.may(thread, world.user(MEMBER), VIEW_CHANNEL) is seen


def test_a_time_out_leaves_only_reading_until_it_is_over():
    clock = Clock()
    everyone = BASIC | READ_MESSAGE_HISTORY
    world, guild, channel = world_with(everyone=everyone, clock=clock)
    mel = world.user(MEMBER)
    guild.members[MEMBER].time_out = TimeOut(clock.now() + 60, clock)
    assert permissions.in_channel(channel, mel) == VIEW_CHANNEL | READ_MESSAGE_HISTORY
    assert permissions.in_guild(guild, mel) == VIEW_CHANNEL | READ_MESSAGE_HISTORY
    clock.advance(61)
    assert permissions.in_channel(channel, mel) == everyone


def test_a_channel_cannot_give_back_what_a_time_out_takes():
    clock = Clock()
    world, guild, channel = world_with(overwrites={MEMBER: (SEND_MESSAGES, 0)}, clock=clock)
    guild.members[MEMBER].time_out = TimeOut(clock.now() + 60, clock)
    assert permissions.in_channel(channel, world.user(MEMBER)) == VIEW_CHANNEL


def test_refused_is_50001_out_of_sight_and_50013_for_a_missing_right():
    world, _, hidden = world_with(everyone=0)
    with pytest.raises(ApiError) as unseen:
        permissions.require(hidden, world.user(MEMBER), SEND_MESSAGES)
    world, _, seen = world_with(everyone=VIEW_CHANNEL)
    with pytest.raises(ApiError) as forbidden:
        permissions.require(seen, world.user(MEMBER), SEND_MESSAGES)
    assert unseen.value.refusal.code == 50001
    assert forbidden.value.refusal.code == 50013


# --- who stands above whom ---


def test_roles_below_ones_own_highest_are_outranked_and_no_others():
    world, guild, _ = world_with(roles={PAINTER: 0, MODERATOR: 0})
    mel = world.user(MEMBER)
    higher = Role(13, "higher", 0, 9)
    same = Role(14, "beside", 0, guild.roles[MODERATOR].position)
    assert permissions.outranks_role(guild, mel, guild.roles[PAINTER])
    assert not permissions.outranks_role(guild, mel, guild.roles[MODERATOR])
    assert not permissions.outranks_role(guild, mel, higher)
    # Of two roles at one position the older stands higher.
    assert permissions.outranks_role(guild, mel, same)
    assert permissions.outranks_role(guild, world.user(guild.owner_id), higher)


def test_members_are_outranked_by_their_highest_roles_and_the_owner_by_nobody():
    world, guild, _ = world_with(roles={PAINTER: 0})
    owner, mel = world.user(guild.owner_id), world.user(MEMBER)
    robin = world.user(seed.OTHER_MEMBER_ID)
    assert permissions.outranks(guild, mel, robin)
    assert not permissions.outranks(guild, robin, mel)
    assert not permissions.outranks(guild, robin, robin)
    assert permissions.outranks(guild, owner, mel)
    assert not permissions.outranks(guild, mel, owner)


# --- a second opinion ---

# Every bit that the playground gives a meaning.
BITS = [
    value
    for name, value in vars(permissions).items()
    if name.isupper() and isinstance(value, int) and value.bit_count() == 1
]
sets = st.lists(st.sampled_from(BITS), max_size=12).map(lambda bits: sum(set(bits)))
overwrites = st.tuples(sets, sets)


def as_discord_py_sees(world: World, guild: Guild) -> discord.Guild:
    state = mock.Mock(spec=ConnectionState)
    state.self_id = world.bot.id
    state.shard_count = None
    state.member_cache_flags = discord.MemberCacheFlags.all()

    def user(data: Any, **_: Any) -> discord.User:
        return discord.User(state=state, data=data)

    state.store_user = state.create_user = user
    document = payloads.guild_create(guild, world.bot, list(guild.members.values()))
    return discord.Guild(data=cast("Any", document), state=state)


# The first example alone may take long: it is the one that imports.
@settings(deadline=None, max_examples=60)
@given(
    everyone=sets,
    roles=st.fixed_dictionaries({PAINTER: sets, MODERATOR: sets}),
    said=st.dictionaries(st.sampled_from([EVERYONE, PAINTER, MODERATOR, MEMBER]), overwrites),
    timed_out=st.booleans(),
)
def test_discord_py_reckons_the_same(
    everyone: int, roles: dict[int, int], said: dict[int, tuple[int, int]], timed_out: bool
):
    clock = Clock()
    world, guild, channel = world_with(everyone, roles, said, clock)
    if timed_out:
        guild.members[MEMBER].time_out = TimeOut(clock.now() + 3600, clock)
    theirs = as_discord_py_sees(world, guild)
    seen = theirs.get_channel(channel.id)
    mel = theirs.get_member(MEMBER)
    assert isinstance(seen, discord.TextChannel)
    assert mel is not None
    reckoned = seen.permissions_for(mel).value & sum(BITS)
    ours = permissions.in_channel(channel, world.user(MEMBER)) & sum(BITS)
    if ours & VIEW_CHANNEL:
        assert ours == reckoned
    else:
        # discord.py leaves the rights of the whole guild to who does not see a channel.
        assert not reckoned & (VIEW_CHANNEL | SEND_MESSAGES | ATTACH_FILES)
