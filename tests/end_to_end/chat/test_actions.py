"""What can be done with messages and users: react, reply, copy, delete, the apps' own commands."""

import pytest
from playwright.async_api import expect

from playground.client import Member
from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_a_message_that_is_pointed_at_offers_its_actions(chat: Chat, bot: Actor):
    await bot.general.send("hover me")
    bar = chat.page.get_by_role("toolbar", name="Message actions")
    await chat.message("hover me").hover()
    await expect(bar.get_by_role("button")).to_have_text(["Add a reaction", "Reply", "More"])
    await chat.page.mouse.move(5, 5)
    await expect(bar).to_have_count(0)


async def test_a_reaction_is_picked_and_taken_back(chat: Chat, bot: Actor):
    message = await bot.general.send("react")
    shown = chat.message("react")
    await shown.hover()
    await shown.get_by_role("button", name="Add a reaction").click()
    await expect(chat.page.get_by_role("button", name="thumbs up")).to_be_focused()
    await chat.press("ArrowRight", "Enter")
    mine = shown.get_by_role("button", name="heart, 1")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    assert [str(each) for each in (await message.fetch()).reactions] == ["❤️"]
    await mine.click()
    await expect(shown.locator(".reaction")).to_have_count(0)
    assert (await message.fetch()).reactions == []


async def test_reactions_of_others_are_counted_and_joined(chat: Chat, bot: Actor):
    message = await bot.general.send("liked")
    await message.add_reaction("👍")
    button = chat.message("liked").get_by_role("button", name="thumbs up")
    await expect(button).to_have_attribute("aria-pressed", "false")
    await button.click()
    await expect(button.locator(".reaction-count")).to_have_text("2")
    await message.remove_reaction("👍", message.author)
    await expect(button.locator(".reaction-count")).to_have_text("1")
    await chat.page.reload()
    await expect(button).to_have_attribute("aria-pressed", "true")


async def test_a_reaction_that_is_refused_is_taken_back(chat: Chat, bot: Actor):
    message = await bot.general.send("too late to like")
    await message.add_reaction("👍")
    button = chat.message("too late").get_by_role("button", name="thumbs up")
    body = {"code": 50013, "message": "Missing Permissions"}
    await chat.page.route("**/reactions/**", lambda route: route.fulfill(status=403, json=body))
    await button.click()
    await expect(chat.page.locator(".toast")).to_have_text("Missing Permissions")
    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(button.locator(".reaction-count")).to_have_text("1")
    await chat.page.unroute("**/reactions/**")
    chat.errors.clear()


async def test_a_reply_is_written_to_the_message(chat: Chat, bot: Actor):
    await bot.general.send("question")
    message = chat.message("question")
    await message.hover()
    await message.get_by_role("button", name="Reply").click()
    await chat.type("the answer")
    await expect(chat.message("the answer").locator(".context-line")).to_contain_text("question")


async def test_text_and_id_are_copied(chat: Chat, bot: Actor):
    await chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    message = await bot.general.send("**copy** me")
    for item, copied in (("Copy the text", "**copy** me"), ("Copy the message’s ID", message.id)):
        await chat.message("copy me").click(button="right")
        await chat.page.get_by_role("menuitem", name=item).click()
        assert await chat.page.evaluate("navigator.clipboard.readText()") == str(copied)


async def test_ones_own_message_is_deleted_after_a_question(chat: Chat):
    await chat.type("a mistake")
    await chat.message("a mistake").click(button="right")
    await chat.page.get_by_role("menuitem", name="Delete the message").click()
    question = chat.page.get_by_role("alertdialog", name="Delete this message?")
    await question.get_by_role("button", name="Cancel").click()
    await expect(chat.message("a mistake")).to_be_visible()
    await chat.message("a mistake").click(button="right")
    await chat.page.get_by_role("menuitem", name="Delete the message").click()
    await question.get_by_role("button", name="Delete").click()
    await expect(chat.page.locator(".message", has_text="a mistake")).to_have_count(0)


async def test_who_may_not_delete_is_not_offered_it(chat: Chat, bot: Actor):
    await bot.general.send("not yours")
    await chat.become("Robin Other")
    await chat.message("not yours").click(button="right")
    await expect(chat.page.get_by_role("menuitem", name="Reply")).to_be_visible()
    await expect(chat.page.get_by_role("menuitem", name="Delete")).to_have_count(0)
    await chat.press("Escape")
    await chat.become("Olive Owner")


async def test_a_command_of_an_app_is_used_on_a_message(chat: Chat, bot: Actor):
    await bot.general.send("a red star")
    await chat.message("a red star").click(button="right")
    await chat.page.get_by_role("menuitem", name="Vary this").click()
    answer = chat.message("Varied a red star")
    await expect(answer.locator(".context-line")).to_contain_text("Olive Owner used Vary this")
    assert bot.got == ["vary a red star"]


async def test_a_command_of_an_app_is_used_on_a_user(chat: Chat, bot: Actor, mel: Member):
    await mel.say(mel.channel("general"), "it is me")
    await chat.message("it is me").get_by_role("button", name="Mel Member").click()
    await chat.page.get_by_role("menuitem", name="Gallery of").click()
    await expect(chat.message("Gallery of mel")).to_be_visible()
    assert bot.got == ["gallery mel"]


async def test_a_user_is_mentioned_from_their_menu(chat: Chat, mel: Member):
    await mel.say(mel.channel("general"), "here")
    await chat.message("here").get_by_role("button", name="Mel Member").click()
    await chat.page.get_by_role("menuitem", name="Mention").click()
    await chat.type("hello")
    await expect(chat.message("hello").locator(".mention")).to_have_text("@Mel Member")


async def test_a_menu_is_walked_by_keys_and_gives_the_focus_back(chat: Chat, mel: Member):
    await mel.say(mel.channel("general"), "menu")
    name = chat.message("menu").get_by_role("button", name="Mel Member")
    await name.focus()
    await chat.press("Enter", "End")
    await expect(chat.page.get_by_role("menuitem").last).to_be_focused()
    await chat.press("ArrowDown")
    await expect(chat.page.get_by_role("menuitem").first).to_be_focused()
    await chat.press("Escape")
    await expect(chat.page.get_by_role("menu")).to_have_count(0)
    await expect(name).to_be_focused()
