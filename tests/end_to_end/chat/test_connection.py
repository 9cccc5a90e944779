"""Bad moments: no bot, a lost connection, a server that was started anew."""

import pytest
from playwright.async_api import Browser, expect

from playground.client import Member
from playground.server import Playground
from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_the_page_reconnects_and_fetches_what_it_missed(chat: Chat, mel: Member):
    notice = chat.page.locator(".notice")
    await expect(notice).to_be_hidden()
    # The next connections fail, so that there is time to miss something.
    await chat.page.context.route("**/playground/state", lambda route: route.abort())
    chat.playground.gateway.close(4000, chat.playground.services.world.people[0])
    await expect(notice).to_contain_text("The connection to the playground was lost. Trying again")
    await mel.say(mel.channel("general"), "said while nobody listened")
    await expect(chat.message("said while nobody listened")).to_have_count(0)
    await chat.page.context.unroute("**/playground/state")
    await notice.get_by_role("button", name="Try now").click()
    await expect(notice).to_be_hidden()
    await expect(chat.message("said while nobody listened")).to_be_visible()
    assert all("ERR_FAILED" in error for error in chat.errors)
    chat.errors.clear()


async def test_what_was_said_because_the_server_was_gone_is_taken_back(chat: Chat):
    context = chat.page.context
    await context.route("**/playground/state", lambda route: route.abort())
    await context.route("**/messages", lambda route: route.abort())
    chat.playground.gateway.close(4000, chat.playground.services.world.people[0])
    notice = chat.page.locator(".notice")
    await expect(notice).to_contain_text("Trying again")
    await chat.type("said into the void")
    await expect(chat.problem).to_contain_text("The playground does not answer.")
    await context.unroute("**/playground/state")
    await context.unroute("**/messages")
    await notice.get_by_role("button", name="Try now").click()
    await expect(chat.page.locator(".toast")).to_have_text("Connected again.")
    await expect(chat.problem).to_have_text("")
    await chat.page.locator(".composer-text").press("Enter")
    await expect(chat.message("said into the void")).to_be_visible()
    assert all("ERR_FAILED" in error for error in chat.errors)
    chat.errors.clear()


@pytest.mark.long
async def test_the_page_says_that_the_bot_is_gone_and_when_it_is_back(chat: Chat, bot: Actor):
    notice = chat.page.locator(".notice")
    chat.playground.gateway.invalidate(resumable=False)
    await expect(chat.page.locator(".presence.offline")).to_have_count(1)
    await expect(notice).to_contain_text("Easel is offline")
    await expect(chat.page.locator(".presence.online")).to_have_count(1)
    await expect(notice).to_be_hidden()


async def test_the_page_works_on_after_the_server_was_started_anew(browser: Browser):
    window = await browser.new_context()
    first = Playground(port=0)
    await first.start()
    port = int(first.url.rsplit(":", 1)[1])
    chat = Chat(await window.new_page(), first)
    await chat.open()
    await chat.type("before the end")
    await expect(chat.message("before the end")).to_be_visible()
    await first.close()
    notice = chat.page.locator(".notice")
    await expect(notice).to_contain_text("The connection to the playground was lost")
    async with Playground(port=port) as second:
        chat.playground = second
        await notice.get_by_role("button", name="Try now").click()
        await expect(notice).to_contain_text("is not connected yet")
        # The new server knows nothing of what was written to the old one.
        await expect(chat.message("before the end")).to_have_count(0)
        await chat.type("after the start")
        await expect(chat.message("after the start")).to_be_visible()
        await window.close()
