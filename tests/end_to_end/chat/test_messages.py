"""Messages: who, when, what they answer, embeds, and who else may see them."""

import re
from typing import Any

import discord
import pytest
from playwright.async_api import Page, expect

from playground.client import Member
from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor, picture

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_messages_of_one_author_are_grouped(chat: Chat, mel: Member):
    for text in ("first", "second"):
        await mel.say(mel.channel("general"), text)
    await expect(chat.message("first").locator(".avatar")).to_have_text("MM")
    await expect(chat.message("second")).to_contain_class("grouped")
    await expect(chat.message("second").locator(".avatar")).to_have_count(0)


@pytest.mark.parametrize(
    ("second", "grouped"),
    [
        ({}, True),
        ({"after_s": 7 * 60 + 1}, False),
        ({"author": {"id": "2"}}, False),
        ({"flags": 64}, False),
        ({"type": 19}, False),
        ({"interaction_metadata": {"type": 2, "user": {"id": "3"}}}, False),
    ],
)
async def test_what_belongs_to_a_group(modules: Page, second: dict[str, Any], grouped: bool):
    noon = ((1_795_000_000_000 - 1_420_070_400_000) << 22) + (second.pop("after_s", 0) * 1000 << 22)
    first = {"id": str((1_795_000_000_000 - 1_420_070_400_000) << 22), "author": {"id": "1"}}
    rows = await modules.evaluate(
        """async (messages) => {
            const { rowsOf } = await import("/web/rows.js");
            return rowsOf(messages, null).map((row) => row.grouped);
        }""",
        [{"flags": 0} | first, {"flags": 0} | first | {"id": str(noon + 1)} | second],
    )
    assert rows == [False, grouped]


async def test_days_are_parted_by_a_line(chat: Chat, mel: Member):
    await mel.say(mel.channel("general"), "today")
    await expect(chat.page.locator(".day")).to_have_count(1)


async def test_a_time_says_exactly_when_in_its_title(chat: Chat, bot: Actor):
    await bot.general.send("now")
    time = chat.message("now").locator("time")
    await expect(time).to_have_attribute("title", re.compile(r"20\d\d.* \d+:\d\d"))


async def test_a_reply_leads_to_what_it_answers(chat: Chat, bot: Actor, mel: Member):
    first = await bot.general.send("the very first")
    for number in range(30):
        await bot.general.send(f"number {number}")
    await mel.say(
        mel.channel("general"), "an answer", message_reference={"message_id": str(first.id)}
    )
    answer = chat.message("an answer")
    await expect(answer.locator(".context-line")).to_contain_text("the very first")
    target = chat.page.locator(f'.message[data-id="{first.id}"]')
    await expect(target).not_to_be_in_viewport()
    await answer.get_by_role("button", name="the very first").click()
    await expect(target).to_be_in_viewport()
    await expect(target).to_contain_class("flash")
    await expect(target.get_by_role("article")).to_be_focused()


async def test_a_reply_to_what_is_gone_says_so(chat: Chat, bot: Actor):
    first = await bot.general.send("soon gone")
    await first.reply("too late")
    await first.delete()
    await expect(chat.page.locator(".message", has_text="soon gone")).to_have_count(1)
    await chat.page.reload()
    await expect(chat.message("too late")).to_contain_text("cannot be shown")


async def test_an_edit_is_marked(chat: Chat, bot: Actor):
    message = await bot.general.send("before")
    await message.edit(content="after")
    await expect(chat.message("after").locator(".edited")).to_have_text("(edited)")


async def test_a_mention_of_the_viewer_is_highlighted(chat: Chat, bot: Actor):
    owner = chat.playground.state["users"][0]["id"]
    await bot.general.send(f"hello <@{owner}>")
    message = chat.message("hello")
    await expect(message).to_contain_class("mentioned")
    await expect(message.locator(".mention")).to_have_text("@Olive Owner")
    await chat.become("Robin Other")
    await expect(chat.message("hello")).not_to_contain_class("mentioned")
    await chat.become("Olive Owner")


async def test_markup_stays_text(chat: Chat, mel: Member):
    await mel.say(mel.channel("general"), '<img src=x onerror="document.title=1">')
    message = chat.message("<img src=x")
    text = '<img src=x onerror="document.title=1">'
    await expect(message.locator(".markdown")).to_have_text(text)
    await expect(chat.page.locator(".markdown img")).to_have_count(0)


async def test_a_command_is_named_above_its_answer(chat: Chat):
    await chat.type("/whisper")
    answer = chat.message("only for you: psst")
    await expect(answer.locator(".context-line")).to_have_text("OOOlive Owner used /whisper")


async def test_an_ephemeral_answer_is_seen_by_its_user_alone(chat: Chat):
    await chat.type("/whisper")
    answer = chat.message("only for you: psst")
    await expect(answer).to_contain_text("Only you can see this")
    await chat.become("Robin Other")
    await expect(chat.page.locator(".welcome")).to_be_visible()
    await expect(answer).to_have_count(0)
    await chat.become("Olive Owner")
    await expect(answer).to_be_visible()
    await answer.get_by_role("button", name="Dismiss message").click()
    await expect(answer).to_have_count(0)


async def test_a_deferred_answer_says_that_the_bot_thinks(chat: Chat):
    await chat.type("/think")
    await expect(chat.message("Easel is thinking…")).to_be_visible()


async def test_an_embed_shows_all_its_parts(chat: Chat, bot: Actor):
    embed = discord.Embed(
        title="Title", description="Text with **bold**", color=0x2FA37C, url="https://example.com/"
    )
    embed.set_author(name="Author").set_footer(text="Footer")
    for number in range(4):
        embed.add_field(name=f"Name {number}", value=f"Value {number}")
    embed.set_image(url="attachment://red.png").set_thumbnail(url="attachment://small.png")
    await bot.general.send(embed=embed, files=[picture(), picture("small.png", (90, 90))])
    shown = chat.page.locator(".embed")
    bar = "element => getComputedStyle(element).borderInlineStartColor"
    await expect(shown).to_contain_text("Author")
    assert await shown.evaluate(bar) == "rgb(47, 163, 124)"
    await expect(shown.get_by_role("link", name="Title")).to_be_visible()
    await expect(shown.locator("strong")).to_have_text("bold")
    await expect(shown.locator(".share-3")).to_have_count(3)
    await expect(shown.locator(".share-1")).to_contain_text("Value 3")
    await expect(shown.locator(".embed-footer")).to_contain_text("Footer")
    await expect(shown.get_by_role("button", name="Open red.png large")).to_be_visible()
    await expect(shown.get_by_role("button", name="Open small.png large")).to_be_visible()
    inside = "e => [...e.querySelectorAll('*')].every(c => c.getBoundingClientRect().right <= 1281)"
    assert await shown.evaluate(inside)


async def test_code_can_be_copied(chat: Chat, bot: Actor):
    await chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await bot.general.send("```py\nprint(1)\n```")
    block = chat.page.locator(".md-block")
    await block.hover()
    await block.get_by_role("button", name="Copy the code").click()
    await expect(block.get_by_role("button", name="Copied")).to_be_visible()
    assert await chat.page.evaluate("navigator.clipboard.readText()") == "print(1)"


async def test_a_spoiler_opens_by_keyboard(chat: Chat, bot: Actor):
    await bot.general.send("it is ||the butler||")
    spoiler = chat.page.get_by_role("button", name="Spoiler, press to show")
    await spoiler.focus()
    await chat.press("Enter")
    shown = chat.page.locator(".spoiler-shown")
    await expect(shown).to_have_text("the butler")
    await expect(shown).to_be_focused()


async def test_a_mentioned_channel_is_opened_by_a_click(chat: Chat, bot: Actor):
    await bot.general.send(f"see {bot.channel('no-bots').mention}")
    await chat.page.get_by_role("button", name="#no-bots").click()
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("no-bots")
    await chat.go("general")


async def test_a_masked_link_asks_before_it_leads_away(chat: Chat, bot: Actor):
    await bot.general.send("[here](https://example.com/far)")
    await chat.page.get_by_role("link", name="here").click()
    question = chat.page.get_by_role("alertdialog", name="Leaving the playground")
    await expect(question).to_contain_text("https://example.com/far")
    await question.get_by_role("button", name="Cancel").click()
    await expect(question).to_have_count(0)
    assert len(chat.page.context.pages) == 1


async def test_an_answer_to_a_mere_file_says_how_to_see_it(chat: Chat, bot: Actor):
    asked = await bot.general.send(file=picture())
    await asked.reply("nice")
    line = chat.message("nice").get_by_role("button", name="Click to see attachment")
    await expect(line.locator("svg")).to_be_visible()
    await line.click()
    await expect(chat.page.locator(f'[data-id="{asked.id}"] > article')).to_be_focused()


async def test_a_long_number_in_a_narrow_embed_is_not_broken(chat: Chat, bot: Actor):
    embed = discord.Embed(title="Job")
    for name in ("Seed", "Steps", "Guidance"):
        embed.add_field(name=name, value="8726354098172635", inline=True)
    embed.add_field(name="Unbroken", value="1" * 90)
    await bot.general.send(embed=embed)
    await chat.page.set_viewport_size({"width": 360, "height": 640})
    values = chat.page.locator(".embed-field dd")
    await expect(values).to_have_count(4)
    heights = await values.evaluate_all("all => all.map((each) => each.clientHeight)")
    wide = await chat.page.locator(".embed").evaluate("embed => embed.scrollWidth")
    await chat.page.set_viewport_size({"width": 1280, "height": 720})
    assert heights[0] == heights[1] == heights[2] < heights[3]
    assert wide <= 360
