"""axe-core over the chat page in all its states, dark and light: it must find nothing at all."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from playground.server import Playground
from tests.end_to_end import _axe, _page
from tests.end_to_end._gallery_bot import GalleryBot
from tests.end_to_end._page import Chat

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    # Playground, bot and browser are shared, so all tests live in one event loop.
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.long,  # 46 looks at the whole page take a minute or more
]

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}


@pytest.fixture(scope="module", autouse=True)
def axe() -> None:
    try:
        _axe.source()
    except _axe.AxeMissing as missing:
        pytest.skip(str(missing))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with _page.started_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def playground(browser: Browser) -> AsyncIterator[Playground]:
    """A playground whose #general has one of everything."""
    bot = GalleryBot()
    bot.go_on.set()
    async with _page.playground_with(lambda here: _page.started_bot(here, bot)) as (playground, _):
        chat = Chat(await browser.new_page(), playground)
        await chat.open()
        await chat.type("Shall we paint **something**? <@1> :)")
        await chat.answer("/gallery")
        await chat.answer("/layout")
        await chat.page.close()
        yield playground


async def _welcome(chat: Chat) -> None:
    await chat.go("age-restricted")
    await expect(chat.page.locator(".welcome")).to_be_visible()


async def _conversation(chat: Chat) -> None:
    await expect(chat.page.locator(".message img").last).to_be_visible()


async def _open_select(chat: Chat) -> None:
    await chat.page.get_by_role("combobox", name="Choose a style").click()
    await expect(chat.page.locator(".select [role=option]").first).to_be_visible()


async def _command_list(chat: Chat) -> None:
    await chat.type("/", enter=False)
    await expect(chat.items.first).to_be_visible()


async def _options(chat: Chat) -> None:
    await chat.type("/imagine a red star seed: 7 size:", enter=False)
    await expect(chat.items.first).to_be_visible()


async def _wrong_option(chat: Chat) -> None:
    await chat.type("/imagine a red star steps: 99")
    await expect(chat.option("steps")).to_have_attribute("aria-invalid", "true")


async def _modal(chat: Chat) -> None:
    await chat.type("/form")
    await expect(chat.page.get_by_role("dialog", name="Vary the picture")).to_be_visible()


async def _lightbox(chat: Chat) -> None:
    await chat.page.locator(".message img").first.click()
    await expect(chat.page.get_by_role("dialog")).to_be_visible()


async def _ephemeral(chat: Chat) -> None:
    await chat.type("/whisper")
    await expect(chat.message("Just between us.")).to_contain_text("Only you can see this")


async def _reactions(chat: Chat) -> None:
    await chat.message("Shall we paint").hover()
    await chat.page.get_by_role("button", name="Add a reaction").first.click()
    await expect(chat.page.get_by_role("dialog", name="Add a reaction")).to_be_visible()


async def _message_menu(chat: Chat) -> None:
    await chat.message("Shall we paint").click(button="right")
    await expect(chat.page.get_by_role("menu")).to_be_visible()


async def _reply(chat: Chat) -> None:
    await chat.message("Shall we paint").hover()
    await chat.page.get_by_role("button", name="Reply").first.click()
    await expect(chat.page.locator(".composer")).to_contain_text("Replying to")


async def _offline(chat: Chat) -> None:
    await chat.page.context.set_offline(True)
    await chat.page.locator(".composer-text").fill("is anybody there?")
    await chat.press("Enter")
    await expect(chat.page.locator(".composer-problem, .local-note").last).not_to_be_empty()


async def _drawer(chat: Chat) -> None:
    await chat.page.get_by_role("button", name="Channels and people").click()
    await expect(chat.page.locator(".channel").first).to_be_visible()


async def _traffic(chat: Chat) -> None:
    await chat.press("F2")
    await chat.page.locator(".row", has_text="callback").last.click()
    await expect(chat.page.get_by_role("region", name="Details")).to_be_visible()


async def _waiting(chat: Chat) -> None:
    await chat.type("/think")
    await chat.press("F2")
    await chat.page.get_by_role("tab", name="Waiting").click()
    await expect(chat.page.locator(".panel .card").first).to_be_visible()


async def _breaking(chat: Chat) -> None:
    await chat.press("F2")
    await chat.page.get_by_role("tab", name="Break things").click()
    await chat.page.get_by_label("When the playground is called for").fill("GET /never/called")
    await chat.page.get_by_role("button", name="Set this fault").click()
    await expect(chat.page.locator(".fault-card").first).to_be_visible()


STATES: list[tuple[Callable[[Chat], Awaitable[None]], dict[str, int]]] = [
    *[(state, WIDE) for state in (_welcome, _conversation, _open_select, _command_list, _options)],
    *[(state, WIDE) for state in (_wrong_option, _modal, _lightbox, _ephemeral)],
    *[(state, WIDE) for state in (_reactions, _message_menu, _reply, _offline)],
    *[(state, WIDE) for state in (_traffic, _waiting, _breaking)],
    *[(state, NARROW) for state in (_conversation, _options, _modal, _drawer, _traffic, _breaking)],
]


@pytest.mark.parametrize(
    ("state", "size"),
    STATES,
    ids=[f"{state.__name__[1:]}-{size['width']}" for state, size in STATES],
)
async def test_axe_finds_nothing(browser: Browser, playground: Playground, state, size):
    window = await browser.new_context(viewport=size, color_scheme="dark")
    try:
        chat = Chat(await window.new_page(), playground)
        await chat.open()
        await chat.page.locator(".composer-text").click()
        await state(chat)
        dark = await _axe.findings(chat.page)
        await chat.page.emulate_media(color_scheme="light")
        assert (dark, await _axe.findings(chat.page)) == ([], [])
    finally:
        await window.close()


async def test_axe_finds_what_is_wrong(browser: Browser):
    page = await browser.new_page()
    await page.set_content(
        "<html lang=en><title>x</title><main><h1>x</h1><img src=x></main></html>"
    )
    assert any("image-alt" in line for line in await _axe.findings(page))
    await page.close()
