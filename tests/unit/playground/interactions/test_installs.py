"""Applications installed in a guild or on an account, and what that allows them."""

import aiohttp
import discord
import pytest
from discord import app_commands

from playground import permissions
from playground.client import Interaction, Member
from playground.server import Playground
from playground.world import GUILD_TEXT, Channel, Guild, GuildMember, Role
from tests.unit.playground.conftest import Login, Painter

ELSEWHERE = 1_100_000_000_000_000_900
EVERYONE = permissions.IN_DM | permissions.USE_EXTERNAL_APPS


@pytest.fixture
async def elsewhere(playground: Playground) -> Channel:
    """A channel of a guild in which the bot is not."""
    world, now = playground.services.world, playground.clock.now()
    guild = Guild(ELSEWHERE, "Elsewhere", owner_id=world.people[0].id)
    guild.roles = {ELSEWHERE: Role(ELSEWHERE, "@everyone", EVERYONE)}
    guild.members = {person.id: GuildMember(person, now) for person in world.people}
    channel = Channel(ELSEWHERE + 1, GUILD_TEXT, "lounge", guild)
    guild.channels[channel.id] = channel
    world.add_guild(guild)
    return channel


@pytest.fixture
async def member(playground: Playground, elsewhere: Channel):
    """Mel, who has put the application on their account."""
    world = playground.services.world
    world.installed_by.add(world.people[1].id)
    async with await Member.connect(playground.url, 1) as connected:
        yield connected


@pytest.fixture
async def bot(login: Login, painter: Painter) -> Painter:
    kept: list[discord.Interaction] = []
    painter.kept = kept  # type: ignore[attr-defined]

    @painter.tree.command()
    @app_commands.allowed_installs(guilds=False, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def mine(interaction: discord.Interaction) -> None:
        """Only on accounts."""
        kept.append(interaction)
        await interaction.response.send_message("yours")

    @painter.tree.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    async def both(interaction: discord.Interaction) -> None:
        """Either way."""
        kept.append(interaction)
        await interaction.response.send_message("hello")

    @painter.tree.command()
    async def guilds(interaction: discord.Interaction) -> None:
        """In guilds only, which is what a command is that says nothing."""
        await interaction.response.send_message("hello")

    return await login(painter)


async def names(who: Member, channel_id: str) -> set[str]:
    return {command["name"] for command in await who.commands(channel_id)}


async def last(bot: Painter) -> discord.Interaction:
    return bot.kept[-1]  # type: ignore[attr-defined]


async def test_where_the_bot_is_not_only_commands_of_accounts_are_offered(
    bot: Painter, member: Member, other: Member, elsewhere: Channel
):
    assert await names(member, str(elsewhere.id)) == {"mine", "both"}
    assert await names(other, str(elsewhere.id)) == set()


async def test_where_the_bot_is_who_has_it_installed_is_offered_more(
    bot: Painter, member: Member, other: Member
):
    assert await names(member, member.channel("general")) == {"mine", "both", "guilds"}
    assert await names(other, other.channel("general")) == {"both", "guilds"}


async def test_the_owners_of_the_installation_are_named(
    bot: Painter, member: Member, elsewhere: Channel
):
    used = await member.command("both", member.channel("general"))
    shown = await used.response()
    owners = shown["interaction_metadata"]["authorizing_integration_owners"]
    assert owners == {"0": member.guilds[0]["id"], "1": member.id}
    assert (await last(bot)).is_guild_integration()
    await (await member.command("both", str(elsewhere.id))).response()
    interaction = await last(bot)
    assert not interaction.is_guild_integration()
    assert interaction.is_user_integration()
    assert interaction.app_permissions.value == EVERYONE


async def test_sixth_follow_up_of_an_account_is_refused(
    bot: Painter, member: Member, elsewhere: Channel
):
    await (await member.command("mine", str(elsewhere.id))).response()
    interaction = await last(bot)
    for number in range(5):
        await interaction.followup.send(f"follow-up {number}")
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.followup.send("one too many")
    assert (refused.value.status, refused.value.code) == (400, 40094)


async def test_a_guilds_own_application_has_no_cap_of_follow_ups(bot: Painter, member: Member):
    await (await member.command("both", member.channel("general"))).response()
    interaction = await last(bot)
    for number in range(6):
        await interaction.followup.send(f"follow-up {number}")


async def test_a_guild_may_keep_foreign_applications_out_of_sight(
    bot: Painter, member: Member, elsewhere: Channel
):
    assert elsewhere.guild is not None
    elsewhere.guild.roles[ELSEWHERE].permissions &= ~permissions.USE_EXTERNAL_APPS
    shown = await (await member.command("mine", str(elsewhere.id))).response()
    assert shown["flags"] & 64


async def test_between_two_people_commands_of_accounts_work(
    playground: Playground, bot: Painter, member: Member, other: Member
):
    dm = await member.api("POST", "/users/@me/channels", {"recipient_id": other.id})
    assert await names(member, dm["id"]) == {"mine", "both"}
    await (await member.command("mine", dm["id"])).response()
    interaction = await last(bot)
    assert interaction.context.private_channel
    seen = await other.wait_for(lambda e: e.name == "MESSAGE_CREATE")
    assert seen.data["content"] == "yours"


async def test_the_bot_does_not_reach_what_only_its_user_let_it_into(
    playground: Playground, bot: Painter, member: Member, elsewhere: Channel
):
    used: Interaction = await member.command("mine", str(elsewhere.id))
    shown = await used.response()
    url = f"{playground.api_url}/channels/{elsewhere.id}/messages/{shown['id']}"
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.patch(url, json={"content": "by my own right"}) as response,
    ):
        assert (response.status, (await response.json())["code"]) == (403, 50001)
