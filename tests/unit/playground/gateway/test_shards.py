"""A bot in several shards: each guild's events go to one of them, DMs to the first."""

import asyncio
from collections.abc import Callable

import pytest

from playground.client import Member
from playground.server import Playground
from playground.world import GUILD_TEXT, Channel, Guild, GuildMember, Role
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.gateway.wire import GUILDS, Dial


class ShardedPainter(Painter):
    """A bot in as many shards as it is told to come with."""

    def __init__(self) -> None:
        super().__init__()
        self.resumed_shards: list[int] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait five seconds between two shards."""

    async def on_shard_resumed(self, shard_id: int) -> None:
        self.resumed_shards.append(shard_id)


@pytest.fixture
def two_guilds(playground: Playground) -> tuple[Guild, Guild]:
    """The first guild, and one on the other of two shards."""
    world = playground.services.world
    first = next(iter(world.guilds.values()))
    identifier = first.id + (1 << 22)
    second = Guild(identifier, "Elsewhere", owner_id=first.owner_id)
    second.roles[identifier] = Role(identifier, "@everyone", first.roles[first.id].permissions)
    channel = Channel(identifier + 1, GUILD_TEXT, "general", second)
    second.channels[channel.id] = channel
    second.members = {
        user_id: GuildMember(member.user, member.joined_at)
        for user_id, member in first.members.items()
    }
    world.add_guild(second)
    playground.gateway.shards = 2
    return first, second


@pytest.fixture
async def sharded(
    two_guilds: tuple[Guild, Guild], painter: Painter, login: Login
) -> ShardedPainter:
    """A bot of two shards, logged in."""
    bot = ShardedPainter()
    bot._connection.guild_ready_timeout = 0.05
    await login(bot)
    return bot


async def until(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


def shard_of(guild: Guild) -> int:
    return (guild.id >> 22) % 2


async def test_a_bot_comes_with_as_many_shards_as_it_is_told(
    two_guilds: tuple[Guild, Guild], sharded: ShardedPainter
):
    assert sharded.shard_count == 2
    assert {g.id: g.shard_id for g in sharded.guilds} == {g.id: shard_of(g) for g in two_guilds}


async def test_each_event_arrives_once(playground: Playground, sharded: ShardedPainter):
    async with await Member.connect(playground.url, 1) as member:
        channels = [guild["channels"][0]["id"] for guild in member.guilds]
        for channel_id in (*channels, member.dm_channel_id):
            await member.say(channel_id, "hello")
        await until(lambda: len(sharded.seen) >= 3)
        # One more to each shard: whatever was sent twice has come before.
        for channel_id in channels:
            await member.say(channel_id, "and now")
        await until(lambda: len(sharded.seen) >= 5)
    heard = [message.channel.id for message in sharded.seen]
    assert sorted(heard) == sorted(map(int, [*channels, *channels, member.dm_channel_id]))


async def test_one_shard_that_was_cut_resumes_alone(
    playground: Playground, two_guilds: tuple[Guild, Guild], sharded: ShardedPainter
):
    second = two_guilds[1]
    playground.gateway.close(4000, shard=shard_of(second))
    async with await Member.connect(playground.url, 1) as member:
        await member.say(str(next(iter(second.channels))), "while it was away")
    await until(lambda: sharded.seen and sharded.resumed_shards)
    assert sharded.resumed_shards == [shard_of(second)]
    assert len(sharded.seen) == 1


async def test_ready_names_the_shard_and_its_guilds(
    playground: Playground, two_guilds: tuple[Guild, Guild], dial: Dial
):
    for number in (0, 1):
        wire = await dial()
        ready = await wire.identify(playground, shard=[number, 2])
        assert ready["shard"] == [number, 2]
        mine = [str(guild.id) for guild in two_guilds if shard_of(guild) == number]
        assert [each["id"] for each in ready["guilds"]] == mine


async def test_direct_messages_go_to_the_first_shard(
    playground: Playground, dial: Dial, member: Member
):
    wires = [await dial(), await dial()]
    for number, wire in enumerate(wires):
        await wire.identify(playground, shard=[number, 2], intents=1 << 12)
    await member.say(member.dm_channel_id, "hello")
    assert (await wires[0].event("MESSAGE_CREATE"))["content"] == "hello"
    for guild_id in (0, 1 << 22):
        playground.gateway.to_bot("MARK", {}, guild_id)
    assert (await wires[1].receive())["t"] == "MARK"


async def test_members_of_a_guild_are_asked_for_on_its_own_shard(
    playground: Playground, two_guilds: tuple[Guild, Guild], dial: Dial
):
    wire = await dial()
    away, here = sorted(two_guilds, key=shard_of)
    await wire.identify(playground, shard=[1, 2], intents=GUILDS)
    for guild in (away, here):
        await wire.send(8, {"guild_id": str(guild.id), "query": "mel", "limit": 1})
    assert (await wire.event("GUILD_MEMBERS_CHUNK"))["guild_id"] == str(here.id)


async def test_more_shards_than_told_are_taken_too(playground: Playground, dial: Dial):
    wire = await dial()
    assert (await wire.identify(playground, shard=[6, 7]))["shard"] == [6, 7]
