"""The page as a whole: what a newcomer sees, where one is, who one is, and whom it talks to."""

import pytest
from playwright.async_api import Browser, Page, expect

from playground.server import Playground
from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.conftest import Easel

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_a_newcomer_types_a_line_and_sees_the_picture(browser: Browser, easel: Easel):
    window = await browser.new_context()
    chat = Chat(await window.new_page(), easel.playground)
    await chat.open()
    painting = await chat.answer("/imagine a red circle on a blue background")
    await expect(painting).to_contain_text("Olive Owner used /imagine")
    await expect(painting).to_contain_text("a red circle on a blue background")
    picture = painting.locator(".picture.loaded").first
    await expect(picture).to_be_visible(timeout=60_000)
    await picture.click()
    large = chat.page.get_by_role("dialog", name="Picture").locator("img")
    assert await large.evaluate("image => image.naturalWidth") == 256
    assert chat.errors == []
    assert chat.foreign == []
    await window.close()


async def test_the_page_says_that_it_is_a_stand_in_and_how_to_leave_it(chat: Chat):
    about = chat.page.get_by_role("banner", name="About this page")
    await expect(about).to_contain_text("stand-in for Discord")
    await expect(about).to_contain_text("Nothing you write here leaves it")
    await about.get_by_role("button", name="Use it on real Discord").click()
    dialog = chat.page.get_by_role("dialog", name="Use it on real Discord")
    await expect(dialog).to_contain_text("DISCORD_TOKEN")
    await expect(dialog).to_contain_text("make bot")
    await chat.press("Escape")
    await expect(dialog).to_be_hidden()


async def test_channels_are_switched_and_marked(chat: Chat):
    await chat.go("age-restricted")
    current = chat.page.locator(".channel[aria-current=page]")
    await expect(current).to_contain_text("age-restricted")
    await expect(current).to_contain_text("18+")
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("age-restricted")
    await expect(chat.page.locator(".composer-text")).to_be_focused()
    forbidden = chat.page.locator(".channel", has_text="no-bots")
    await expect(forbidden).to_contain_text("the bot may not post here")
    await chat.page.reload()
    await expect(current).to_contain_text("age-restricted")


async def test_users_are_switched_and_each_has_their_own_direct_message(chat: Chat):
    await chat.go("Easel")
    await chat.type("from the owner")
    await expect(chat.message("from the owner")).to_be_visible()
    await chat.become("Mel Member")
    await expect(chat.page.get_by_role("heading", level=1)).to_contain_text("Easel")
    await expect(chat.page.locator(".welcome")).to_be_visible()
    await expect(chat.message("from the owner")).to_have_count(0)
    await chat.go("general")
    await chat.type("from mel")
    await expect(chat.message("from mel")).to_contain_text("Mel Member")
    await chat.become("Olive Owner")


@pytest.mark.parametrize(
    ("count", "cards"),
    [(5, ["/c0", "/c1", "/c2", "/c3", "/c4"]), (6, ["/c0", "/c1", "/c2", "/c3", "and 2 more"])],
)
async def test_the_welcome_offers_each_command_or_says_how_many_more_there_are(
    modules: Page, count: int, cards: list[str]
):
    shown = await modules.evaluate(
        """async (count) => {
            const { renderWelcome } = await import("/web/welcome.js");
            const store = { channel: { name: "general", type: 0 } };
            const entries = Array.from({ length: count }, (_, number) => (
                { name: `c${number}`, description: "", options: [] }));
            const started = [];
            const welcome = renderWelcome(store, { entries }, (text) => started.push(text));
            const cards = [...welcome.querySelectorAll(".try")];
            cards.at(-1).click();
            return [cards.map((card) => card.querySelector("strong").textContent), started[0]];
        }""",
        count,
    )
    assert shown == [cards, "/" if count == 6 else "/c4 "]


async def test_the_page_may_not_even_try_another_host(chat: Chat):
    tried = await chat.page.evaluate(
        "fetch('http://127.0.0.1:9/').then(() => 'went', (error) => error.name)"
    )
    assert tried == "TypeError"
    assert any("Content Security Policy" in error for error in chat.errors)
    chat.errors.clear()
    chat.foreign.clear()


async def test_a_command_that_is_not_answered_says_so(chat: Chat):
    await chat.type("/silent")
    await expect(chat.page.locator(".message").last).to_contain_text("Sending command…")
    chat.playground.clock.advance(3.5)
    failed = chat.message("The application did not respond.")
    await expect(failed).to_be_visible()
    await failed.get_by_role("button", name="Dismiss").click()
    await expect(failed).to_have_count(0)


async def test_the_page_says_when_there_is_no_bot(browser: Browser, playground: Playground):
    window = await browser.new_context()
    chat = Chat(await window.new_page(), playground)
    await chat.open()
    await expect(chat.page.locator(".notice")).to_contain_text("is not connected yet")
    await chat.type("/", enter=False)
    await expect(chat.page.locator(".popup-note")).to_contain_text("registered no commands yet")
    await window.close()
