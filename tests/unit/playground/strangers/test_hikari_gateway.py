"""hikari's connection, cut in every way: it comes back and has missed nothing."""

import hikari
import pytest

from playground import seed
from playground.client import Member
from playground.server import Playground
from tests.unit.playground.strangers.conftest import Stranger


async def hears(stranger: Stranger, member: Member, content: str) -> hikari.Message:
    """What hikari receives when a member says something now."""
    event = stranger.next(hikari.DMMessageCreateEvent)
    await member.say(member.dm_channel_id, content)
    return (await event).message


@pytest.mark.parametrize("code", [1001, 4000, 4009])
async def test_after_a_cut_it_resumes_and_is_told_what_it_missed(
    playground: Playground, stranger: Stranger, member: Member, code: int
):
    back = stranger.next(hikari.ShardResumedEvent)
    missed = stranger.next(hikari.DMMessageCreateEvent)
    playground.gateway.close(code)
    await member.say(member.dm_channel_id, "while you were away")
    await back
    assert (await missed).message.content == "while you were away"
    assert (await hears(stranger, member, "and now")).content == "and now"


async def test_asked_to_reconnect_it_resumes(
    playground: Playground, stranger: Stranger, member: Member
):
    back = stranger.next(hikari.ShardResumedEvent)
    playground.gateway.reconnect()
    await back
    assert (await hears(stranger, member, "hello")).content == "hello"


async def test_an_invalid_session_that_may_be_resumed_is_resumed(
    playground: Playground, stranger: Stranger
):
    back = stranger.next(hikari.ShardResumedEvent)
    playground.gateway.invalidate(resumable=True)
    await back


async def test_after_an_invalid_session_it_identifies_anew(
    playground: Playground, stranger: Stranger, member: Member
):
    anew = stranger.next(hikari.ShardReadyEvent)
    guild = stranger.next(hikari.GuildAvailableEvent)
    playground.gateway.invalidate(resumable=False)
    assert (await anew).my_user.username == "Easel"
    await guild
    assert (await hears(stranger, member, "hello")).content == "hello"


async def test_a_wrong_token_ends_it(playground: Playground):
    bot = hikari.GatewayBot(
        playground.bot_token[:-1] + "?",
        rest_url=playground.api_url,
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
    )
    with pytest.raises(hikari.UnauthorizedError):
        await bot.start(check_for_updates=False)
    await bot.close()


async def test_members_are_requested_and_arrive_in_a_chunk(
    playground: Playground, stranger_to_be: Stranger
):
    chunk = stranger_to_be.next(hikari.MemberChunkEvent)
    await stranger_to_be.start()
    people = {who.id for who in playground.services.world.people}
    assert people < set((await chunk).members)


async def test_the_guilds_shard_of_two_does_not_hear_dms(stranger_to_be: Stranger, member: Member):
    its_own = (seed.GUILD_ID >> 22) % 2
    assert its_own == 1
    stranger = await stranger_to_be.start(shard_ids=[its_own], shard_count=2)
    first = stranger.next(hikari.MessageCreateEvent)
    await member.say(member.dm_channel_id, "to the first shard, which has the DMs")
    said = await member.say(member.channel("general"), "to the guild's shard")
    assert (await first).message_id == int(said["id"])
