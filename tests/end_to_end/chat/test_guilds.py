"""What changes in a guild is seen at once: channels, threads, members, roles, further guilds."""

import discord
import pytest
import pytest_asyncio
from playwright.async_api import expect

from playground.client import Member
from playground.services import Services
from playground.world import Guild
from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


@pytest_asyncio.fixture(loop_scope="session")
async def services(chat: Chat) -> Services:
    return chat.playground.services


@pytest_asyncio.fixture(loop_scope="session")
async def guild(services: Services) -> Guild:
    return next(iter(services.world.guilds.values()))


async def test_channels_come_change_and_go(chat: Chat, services: Services, guild: Guild):
    rows = chat.page.locator(".channel")
    made = services.guilds.channels.create(guild, "sketches")
    await expect(rows.filter(has_text="sketches")).to_be_visible()
    await chat.go("sketches")
    services.guilds.channels.edit(made, name="drawings", topic="Only lines")
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("drawings")
    await expect(chat.page.locator(".topic")).to_have_text("Only lines")
    services.guilds.channels.delete(made)
    await expect(rows.filter(has_text="drawings")).to_have_count(0)
    # Who was in it is taken elsewhere.
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("general")


async def test_a_thread_is_listed_under_its_channel_and_opened(chat: Chat, bot: Actor):
    message = await bot.general.send("let us talk")
    thread = await message.create_thread(name="Red stars")
    await expect(chat.message("let us talk").locator(".thread-link")).to_contain_text("Red stars")
    row = chat.page.get_by_role("list", name="Threads of general").get_by_role("button")
    await expect(row).to_have_text("Red stars")
    await row.click()
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("Red stars")
    await chat.type("in the thread")
    await expect(chat.message("in the thread")).to_be_visible()
    await thread.edit(archived=True)
    await expect(row).to_contain_text("archived")
    await chat.page.get_by_role("button", name="in general").click()
    await expect(row).to_have_count(0)


async def test_a_thread_on_its_own_is_told_of_in_the_channel(
    chat: Chat, bot: Actor, services: Services, guild: Guild
):
    thread = await bot.general.create_thread(name="Blue", type=discord.ChannelType.public_thread)
    note = chat.page.locator(".server-note", has_text="started a thread")
    await note.get_by_role("button", name="Blue").click()
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("Blue")
    services.guilds.threads.delete(guild.threads[thread.id])
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("general")


async def test_a_nickname_is_shown(chat: Chat, services: Services, guild: Guild, mel: Member):
    user = services.world.people[1]
    services.guilds.members.rename(guild, user, "Melody")
    await mel.say(mel.channel("general"), "new name")
    await expect(chat.message("new name")).to_contain_text("Melody")
    services.guilds.members.rename(guild, user, None)


async def test_a_role_may_open_a_channel(chat: Chat, services: Services, guild: Guild):
    hidden = services.guilds.channels.create(guild, "cellar")
    services.guilds.channels.allow(hidden, guild.id, deny=1 << 10)
    await chat.become("Robin Other")
    row = chat.page.locator(".channel", has_text="cellar")
    await expect(chat.page.locator(".channel", has_text="general")).to_be_visible()
    await expect(row).to_have_count(0)
    role = services.guilds.roles.create(guild, "Keyholder")
    services.guilds.channels.allow(hidden, role.id, allow=1 << 10)
    services.guilds.members.give(guild, services.world.people[2], role.id)
    await expect(row).to_be_visible()
    services.guilds.channels.delete(hidden)
    services.guilds.roles.delete(guild, role)
    await chat.become("Olive Owner")


async def test_a_second_guild_makes_a_rail(chat: Chat, services: Services):
    rail = chat.page.get_by_role("list", name="Guilds")
    await expect(rail).to_have_count(0)
    second = services.guilds.create("Second Home", services.world.people[0])
    await expect(rail.get_by_role("button")).to_have_count(2)
    await rail.get_by_role("button", name="Second Home").click()
    heading = chat.page.get_by_role("heading", name="Second Home")
    await expect(heading).to_be_visible()
    await expect(chat.page.get_by_role("heading", name="Playground")).to_have_count(0)
    await chat.type("hello second home")
    await expect(chat.message("hello second home")).to_be_visible()
    services.guilds.delete(second)
    await expect(rail).to_have_count(0)
    await expect(chat.page.get_by_role("heading", name="Playground")).to_be_visible()


async def test_an_outage_is_said(chat: Chat, services: Services, guild: Guild):
    services.guilds.begin_outage(guild)
    await expect(chat.page.locator(".side-note")).to_contain_text("Not available")
    services.guilds.end_outage(guild)
    await expect(chat.page.locator(".side-note")).to_have_count(0)
    await expect(chat.page.locator(".channel", has_text="general")).to_be_visible()


async def test_a_thread_begins_with_its_message(
    chat: Chat, bot: Actor, services: Services, guild: Guild
):
    message = await bot.general.send("where it **began**")
    thread = await message.create_thread(name="After that")
    await chat.page.locator(".thread-link").click()
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("After that")
    await expect(chat.message("where it").locator("strong")).to_have_text("began")
    services.guilds.threads.delete(guild.threads[thread.id])


async def test_a_newcomer_can_be_chosen(chat: Chat, services: Services, guild: Guild):
    newcomer = services.guilds.person("nina", "Nina New")
    services.guilds.members.join(guild, newcomer)
    await expect(chat.page.locator(".person", has_text="Nina New")).to_be_visible()
    await chat.become("Nina New")
    await chat.type("here I am")
    await expect(chat.message("here I am")).to_contain_text("Nina New")
    await chat.become("Olive Owner")
    services.guilds.members.kick(guild, newcomer)
