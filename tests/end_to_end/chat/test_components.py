"""Buttons, selects and components v2 under messages."""

import asyncio
from typing import Any

import discord
import pytest
from discord import ui
from playwright.async_api import expect

from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor, calling, picture, row_of

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]

STYLES = ["primary", "secondary", "success", "danger"]


async def silent(_: discord.Interaction) -> None:
    """Does not answer."""


async def test_buttons_come_in_all_styles(chat: Chat, bot: Actor):
    buttons = [ui.Button[Any](label=name, style=discord.ButtonStyle[name]) for name in STYLES]
    link = ui.Button[Any](label="Manual", url="https://example.com/manual")
    off = ui.Button[Any](label="Off", disabled=True, emoji="⭐")
    await bot.general.send("press", view=row_of(*buttons, link, off))
    message = chat.message("press")
    for name in STYLES:
        await expect(message.get_by_role("button", name=name)).to_contain_class(f"button-{name}")
    shown = message.get_by_role("link", name="Manual")
    await expect(shown).to_have_attribute("href", "https://example.com/manual")
    await expect(shown).to_have_attribute("rel", "noopener noreferrer")
    await expect(message.get_by_role("button", name="⭐ Off")).to_be_disabled()


async def test_a_button_spins_while_the_bot_answers(chat: Chat, bot: Actor):
    go_on = asyncio.Event()

    async def answer(interaction: discord.Interaction) -> None:
        await go_on.wait()
        await interaction.response.edit_message(content="answered")

    await bot.general.send("wait", view=row_of(calling(ui.Button(label="Go"), answer)))
    button = chat.message("wait").get_by_role("button", name="Go")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(button.locator(".spinner")).to_be_visible()
    go_on.set()
    await expect(chat.message("answered").locator(".spinner")).to_have_count(0)
    await expect(chat.message("answered").get_by_role("button", name="Go")).to_be_focused()


async def test_a_button_that_is_not_answered_says_so(chat: Chat, bot: Actor):
    await bot.general.send("hush", view=row_of(calling(ui.Button(label="Silent"), silent)))
    message = chat.message("hush")
    await message.get_by_role("button", name="Silent").click()
    chat.playground.clock.advance(3.5)
    await expect(message.get_by_role("alert")).to_have_text("This interaction failed")
    await expect(message.locator("[aria-busy=true]")).to_have_count(0)


async def test_a_select_of_one_is_sent_at_once(chat: Chat, bot: Actor):
    select = ui.Select[Any](placeholder="Choose a style")
    select.add_option(label="Oil", description="Thick", emoji="🎨")
    select.add_option(label="Ink", default=True)

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"chose {select.values}")

    await bot.general.send("choose", view=row_of(calling(select, answer)))
    box = chat.page.get_by_role("combobox", name="Choose a style")
    await expect(box).to_have_text("Ink")
    await box.click()
    await expect(chat.page.get_by_role("option", name="🎨 Oil Thick")).to_be_visible()
    await chat.press("ArrowUp", "Enter")
    await expect(chat.message("chose ['Oil']")).to_be_visible()


async def test_a_select_of_several_is_sent_when_it_closes(chat: Chat, bot: Actor):
    select = ui.Select[Any](placeholder="Some", min_values=2, max_values=3)
    for label in "ABCD":
        select.add_option(label=label)

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"chose {''.join(select.values)}")

    await bot.general.send("several", view=row_of(calling(select, answer)))
    await chat.page.get_by_role("combobox", name="Some").click()
    await chat.press("Enter")
    await expect(chat.page.locator(".select-hint")).to_have_text("Choose at least 2.")
    await chat.press("ArrowDown", "ArrowDown", "Enter", "Escape")
    await expect(chat.message("chose AC")).to_be_visible()


@pytest.mark.parametrize(
    ("select", "names"),
    [
        (ui.UserSelect[Any], ["Olive Owner", "Mel Member", "Easel"]),
        (ui.RoleSelect[Any], ["@everyone", "Easel"]),
        (ui.ChannelSelect[Any], ["general", "no-bots"]),
        (ui.MentionableSelect[Any], ["Mel Member", "@everyone"]),
    ],
)
async def test_selects_offer_what_the_guild_has(chat: Chat, bot: Actor, select, names: list[str]):
    chosen: list[str] = []
    item = select(placeholder="One")

    async def answer(interaction: discord.Interaction) -> None:
        chosen.append(str(item.values[0]))
        await interaction.response.defer()

    await bot.general.send("whom", view=row_of(calling(item, answer)))
    await chat.page.get_by_role("combobox", name="One").click()
    for name in names:
        await expect(chat.page.get_by_role("option", name=name).first).to_be_visible()
    await chat.page.get_by_role("option", name=names[0]).first.click()
    await expect(chat.page.locator(".message [aria-busy=true]")).to_have_count(0)
    assert len(chosen) == 1


async def test_a_message_of_components_shows_them_all(chat: Chat, bot: Actor):
    inside = [
        ui.Section(ui.TextDisplay("**Red** star"), accessory=ui.Thumbnail("attachment://s.png")),
        ui.Separator(),
        ui.MediaGallery(
            discord.MediaGalleryItem("attachment://a.png", description="first"),
            discord.MediaGalleryItem("attachment://b.png", spoiler=True),
        ),
        ui.Section(ui.TextDisplay("more"), accessory=ui.Button(label="Press")),
        ui.File("attachment://notes.txt"),
        ui.ActionRow(ui.Button(label="Again")),
    ]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*inside, accent_color=0x5865F2))
    view.add_item(ui.Container(ui.TextDisplay("the end of the story"), spoiler=True))
    files = [picture(name) for name in ("s.png", "a.png", "b.png")]
    await bot.general.send(view=view, files=[*files, discord.File(__file__, "notes.txt")])
    box = chat.page.locator(".component-container").first
    color = "element => getComputedStyle(element).borderInlineStartColor"
    await expect(box.locator("strong").first).to_have_text("Red")
    assert await box.evaluate(color) == "rgb(88, 101, 242)"
    await expect(box.get_by_role("button", name="Open s.png large")).to_be_visible()
    await expect(box.get_by_role("separator")).to_be_visible()
    await expect(box.get_by_role("button", name="Open first large")).to_be_visible()
    await expect(box.get_by_role("button", name="Spoiler, press to show")).to_be_visible()
    await expect(box.get_by_role("link", name="Download notes.txt")).to_be_visible()
    await expect(box.get_by_role("button", name="Again")).to_be_visible()
    # What components show is not shown a second time among the files.
    await expect(chat.page.locator(".message-files .picture, .message-files a")).to_have_count(0)


async def test_a_spoiler_container_is_uncovered_by_a_press(chat: Chat, bot: Actor):
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(ui.TextDisplay("the butler"), spoiler=True))
    await bot.general.send(view=view)
    box = chat.page.locator(".component-container")
    await expect(box).to_contain_class("covered")
    await box.get_by_role("button", name="Spoiler, press to show").click()
    await expect(box).not_to_contain_class("covered")
    await expect(box.get_by_role("button")).to_have_count(0)
