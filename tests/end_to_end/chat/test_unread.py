"""News: unread channels, the line where it begins, the way there, and history above."""

import re

import pytest
from playwright.async_api import expect

from playground.client import Member
from playground.world import Message
from tests.end_to_end import _page
from tests.end_to_end._page import Chat, Person
from tests.end_to_end.chat._bot import Actor

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


def fill(chat: Chat, count: int) -> None:
    """Let #general have a past."""
    services = chat.playground.services
    channel = next(each for each in services.world.channels.values() if each.name == "general")
    for number in range(count):
        message = Message(
            services.ids.next(), channel.id, services.world.people[1], services.clock.now()
        )
        message.content = f"past {number}"
        channel.messages[message.id] = message


async def test_others_are_seen_typing(chat: Chat, mel: Member):
    await chat.go("no-bots")
    await Person(chat.playground, 1).typing("no-bots")
    await expect(chat.page.locator(".typing")).to_have_text("Mel Member is typing…")
    await mel.say(mel.channel("no-bots"), "here I am")
    await expect(chat.page.locator(".typing")).to_have_text("")
    await chat.go("general")


async def test_unread_channels_are_marked_and_counted(chat: Chat, mel: Member):
    await chat.go("no-bots")
    general = chat.page.locator(".channel", has_text="general")
    await mel.say(mel.channel("general"), "over here")
    await expect(general.locator(".count")).to_contain_text("1")
    await expect(chat.page).to_have_title(re.compile(r"^\(1\) #no-bots"))
    await chat.go("general")
    await expect(general.locator(".count")).to_have_count(0)
    await expect(chat.message("over here")).to_be_visible()


async def test_a_line_shows_where_the_news_begin(chat: Chat, mel: Member):
    await mel.say(mel.channel("general"), "seen")
    await expect(chat.message("seen")).to_be_visible()
    await chat.go("no-bots")
    for text in ("unseen", "unseen too"):
        await mel.say(mel.channel("general"), text)
    await expect(chat.page.locator(".channel", has_text="general").locator(".count")).to_have_text(
        "2 unread"
    )
    await chat.go("general")
    line = chat.page.locator(".news")
    await expect(line).to_have_count(1)
    after = await line.evaluate("line => line.nextElementSibling.textContent")
    assert "unseen" in after
    await chat.go("no-bots")
    await chat.go("general")
    await expect(line).to_have_count(0)


async def test_who_reads_further_up_is_told_how_many_came(chat: Chat, bot: Actor):
    for number in range(25):
        await bot.general.send(f"number {number}\n\n")
    await expect(chat.message("number 24")).to_be_in_viewport()
    await chat.page.locator(".scroller").evaluate("element => element.scrollTop = 0")
    first = chat.page.locator(".message").first
    await expect(first).to_be_in_viewport()
    await bot.general.send("news one")
    await bot.general.send("news two")
    pill = chat.page.get_by_role("button", name="2 new messages jump")
    await expect(pill).to_be_visible()
    await expect(first).to_be_in_viewport()
    await expect(chat.page.locator(".news")).to_have_count(1)
    await pill.click()
    await expect(chat.message("news two")).to_be_in_viewport()
    await expect(pill).to_be_hidden()


async def test_news_out_of_sight_can_be_jumped_to(chat: Chat, bot: Actor):
    await bot.general.send("read")
    await expect(chat.message("read")).to_be_visible()
    await chat.go("no-bots")
    for number in range(30):
        await bot.general.send(f"news {number}")
    await expect(chat.page.locator(".count")).to_contain_text("30")
    await chat.go("general")
    await chat.page.get_by_role("button", name="30 new messages jump").click()
    await expect(chat.page.locator(".news")).to_be_in_viewport()


async def test_older_messages_load_while_one_scrolls_up_and_nothing_moves(chat: Chat):
    fill(chat, 120)
    await chat.page.reload()
    await expect(chat.page.locator(".message")).to_have_count(50)
    place = """() => {
        const message = [...document.querySelectorAll(".message")]
            .find((each) => each.textContent.includes("past 72"));
        return Math.round(message.getBoundingClientRect().top);
    }"""
    scroll = "element => element.scrollTop = 250"
    await chat.page.locator(".scroller").evaluate(scroll)
    before = await chat.page.evaluate(place)
    await expect(chat.page.locator(".message")).to_have_count(100)
    assert abs(await chat.page.evaluate(place) - before) <= 1
    await expect(chat.page.locator(".channel-start .skeleton")).to_have_count(1)
    await chat.page.locator(".scroller").evaluate("element => element.scrollTop = 0")
    await expect(chat.page.locator(".message")).to_have_count(120)
    await expect(chat.page.locator(".skeleton")).to_have_count(0)
    await expect(chat.page.locator(".welcome")).to_have_count(1)


async def test_a_jump_finds_what_is_not_loaded_yet(chat: Chat, mel: Member):
    fill(chat, 120)
    oldest = (await mel.messages(mel.channel("general"), limit=100))[-1]["id"]
    reference = {"message_id": oldest}
    await mel.say(mel.channel("general"), "far answer", message_reference=reference)
    await chat.page.reload()
    answer = chat.message("far answer")
    await answer.get_by_role("button", name="past 20").click()
    await expect(chat.page.locator(f'.message[data-id="{oldest}"]')).to_be_in_viewport()


async def test_gray_lines_stand_where_messages_will_be(chat: Chat):
    fill(chat, 3)
    await chat.page.route("**/messages?*", lambda route: None)
    await chat.page.reload()
    await expect(chat.page.get_by_role("status", name="Loading messages")).to_be_visible()
    await chat.page.unroute("**/messages?*")


async def test_what_came_while_one_was_somebody_else_is_marked(chat: Chat):
    forbidden = chat.page.locator(".channel", has_text="no-bots")
    await expect(forbidden).not_to_contain_class("unread")
    await chat.become("Mel Member")
    await chat.go("no-bots")
    await chat.type("while the owner was away")
    await expect(chat.message("while the owner was away")).to_be_visible()
    await chat.go("general")
    await chat.become("Olive Owner")
    await expect(forbidden).to_contain_class("unread")
    await chat.go("no-bots")
    await expect(forbidden).not_to_contain_class("unread")
    await chat.go("general")
