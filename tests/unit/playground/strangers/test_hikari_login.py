"""hikari logs in, and reads of the guild what the playground says of it."""

from playground import seed
from playground.server import Playground
from tests.unit.playground.strangers.conftest import Stranger


async def test_it_knows_itself(stranger: Stranger):
    me = stranger.bot.get_me()
    assert me is not None
    assert (me.id, me.username, me.is_bot) == (seed.APPLICATION_ID, "Easel", True)


async def test_guild_arrives_with_its_channels_roles_and_members(
    playground: Playground, stranger: Stranger
):
    its_own = playground.services.world.guilds[seed.GUILD_ID]
    guild = stranger.bot.cache.get_guild(seed.GUILD_ID)
    assert guild is not None
    assert guild.name == "Playground"
    assert set(guild.get_channels()) == set(its_own.channels)
    assert set(guild.get_roles()) == set(its_own.roles)
    assert set(guild.get_members()) == set(its_own.members)
