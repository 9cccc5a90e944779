"""`make screenshots`: the pictures of the documentation, taken anew of the page as it is.

Easel itself is in them, with its demo model; only the form is another bot's, since Easel has none
yet. It needs chromium, and writes docs/images/*.webp.
"""

import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, expect

from playground.client import Member
from playground.server import Playground
from tests.end_to_end import _page
from tests.end_to_end._gallery_bot import GalleryBot
from tests.end_to_end._page import Chat
from tests.small_models.repos import serve_small_repos
from tests.support.bot_process import BotProcess

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 300_000
PAINTING_MS = 120_000
PROMPT = "a red circle on a blue background"


async def main() -> None:
    """Take all of them."""
    async with _page.started_browser() as browser:
        await _easel(browser)
        await _form(browser)


async def _easel(browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as data_dir:
        async with (
            Playground(port=0) as playground,
            # As on a host that reaches the hub: nothing else is to be had of it here.
            serve_small_repos() as hub,
            BotProcess(
                *(playground, Path(data_dir)), HF_ENDPOINT=hub.url, HF_HOME=f"{data_dir}/hub"
            ),
            await Member.connect(playground.url, 1) as mel,
        ):
            await _conversation(browser, playground, mel)
            await _composer(browser, playground)
            await _narrow(browser, playground)
            await _models(browser, playground)
            await _panel(browser, playground)


async def _conversation(browser: Browser, playground: Playground, mel: Member) -> None:
    async with _window(browser, playground, 1200, 856) as chat:
        await mel.say(mel.channel("general"), "The new bot is here! Has anybody tried it yet?")
        await chat.type("Not yet. Let me see, something simple to begin with:")
        painting = await chat.answer(f"/imagine {PROMPT} seed: 7")
        await expect(painting.locator(".picture.loaded")).to_be_visible(timeout=PAINTING_MS)
        await mel.say(mel.channel("general"), "That was **quick**. Now a `star` above a `moon`?")
        await expect(chat.message("That was quick")).to_be_visible()
        await _take(chat, "conversation")


async def _composer(browser: Browser, playground: Playground) -> None:
    async with _window(browser, playground, 1200, 720) as chat:
        await chat.type("/imagine a yellow star above a purple moon seed: 7", enter=False)
        await chat.page.locator(".more-options").click()
        await expect(chat.items.first).to_be_visible()
        await _take(chat, "composer")


async def _narrow(browser: Browser, playground: Playground) -> None:
    async with _window(browser, playground, 360, 740) as chat:
        await expect(chat.message(PROMPT).locator(".picture.loaded")).to_be_visible()
        await chat.page.locator(".message .picture").last.scroll_into_view_if_needed()
        await _take(chat, "narrow")


async def _models(browser: Browser, playground: Playground) -> None:
    async with _window(browser, playground, 1200, 820) as chat:
        shown = await chat.answer("/models")
        await shown.locator(".picker, [role=combobox]").first.click()
        await chat.page.get_by_role("option", name="SDXL-Lightning 4").click()
        await expect(chat.page.get_by_role("button", name="Paint with it")).to_be_visible()
        await _take(chat, "models")


async def _panel(browser: Browser, playground: Playground) -> None:
    async with _window(browser, playground, 1200, 800) as chat:
        # So that one sees what a fault looks like, and the library's answer to it.
        playground.services.faults.plant(
            {"route": "PATCH /webhooks/*/messages/*", "nth": 1, "do": {"status": 503}}
        )
        await chat.press("F2")
        await chat.page.locator(".composer-text").click()
        painting = await chat.answer("/imagine a yellow star above a purple moon seed: 7")
        await expect(painting.locator(".picture.loaded")).to_be_visible(timeout=PAINTING_MS)
        await chat.page.locator(".row", has_text="PATCH").last.click()
        await expect(chat.page.get_by_role("region", name="Details")).to_be_visible()
        await chat.page.mouse.move(0, 0)
        await _take(chat, "panel")


async def _form(browser: Browser) -> None:
    bot = GalleryBot()
    async with (
        _page.playground_with(lambda here: _page.started_bot(here, bot)) as (playground, _),
        _window(browser, playground, 1200, 800) as chat,
    ):
        await chat.answer("/gallery")
        await chat.type("/form")
        dialog = chat.page.get_by_role("dialog", name="Vary the picture")
        await expect(dialog).to_be_visible()
        await _take(chat, "modal")


@asynccontextmanager
async def _window(
    browser: Browser, playground: Playground, width: int, height: int
) -> AsyncIterator[Chat]:
    """The page in the dark, with two pixels for each of the layout's."""
    window = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2,
        color_scheme="dark",
        reduced_motion="reduce",
    )
    try:
        chat = Chat(await window.new_page(), playground)
        await chat.open()
        await chat.page.locator(".composer-text").click()
        yield chat
        if chat.errors:
            sys.exit(f"The page complained: {chat.errors}")
    finally:
        await window.close()


async def _take(chat: Chat, name: str) -> None:
    await chat.page.wait_for_load_state("networkidle")
    await asyncio.sleep(0.5)  # what fades in has come
    shot = Image.open(io.BytesIO(await chat.page.screenshot(caret="hide")))
    data = io.BytesIO()
    for quality in (92, 85, 75):
        data = io.BytesIO()
        shot.convert("RGB").save(data, "WEBP", quality=quality, method=6)
        if data.tell() < MOST_BYTES:
            break
    (IMAGES / f"{name}.webp").write_bytes(data.getvalue())
    print(f"docs/images/{name}.webp: {shot.width} × {shot.height}, {data.tell() // 1000} kB")


if __name__ == "__main__":
    if _page.CHROMIUM is None:
        sys.exit("There is no chromium to take the pictures with.")
    asyncio.run(main())
