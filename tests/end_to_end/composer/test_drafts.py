"""Drafts: each channel keeps its own, and they outlast a reload."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.end_to_end._page import Chat
from tests.end_to_end.composer._bot import EveryOptionBot, answered
from tests.end_to_end.composer._setup import box, pills

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def chat(chat: Chat) -> AsyncIterator[Chat]:
    """The page without any draft, and so it is left too: drafts of other channels stay unseen."""
    await chat.open_anew()
    yield chat
    await chat.open_anew()


async def test_each_channel_keeps_its_draft(chat: Chat):
    await chat.type("for general", enter=False)
    await chat.go("no-bots")
    await expect(box(chat)).to_have_value("")
    await chat.type("for the others", enter=False)
    await chat.become("Mel Member")
    await expect(box(chat)).to_have_value("")
    await chat.become("Olive Owner")
    await expect(box(chat)).to_have_value("for the others")
    await chat.go("general")
    await expect(box(chat)).to_have_value("for general")


async def test_a_channel_keeps_the_pills_of_its_draft(chat: Chat):
    await chat.type("/imagine a kept wish steps: 4", enter=False)
    await chat.go("no-bots")
    await expect(pills(chat)).to_have_count(0)
    await chat.go("general")
    await expect(chat.option("prompt")).to_have_value("a kept wish")
    await expect(chat.option("steps")).to_be_focused()


async def test_the_texts_of_all_channels_outlast_a_reload(chat: Chat):
    await chat.type("for general", enter=False)
    await chat.go("no-bots")
    await chat.type("for the others", enter=False)
    await chat.page.reload()
    await expect(box(chat)).to_have_value("for the others")
    await chat.go("general")
    await expect(box(chat)).to_have_value("for general")


async def test_a_filled_in_command_outlasts_a_reload(chat: Chat, bot: EveryOptionBot):
    # A name with a colon within the prompt would become a pill of its own if it were typed anew.
    await chat.type("/imagine a kept wish", enter=False)
    await chat.page.evaluate("document.activeElement.value += ' with seed: in it'")
    await chat.page.locator(".more-options").click()
    await chat.items.filter(has_text="steps").click()
    await chat.type("4", enter=False)
    await chat.page.reload()
    await expect(chat.option("prompt")).to_have_value("a kept wish with seed: in it")
    await expect(chat.option("steps")).to_be_focused()
    await chat.press("Enter")
    await answered(bot, "imagine")
    assert [(got["prompt"], got["steps"]) for got in bot.got] == [
        ("a kept wish with seed: in it", 4)
    ]


async def test_a_second_reload_before_the_commands_are_known_loses_nothing(chat: Chat):
    await chat.type("/imagine a kept wish", enter=False)
    held = "**/application-command-index"
    await chat.page.route(held, lambda _: None)
    await chat.page.reload()
    await expect(box(chat)).to_have_value("/imagine")
    await chat.page.unroute(held)
    await chat.page.reload()
    await expect(chat.option("prompt")).to_have_value("a kept wish")


async def test_what_was_sent_is_no_draft_any_more(chat: Chat):
    await chat.type("gone", enter=False)
    await chat.page.reload()
    await expect(box(chat)).to_be_focused()
    await chat.press("Enter")
    await expect(chat.message("gone")).to_be_visible()
    await chat.page.reload()
    await expect(chat.message("gone")).to_be_visible()
    await expect(box(chat)).to_have_value("")


async def test_another_tab_has_drafts_of_its_own(chat: Chat):
    await chat.type("only here", enter=False)
    await chat.page.reload()
    other = Chat(await chat.page.context.new_page(), chat.playground)
    await other.open()
    await expect(box(other)).to_be_focused()
    await expect(box(other)).to_have_value("")
    await other.page.close()
