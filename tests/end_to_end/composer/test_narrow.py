"""The composer in a narrow window, in both color schemes."""

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end._page import Chat
from tests.end_to_end.composer._bot import EveryOptionBot, answered
from tests.end_to_end.composer._setup import hand, waiting

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDTH = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_nothing_reaches_over_a_narrow_window(
    browser: Browser, shared, bot: EveryOptionBot, scheme
):
    window = await browser.new_context(
        viewport={"width": 360, "height": 640}, color_scheme=scheme, reduced_motion="reduce"
    )
    chat = Chat(await window.new_page(), shared[0])
    await chat.open()
    await chat.page.locator(".composer-text").click()
    await hand(chat.page, "drop", *[(f"{number}.png", "image/png", 10) for number in range(4)])
    await expect(waiting(chat)).to_have_count(4)
    assert await chat.page.evaluate(WIDTH) == 360
    await chat.page.locator(".composer-slash").click()
    await expect(chat.items.first).to_be_visible()
    assert await chat.page.evaluate(WIDTH) == 360
    await chat.press("Backspace")
    await chat.type("/imagine a long wish that needs more than one line of text steps: 99")
    await expect(chat.problem).to_contain_text("Value must be between 1 and 8.")
    assert await chat.page.evaluate(WIDTH) == 360
    send = await chat.page.get_by_role("button", name="Send").bounding_box()
    assert send is not None
    assert send["x"] + send["width"] <= 360
    await chat.press("Backspace", "Backspace")
    await chat.type("8")
    await answered(bot, "imagine")
    assert bot.got[0]["steps"] == 8
    await window.close()
