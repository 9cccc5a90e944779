"""Files: picked, dropped and pasted, described and hidden, and kept where they are too much."""

import pytest
from playwright.async_api import FilePayload, expect

from tests.end_to_end._page import Chat
from tests.end_to_end.composer._bot import EveryOptionBot, answered
from tests.end_to_end.composer._setup import (
    ONE_MIB,
    box,
    channel_of,
    edited,
    hand,
    newest,
    pills,
    waiting,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTE: FilePayload = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"12345"}
OTHER: FilePayload = {"name": "other.txt", "mimeType": "text/plain", "buffer": b"123"}
PICTURE = ("cat.png", "image/png", 100)


async def test_picked_files_go_with_the_message(chat: Chat):
    async with chat.page.expect_file_chooser() as chooser:
        await chat.page.get_by_role("button", name="Add files").click()
    await (await chooser.value).set_files([NOTE, OTHER])
    await expect(waiting(chat)).to_have_count(2)
    await expect(box(chat)).to_be_focused()
    await chat.type("two notes")
    await expect(chat.message("two notes")).to_contain_text("other.txt")
    await expect(waiting(chat)).to_have_count(0)
    assert [file.filename for file in newest(chat.playground).files] == ["note.txt", "other.txt"]


async def test_files_need_no_text(chat: Chat):
    await hand(chat.page, "drop", ("alone.txt", "text/plain", 3))
    await expect(waiting(chat)).to_have_count(1)
    await chat.press("Enter")
    await expect(chat.message("alone.txt")).to_be_visible()
    assert newest(chat.playground).content == ""


async def test_dropping_says_where_the_files_go(chat: Chat):
    veil = chat.page.locator(".drop")
    await hand(chat.page, "dragenter", PICTURE)
    await expect(veil).to_have_text("Drop to add to #general")
    await hand(chat.page, "dragleave", PICTURE)
    await expect(veil).to_be_hidden()
    await hand(chat.page, "dragenter", PICTURE)
    await hand(chat.page, "drop", PICTURE)
    await expect(veil).to_be_hidden()
    await expect(waiting(chat)).to_contain_text("cat.png")


async def test_a_pasted_picture_is_added(chat: Chat):
    await hand(chat.page, "paste", ("image.png", "image/png", 70))
    await expect(waiting(chat)).to_contain_text("image.png")


async def test_a_file_gets_a_description_and_a_spoiler_mark(chat: Chat):
    await hand(chat.page, "drop", PICTURE)
    spoiler = chat.page.get_by_role("button", name="Mark cat.png as a spoiler")
    await spoiler.click()
    await expect(spoiler).to_have_attribute("aria-pressed", "true")
    await expect(spoiler).to_be_focused()
    edit = chat.page.get_by_role("button", name="Describe or rename cat.png")
    await edit.click()
    dialog = chat.page.get_by_role("dialog", name="Change the file")
    await expect(dialog.get_by_label("Mark as a spoiler")).to_be_checked()
    await dialog.get_by_label("File name").fill("tom.png")
    await dialog.get_by_label("Description").fill("a black cat")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await expect(waiting(chat)).to_contain_text("described")
    await box(chat).focus()
    await chat.type("a cat hides")
    await expect(chat.message("a cat hides")).to_be_visible()
    [file] = newest(chat.playground).files
    assert (file.filename, file.description) == ("SPOILER_tom.png", "a black cat")


async def test_a_removed_file_is_not_sent_and_the_focus_goes_on(chat: Chat):
    await hand(chat.page, "drop", PICTURE, ("dog.png", "image/png", 9))
    await chat.page.get_by_role("button", name="Remove cat.png").click()
    last = chat.page.get_by_role("button", name="Remove dog.png")
    await expect(last).to_be_focused()
    await chat.press("Enter")
    await expect(waiting(chat)).to_have_count(0)
    await expect(box(chat)).to_be_focused()


async def test_a_file_that_is_too_large_is_not_uploaded(chat: Chat):
    await hand(chat.page, "drop", ("film.mp4", "video/mp4", 11 * ONE_MIB), PICTURE)
    await expect(chat.problem).to_have_text(
        "film.mp4 is too large: it has 11.5 MB, and files may have 10 MiB here."
    )
    await expect(waiting(chat)).to_have_count(1)


async def test_boosts_let_larger_files_through(chat: Chat):
    guilds = chat.playground.guilds
    guild = channel_of(chat.playground).guild
    assert guild is not None
    guilds.boost(guild, 2)
    try:
        await chat.page.reload()
        await chat.page.locator(".message").first.wait_for()
        await hand(chat.page, "drop", ("film.mp4", "video/mp4", 11 * ONE_MIB))
        await expect(waiting(chat)).to_contain_text("film.mp4")
        await expect(chat.problem).to_have_text("")
    finally:
        guilds.boost(guild, 0)


async def test_a_message_takes_ten_files(chat: Chat):
    await hand(chat.page, "drop", *[(f"{number}.txt", "text/plain", 1) for number in range(11)])
    await expect(waiting(chat)).to_have_count(10)
    await expect(chat.problem).to_have_text("A message takes 10 files at most.")


async def test_files_wait_with_the_draft_of_their_channel(chat: Chat):
    await hand(chat.page, "drop", PICTURE)
    await chat.go("no-bots")
    await expect(waiting(chat)).to_have_count(0)
    await chat.go("general")
    await expect(waiting(chat)).to_contain_text("cat.png")


async def test_refused_files_come_back(chat: Chat):
    with edited(chat.playground, slow_mode_s=0):
        body = {"code": 40005, "message": "Request entity too large"}
        await chat.page.route("**/messages", lambda route: route.fulfill(status=413, json=body))
        await hand(chat.page, "drop", PICTURE)
        await chat.type("with a cat")
        await expect(chat.problem).to_have_text("Request entity too large")
        await expect(waiting(chat)).to_contain_text("cat.png")
        await chat.page.unroute("**/messages")
    chat.errors.clear()  # the browser's own note of the status 413


async def test_a_file_option_takes_a_picked_file(chat: Chat, bot: EveryOptionBot):
    await chat.type("/imagine a house start:", enter=False)
    await expect(chat.option("start")).to_be_focused()
    async with chat.page.expect_file_chooser() as chooser:
        await chat.press("Enter")
    await (await chooser.value).set_files(NOTE)
    pill = pills(chat).filter(has_text="start")
    await expect(pill).to_contain_text("note.txt5 bytes")
    await chat.page.get_by_role("button", name="Send").click()
    await answered(bot, "imagine")
    assert bot.got[0]["start"] == ("note.txt", 5)


async def test_dropped_and_pasted_files_fill_the_file_options(chat: Chat, bot: EveryOptionBot):
    await chat.type("/mix ", enter=False)
    await expect(chat.option("first")).to_be_focused()
    await hand(chat.page, "drop", PICTURE)
    await hand(chat.page, "paste", ("dog.png", "image/png", 9))
    await expect(pills(chat).nth(0)).to_contain_text("cat.png")
    await expect(pills(chat).nth(1)).to_contain_text("dog.png")
    await chat.press("Enter")
    await answered(bot, "mix")
    assert bot.got == [{"first": ("cat.png", 100), "second": ("dog.png", 9)}]


async def test_a_dropped_file_opens_the_optional_pill_that_wants_it(chat: Chat):
    await chat.type("/imagine a house", enter=False)
    await hand(chat.page, "drop", PICTURE)
    await expect(pills(chat).filter(has_text="start")).to_contain_text("cat.png")
    await expect(waiting(chat)).to_have_count(0)


async def test_a_command_that_wants_no_more_files_says_so(chat: Chat):
    await chat.type("/settings steps 3", enter=False)
    await hand(chat.page, "drop", PICTURE)
    await expect(chat.problem).to_have_text("/settings steps takes no more files.")


async def test_a_file_is_taken_out_of_its_pill_before_the_pill_goes(chat: Chat):
    await chat.type("/imagine a house start:", enter=False)
    await hand(chat.page, "drop", PICTURE)
    pill = pills(chat).filter(has_text="start")
    await expect(pill).to_contain_text("cat.png")
    await chat.press("Backspace")
    await expect(pill).not_to_contain_text("cat.png")
    await expect(chat.option("start")).to_be_focused()
    await chat.press("Backspace")
    await expect(pill).to_have_count(0)
    await expect(chat.option("prompt")).to_be_focused()


async def test_a_file_option_refuses_what_is_too_large(chat: Chat, bot: EveryOptionBot):
    await chat.type("/imagine a house start:", enter=False)
    await hand(chat.page, "drop", ("film.mp4", "video/mp4", 11 * ONE_MIB))
    await expect(chat.problem).to_contain_text("start: film.mp4 is too large")
    await chat.press("Enter")
    assert bot.got == []
