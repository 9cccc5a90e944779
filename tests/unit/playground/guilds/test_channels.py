"""Channels: made, changed, deleted, and who sees them."""

import io

import aiohttp
import discord
import pytest

from playground import seed
from playground.client import Member, Refused
from playground.server import Playground
from playground.world import Channel, Guild
from tests.unit.playground.conftest import Login, Painter, Watcher, png


async def test_channels_are_made_changed_and_deleted(guild: Guild, watcher: Watcher, owner: Member):
    body = {"name": "My Pictures", "type": 0, "topic": "Art", "rate_limit_per_user": 5}
    made = await owner.api("POST", f"/guilds/{guild.id}/channels", body)
    seen: discord.TextChannel = await watcher.heard("guild_channel_create")
    assert (seen.name, seen.topic, seen.slowmode_delay) == ("my-pictures", "Art", 5)
    await owner.api("PATCH", f"/channels/{made['id']}", {"nsfw": True, "topic": None})
    changed: discord.TextChannel = await watcher.heard("guild_channel_update")
    assert (changed.nsfw, changed.topic) == (True, None)
    await owner.api("DELETE", f"/channels/{made['id']}")
    assert (await watcher.heard("guild_channel_delete")).id == seen.id
    with pytest.raises(discord.NotFound) as refused:
        await seen.send("too late")
    assert refused.value.code == 10003


async def test_with_its_channel_a_file_is_gone(
    playground: Playground, general: Channel, watcher: Watcher
):
    channel = watcher.get_partial_messageable(general.id)
    sent = await channel.send(file=discord.File(io.BytesIO(png()), "a.png"))
    playground.guilds.channels.delete(general)
    async with aiohttp.ClientSession() as http, http.get(sent.attachments[0].url) as response:
        assert response.status == 404


async def test_only_who_manages_channels_changes_them(guild: Guild, member: Member):
    for method, path in (
        ("POST", f"/guilds/{guild.id}/channels"),
        ("PATCH", f"/channels/{seed.GENERAL_ID}"),
        ("DELETE", f"/channels/{seed.GENERAL_ID}"),
    ):
        with pytest.raises(Refused) as refused:
            await member.api(method, path, {"name": "mine"})
        assert refused.value.code == 50013


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"topic": "x" * 1025}, "topic"),
        ({"rate_limit_per_user": 21_601}, "rate_limit_per_user"),
        ({"nsfw": "yes"}, "nsfw"),
        ({"type": 2}, "type"),
        ({"slowmode": 3}, "slowmode"),
        ({"permission_overwrites": [{"id": "x", "type": 0}]}, "permission_overwrites"),
    ],
)
async def test_a_wrong_channel_is_refused(owner: Member, body: dict[str, object], field: str):
    with pytest.raises(Refused) as refused:
        await owner.api("PATCH", f"/channels/{seed.GENERAL_ID}", body)
    assert field in refused.value.body["errors"]


async def test_a_channel_comes_into_sight_and_goes_out_of_it(
    playground: Playground, guild: Guild, general: Channel, watcher: Watcher, member: Member
):
    hide = {"allow": "0", "deny": str(1 << 10), "type": 0}
    everyone = f"/channels/{general.id}/permissions/{guild.id}"
    bot = watcher.get_channel(general.id)
    async with await Member.connect(playground.url, 0) as owner:
        await owner.api("PUT", everyone, hide)
    lost = await member.wait_for(lambda e: e.name == "CHANNEL_DELETE")
    assert lost.data["id"] == str(general.id)
    hidden: discord.TextChannel = await watcher.heard("guild_channel_update")
    assert (hidden.id, hidden.name) == (general.id, "___hidden___")
    assert bot is not None
    playground.guilds.channels.disallow(general, guild.id)
    found = await member.wait_for(lambda e: e.name == "CHANNEL_CREATE")
    assert found.data["name"] == "general"
    assert (await watcher.heard("guild_channel_update")).name == "general"


async def test_a_hidden_channel_is_made_in_secret_from_people(
    playground: Playground, guild: Guild, watcher: Watcher, member: Member
):
    secret = [seed.Overwrite(guild.id, is_member=False, deny=1 << 10)]
    playground.guilds.channels.create(guild, "secret", overwrites=secret)
    playground.guilds.channels.create(guild, "open")
    seen = await member.wait_for(lambda e: e.name == "CHANNEL_CREATE")
    assert seen.data["name"] == "open"
    assert (await watcher.heard("guild_channel_create")).name == "___hidden___"


async def test_a_role_may_open_a_channel(
    playground: Playground, guild: Guild, general: Channel, member: Member
):
    guilds = playground.guilds
    role = guilds.roles.create(guild, "Painters")
    guilds.channels.allow(general, guild.id, deny=1 << 10)
    guilds.channels.allow(general, role.id, allow=1 << 10)
    mark = member.mark()
    guilds.members.give(guild, playground.world.user(int(member.id)), role.id)
    found = await member.wait_for(lambda e: e.name == "CHANNEL_CREATE", since=mark)
    assert found.data["id"] == str(general.id)
    await member.messages(str(general.id))


async def test_nobody_allows_what_they_may_not_do(
    playground: Playground, guild: Guild, general: Channel, member: Member
):
    manager = playground.guilds.roles.create(guild, "Manager", permissions=1 << 28)
    mel = playground.world.user(int(member.id))
    playground.guilds.members.give(guild, mel, manager.id)
    path = f"/channels/{general.id}/permissions/{member.id}"
    await member.api("PUT", path, {"type": 1, "allow": str(1 << 11), "deny": "0"})
    with pytest.raises(Refused) as refused:
        await member.api("PUT", path, {"type": 1, "allow": str(1 << 13), "deny": "0"})
    assert refused.value.code == 50013
    await member.api("DELETE", path)
    with pytest.raises(Refused) as unknown:
        await member.api("DELETE", path)
    assert unknown.value.code == 10009


async def test_an_interaction_in_a_channel_that_was_deleted_since_gets_10003(
    playground: Playground, general: Channel, painter: Painter, login: Login, member: Member
):
    @painter.tree.command(name="slow", description="Waits.")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        playground.guilds.channels.delete(general)
        with pytest.raises(discord.NotFound) as refused:
            await interaction.edit_original_response(content="too late")
        codes.append(refused.value.code)

    codes: list[int] = []
    await login(painter)
    used = await member.command("slow", str(general.id))
    await used.acknowledged()
    await member.wait_for(lambda e: e.name == "CHANNEL_DELETE")
    for _ in range(100):
        if codes:
            break
        await member.messages(member.dm_channel_id)
    assert codes == [10003]
