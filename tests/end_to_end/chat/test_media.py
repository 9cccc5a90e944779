"""Pictures: their grids, spoilers over them, and how one is looked at closely."""

import discord
import pytest
from playwright.async_api import Locator, expect

from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor, picture

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def opened(chat: Chat, bot: Actor, *files: discord.File) -> Locator:
    """The first of some pictures, large."""
    await bot.general.send(files=list(files))
    await chat.page.locator(".message .picture").first.click()
    return chat.page.get_by_role("dialog", name="Picture")


@pytest.mark.parametrize("count", [2, 3, 5, 10])
async def test_several_pictures_fill_a_grid(chat: Chat, bot: Actor, count: int):
    await bot.general.send(files=[picture(f"{number}.png") for number in range(count)])
    grid = chat.page.locator(".pictures.several")
    await expect(grid.locator(".picture.loaded")).to_have_count(count)
    area = await grid.evaluate(
        """grid => {
            const box = (e) => e.getBoundingClientRect();
            const size = (e) => box(e).width * box(e).height;
            return [...grid.children].reduce((sum, each) => sum + size(each), 0) / size(grid);
        }"""
    )
    assert 0.95 < area <= 1.0  # no holes


async def test_a_picture_reserves_its_place(chat: Chat, bot: Actor):
    await bot.general.send(file=picture(size=(320, 200)))
    box = await chat.page.get_by_role("button", name="Open red.png large").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (320, 200)


async def test_a_picture_opens_large_with_its_alt_text(chat: Chat, bot: Actor):
    large = await opened(chat, bot, picture(alt="A red field"))
    await expect(large).to_contain_text("320 × 200")
    await expect(large.locator("img")).to_have_attribute("alt", "A red field")
    await expect(large.locator(".lightbox-alt")).to_have_text("A red field")
    download = large.get_by_role("link", name="Download")
    await expect(download).to_have_attribute("download", "red.png")
    await chat.press("Escape")
    await expect(large).to_have_count(0)
    await expect(chat.page.get_by_role("button", name="Open A red field large")).to_be_focused()


async def test_arrows_go_to_the_next_picture(chat: Chat, bot: Actor):
    large = await opened(chat, bot, picture("one.png"), picture("two.png"))
    await expect(large).to_contain_text("one.png")
    await chat.press("ArrowRight")
    await expect(large).to_contain_text("two.png")
    await chat.press("ArrowRight")
    await expect(large).to_contain_text("one.png")
    await chat.press("Escape")


async def test_keys_wheel_and_double_click_zoom(chat: Chat, bot: Actor):
    large = await opened(chat, bot, picture())
    image, factor = large.locator("img"), large.locator(".lightbox-factor")
    small = await image.bounding_box()
    await chat.press("+")
    await expect(factor).to_have_text("140 %")
    await chat.press("0")
    await expect(factor).to_have_text("")
    await image.dblclick()
    await expect(factor).to_have_text("250 %")
    await image.hover()
    await chat.page.mouse.wheel(0, 1000)
    await expect(factor).to_have_text("")
    await chat.page.mouse.wheel(0, -400)
    await expect(factor).to_have_text("272 %")
    zoomed = await image.bounding_box()
    assert small is not None
    assert zoomed is not None
    assert zoomed["width"] > 2 * small["width"]
    await chat.press("Escape")


async def test_a_zoomed_picture_is_dragged(chat: Chat, bot: Actor):
    large = await opened(chat, bot, picture(size=(900, 700)))
    image = large.locator("img")
    await image.dblclick()
    before = await image.bounding_box()
    await chat.page.mouse.move(640, 400)
    await chat.page.mouse.down()
    await chat.page.mouse.move(700, 430)
    await chat.page.mouse.up()
    after = await image.bounding_box()
    assert before is not None
    assert after is not None
    assert (after["x"] - before["x"], after["y"] - before["y"]) == (60, 30)
    await expect(large).to_be_visible()
    await chat.press("Escape")


async def test_a_click_beside_the_picture_closes_it(chat: Chat, bot: Actor):
    large = await opened(chat, bot, picture())
    await large.locator("img").click()
    await expect(large).to_be_visible()
    await chat.page.mouse.click(60, 400)
    await expect(large).to_have_count(0)


async def test_tab_stays_within_the_large_picture(chat: Chat, bot: Actor):
    large = await opened(chat, bot, picture())
    for _ in range(8):
        await chat.press("Tab")
        inside = (
            "dialog => dialog.contains(document.activeElement) || !document.hasFocus()"
            " || document.activeElement === document.body"
        )
        assert await large.evaluate(inside)
    await chat.press("Escape")


async def test_a_spoiler_is_uncovered_before_it_opens(chat: Chat, bot: Actor):
    await bot.general.send(file=picture("SPOILER_red.png"))
    cover = chat.page.get_by_role("button", name="Spoiler, press to show")
    hidden = chat.page.locator(".message .picture")
    assert await hidden.evaluate("element => element.inert")
    await cover.focus()
    await chat.press("Enter")
    await expect(cover).to_have_count(0)
    await expect(hidden).to_be_focused()
    await expect(chat.page.get_by_role("dialog")).to_have_count(0)
    await chat.press("Enter")
    await expect(chat.page.get_by_role("dialog", name="Picture")).to_be_visible()
    await chat.press("Escape")


async def test_other_files_are_cards_to_download(chat: Chat, bot: Actor):
    await bot.general.send(file=discord.File(__file__, "notes.py"))
    card = chat.page.locator(".file-card")
    await expect(card).to_contain_text("notes.py")
    await expect(card).to_contain_text("kB")
    link = card.get_by_role("link", name="Download notes.py")
    await expect(link).to_have_attribute("download", "notes.py")


async def test_a_picture_on_another_host_is_named_and_not_fetched(chat: Chat, bot: Actor):
    embed = discord.Embed(title="Elsewhere").set_image(url="https://example.com/cat.png")
    await bot.general.send(embed=embed)
    shown = chat.page.locator(".embed")
    await expect(shown).to_contain_text("Picture on example.com (not loaded)")
    await expect(shown.locator("img")).to_have_count(0)
    assert chat.foreign == []
