"""Without a mouse, with a screen reader, in a narrow window, in dark and light."""

import re

import pytest
from playwright.async_api import Browser, expect

from playground.client import Member
from playground.server import Playground
from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor, picture
from tests.end_to_end.chat._contrast import CONTRAST

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_the_page_has_landmarks_and_a_way_to_skip_them(chat: Chat):
    page = chat.page
    await expect(page.get_by_role("main")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Channels and people")).to_be_visible()
    await expect(page.get_by_role("banner", name="About this page")).to_be_visible()
    await expect(page.get_by_role("log", name="Messages")).to_be_visible()
    skip = page.get_by_role("link", name="Skip to the message box")
    await skip.focus()
    await expect(skip).to_be_in_viewport()
    await chat.press("Enter")
    await expect(page.locator(".composer-text")).to_be_focused()


async def test_arrows_walk_through_the_messages(chat: Chat, bot: Actor):
    for text in ("one", "two", "three"):
        await bot.general.send(text)
    articles = chat.page.locator(".message > article")
    await expect(articles).to_have_count(3)
    await expect(chat.page.locator(".message > article[tabindex='0']")).to_have_count(1)
    await articles.last.focus()
    await chat.press("ArrowUp")
    await expect(articles.nth(1)).to_be_focused()
    await chat.press("Home")
    await expect(articles.first).to_be_focused()
    await chat.press("End")
    await expect(articles.last).to_be_focused()


async def test_the_actions_of_a_message_are_reached_by_tab(chat: Chat, bot: Actor):
    await bot.general.send("with keys")
    await chat.message("with keys").get_by_role("article").focus()
    bar = chat.page.get_by_role("toolbar", name="Message actions")
    await expect(bar).to_be_visible()
    for _ in range(5):
        await chat.press("Tab")
        if await bar.evaluate("bar => bar.contains(document.activeElement)"):
            break
    await expect(bar.get_by_role("button", name="Add a reaction")).to_be_focused()


async def test_new_messages_are_announced(chat: Chat, mel: Member):
    voice = chat.page.get_by_role("log", name="What is new")
    await expect(voice).to_have_attribute("aria-live", "polite")
    await mel.say(mel.channel("general"), "hear me")
    await expect(voice).to_have_text("Mel Member: hear me")


async def test_a_picture_that_arrives_is_announced_once(chat: Chat, bot: Actor):
    message = await bot.general.send("painting")
    voice = chat.page.get_by_role("log", name="What is new")
    await expect(voice.get_by_text("painting")).to_have_count(1)
    for content in ("step 1", "step 2"):
        await message.edit(content=content)
    await message.edit(content="done", attachments=[picture()])
    await expect(voice.get_by_text("Easel posted a picture.")).to_have_count(1)
    await expect(voice.get_by_text("step")).to_have_count(0)


async def test_who_just_types_writes(chat: Chat, bot: Actor):
    await bot.general.send("look")
    await chat.message("look").get_by_role("article").focus()
    await chat.type("typed", enter=False)
    await expect(chat.page.locator(".composer-text")).to_have_value("typed")


async def test_the_switch_changes_the_colors_and_is_remembered(chat: Chat):
    color = "getComputedStyle(document.body).backgroundColor"
    switch = chat.page.get_by_role("button", name="Dark colors")
    await expect(switch).to_have_attribute("aria-pressed", "false")
    before = await chat.page.evaluate(color)
    await switch.click()
    await expect(switch).to_have_attribute("aria-pressed", "true")
    after = await chat.page.evaluate(color)
    assert before != after
    await chat.page.reload()
    await expect(switch).to_have_attribute("aria-pressed", "true")
    assert await chat.page.evaluate(color) == after
    await chat.page.evaluate("localStorage.clear()")


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_texts_stand_out_from_what_is_behind_them(chat: Chat, bot: Actor, scheme):
    await chat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    owner = chat.playground.state["users"][0]["id"]
    await bot.general.send(f"# Head\n-# small `code` <@{owner}> <t:1:R> [link](https://e.com)")
    await chat.type("/whisper")
    await expect(chat.message("psst")).to_be_visible()
    await chat.message("psst").hover()
    assert await chat.page.evaluate(CONTRAST) == []
    await chat.page.emulate_media(color_scheme=None, reduced_motion=None)


async def test_reduced_motion_is_honored(chat: Chat, bot: Actor):
    await chat.page.emulate_media(reduced_motion="reduce")
    await bot.general.send("still")
    moving = "document.getAnimations().filter((each) => each.playState === 'running').length"
    await expect(chat.message("still")).to_be_visible()
    assert await chat.page.evaluate(moving) == 0
    await chat.page.emulate_media(reduced_motion=None)


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_the_page_fits_a_narrow_window(
    browser: Browser, shared: tuple[Playground, Actor], bot: Actor, scheme
):
    await bot.general.send("```\n" + "x" * 200 + "\n```" + "y" * 200, file=picture(size=(900, 300)))
    window = await browser.new_context(viewport={"width": 360, "height": 640}, color_scheme=scheme)
    chat = Chat(await window.new_page(), shared[0])
    await chat.open()
    width = "document.documentElement.scrollWidth"
    assert await chat.page.evaluate(width) == 360
    scroller = "document.querySelector('.scroller').scrollWidth"
    assert await chat.page.evaluate(scroller) <= 360
    menu = chat.page.get_by_role("button", name="Channels and people")
    general = chat.page.locator(".channel", has_text="general")
    await expect(general).to_be_hidden()
    await menu.click()
    await expect(general).to_be_visible()
    await expect(menu).to_have_attribute("aria-expanded", "true")
    await chat.press("Escape")
    await expect(general).to_be_hidden()
    await expect(menu).to_be_focused()
    await menu.click()
    await chat.go("no-bots")
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text(re.compile("no-bots"))
    await expect(general).to_be_hidden()
    assert await chat.page.evaluate(width) == 360
    await window.close()


async def test_in_a_narrow_window_a_tap_on_a_person_closes_the_side_and_arrows_do_not(
    browser: Browser, shared: tuple[Playground, Actor]
):
    window = await browser.new_context(viewport={"width": 360, "height": 640})
    chat = Chat(await window.new_page(), shared[0])
    await chat.open()
    menu = chat.page.get_by_role("button", name="Channels and people")
    mel = chat.page.locator(".person", has_text="Mel Member")
    await menu.click()
    await chat.page.locator(".person input:checked").focus()
    await chat.press("ArrowDown")
    await expect(mel.locator("input")).to_be_checked()
    await expect(mel).to_be_visible()
    await expect(menu).to_have_attribute("aria-expanded", "true")
    for name in ("Robin Other", "Robin Other"):
        await chat.become(name)
        await expect(mel).to_be_hidden()
        await expect(chat.page.locator(".composer-text")).to_be_focused()
        await menu.click()
    await expect(chat.page.get_by_role("radio", name="Robin Other")).to_be_checked()
    await window.close()
