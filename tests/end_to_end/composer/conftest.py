"""One playground, one bot and one browser for all tests of the composer."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from playground.server import Playground
from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.composer._bot import EveryOptionBot

# Whether nothing but the text box has to be emptied, which is faster than to load the page anew.
_AT_HOME = """!document.querySelector("dialog[open], .tray-file, .reply-bar:not([hidden])")
    && document.querySelector(".person input:checked")?.value.endsWith("101")
    && document.querySelector(".channel.current")?.textContent.includes("general")"""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if _page.CHROMIUM is None:
        pytest.skip("there is no chromium to drive")
    async with _page.started_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shared() -> AsyncIterator[tuple[Playground, EveryOptionBot]]:
    bot = EveryOptionBot()
    async with _page.playground_with(lambda here: _page.started_bot(here, bot)) as both:
        yield both


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def window(browser: Browser, shared: tuple[Playground, EveryOptionBot]):
    """One tab for all tests: a new one each would cost most of their time."""
    context = await browser.new_context()
    chat = Chat(await context.new_page(), shared[0])
    # Playwright begins to hold file choosers back with the first listener, and not at once: a test
    # that only then begins to wait for one may come too late.
    chat.page.on("filechooser", lambda _: None)
    await chat.open()
    yield chat
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bot(shared: tuple[Playground, EveryOptionBot]) -> EveryOptionBot:
    _, bot = shared
    bot.got.clear()
    bot.named.clear()
    bot.asked.clear()
    bot.holds.clear()
    return bot


@pytest_asyncio.fixture(loop_scope="session")
async def chat(window: Chat, bot: EveryOptionBot) -> AsyncIterator[Chat]:
    """The page with an empty composer in #general; in the end it must not have complained."""
    window.errors.clear()
    window.foreign.clear()
    if await window.page.evaluate(_AT_HOME):
        await window.page.locator(".composer-slash").click()
        await window.press("Backspace")
    else:
        await window.open_anew()
    yield window
    assert window.errors == []
    assert window.foreign == []
