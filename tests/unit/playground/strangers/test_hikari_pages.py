"""Lists that hikari reads page after page: each of them ends."""

import hikari
import pytest

from playground import permissions, seed
from playground.server import Playground
from tests.unit.playground.strangers.conftest import Stranger


@pytest.fixture
def may_all(playground: Playground) -> None:
    """The bot is an administrator."""
    roles = playground.services.world.guilds[seed.GUILD_ID].roles
    roles[seed.BOT_ROLE_ID].permissions |= permissions.ADMINISTRATOR


async def test_its_own_guilds(stranger: Stranger):
    (guild,) = [guild async for guild in stranger.rest.fetch_my_guilds()]
    assert (guild.id, guild.is_owner) == (seed.GUILD_ID, False)
    assert guild.approximate_member_count > 1
    before = stranger.rest.fetch_my_guilds(newest_first=True)
    assert [guild.id async for guild in before] == [seed.GUILD_ID]


@pytest.mark.usefixtures("may_all")
async def test_bans(stranger: Stranger):
    people = [seed.MEMBER_ID, seed.OTHER_MEMBER_ID]
    for person in people:
        await stranger.rest.ban_user(seed.GUILD_ID, person)
    bans = [ban.user.id async for ban in stranger.rest.fetch_bans(seed.GUILD_ID)]
    assert bans == people
    newest = stranger.rest.fetch_bans(seed.GUILD_ID, newest_first=True)
    assert [ban.user.id async for ban in newest] == people[::-1]


async def test_members_of_a_thread(stranger: Stranger):
    thread = await stranger.rest.create_thread(
        seed.GENERAL_ID, hikari.ChannelType.GUILD_PUBLIC_THREAD, "a thread"
    )
    members = [member async for member in stranger.rest.fetch_thread_members(thread)]
    assert [member.user_id for member in members] == [seed.APPLICATION_ID]


async def test_archived_threads(stranger: Stranger):
    thread = await stranger.rest.create_thread(
        seed.GENERAL_ID, hikari.ChannelType.GUILD_PUBLIC_THREAD, "a thread"
    )
    await stranger.rest.edit_channel(thread, archived=True)
    archived = stranger.rest.fetch_public_archived_threads(seed.GENERAL_ID)
    assert [each.id async for each in archived] == [thread.id]


async def test_who_reacted(stranger: Stranger):
    message = await stranger.rest.create_message(seed.GENERAL_ID, "like it?")
    await message.add_reaction("👍")
    users = stranger.rest.fetch_reactions_for_emoji(seed.GENERAL_ID, message, "👍")
    assert [user.id async for user in users] == [seed.APPLICATION_ID]


async def test_pins(stranger: Stranger, may_all: None):
    message = await stranger.rest.create_message(seed.GENERAL_ID, "keep it")
    await stranger.rest.pin_message(seed.GENERAL_ID, message)
    pins = [pin.message.id async for pin in stranger.rest.fetch_pins(seed.GENERAL_ID)]
    assert pins == [message.id]
