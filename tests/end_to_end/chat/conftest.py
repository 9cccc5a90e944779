"""One playground, one bot and one browser for all tests of the conversation."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from playground.client import Member
from playground.server import Playground
from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor, started


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with _page.started_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shared() -> AsyncIterator[tuple[Playground, Actor]]:
    async with _page.playground_with(started) as both:
        yield both


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def mel(shared: tuple[Playground, Actor]) -> AsyncIterator[Member]:
    """Somebody else, who is not in the browser."""
    async with await Member.connect(shared[0].url, 1) as member:
        yield member


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def tab(browser: Browser, shared: tuple[Playground, Actor]) -> AsyncIterator[Chat]:
    """One tab for all tests: a new one each would cost most of their time."""
    context = await browser.new_context()
    yield Chat(await context.new_page(), shared[0])
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bot(shared: tuple[Playground, Actor]) -> Actor:
    _, bot = shared
    bot.got.clear()
    return bot


@pytest_asyncio.fixture(loop_scope="session")
async def chat(tab: Chat, bot: Actor) -> AsyncIterator[Chat]:
    """The page freshly loaded by the owner; in the end it must not have complained."""
    tab.errors.clear()
    tab.foreign.clear()
    for channel in tab.playground.services.world.channels.values():
        channel.messages.clear()
    await tab.open_anew()
    yield tab
    assert tab.errors == []
    assert tab.foreign == []


@pytest_asyncio.fixture(loop_scope="session")
async def modules(tab: Chat) -> Page:
    """A page to call the modules in that show nothing."""
    if not tab.page.url.startswith(tab.playground.url):
        await tab.open()
    return tab.page
