"""Plain messages: written, answered, taken up again, and kept from being sent in vain."""

import pytest
from playwright.async_api import Route, expect

from playground import permissions
from tests.end_to_end._page import Chat
from tests.end_to_end.composer._setup import box, channel_of, edited, newest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_shift_and_enter_begin_a_line_and_enter_sends(chat: Chat):
    await chat.type("first line", enter=False)
    await chat.press("Shift+Enter")
    await chat.type("second line")
    await expect(chat.message("second line")).to_be_visible()
    assert newest(chat.playground).content == "first line\nsecond line"
    await expect(box(chat)).to_have_value("")


async def test_characters_are_counted_where_they_run_out(chat: Chat):
    counter = chat.page.locator(".counter")
    await box(chat).fill("x" * 1799)
    await expect(counter).to_be_hidden()
    await box(chat).fill("x" * 1950)
    await expect(counter).to_have_text("50")
    await box(chat).fill("x" * 2003)
    await expect(counter).to_have_text("-3")


async def test_a_message_that_is_too_long_stays_here(chat: Chat):
    before = newest(chat.playground)
    await box(chat).fill("x" * 2001)
    await chat.press("Enter")
    await expect(chat.problem).to_contain_text("2,001 characters, and 2,000 are allowed")
    await expect(box(chat)).to_have_value("x" * 2001)
    assert newest(chat.playground) is before


async def test_what_the_server_refuses_comes_back_with_the_reason(chat: Chat):
    body = {"code": 200000, "message": "Message was blocked by automatic moderation"}
    await chat.page.route("**/messages", lambda route: route.fulfill(status=400, json=body))
    await chat.type("a forbidden word")
    await expect(chat.problem).to_contain_text("blocked by automatic moderation")
    await expect(box(chat)).to_have_value("a forbidden word")
    await expect(box(chat)).to_have_attribute("aria-describedby", "problem")
    await chat.page.unroute("**/messages")
    assert len(chat.errors) == 1  # the browser's own note of the status 400
    chat.errors.clear()


async def test_what_is_refused_after_one_left_waits_in_its_channel(chat: Chat):
    body = {"code": 50001, "message": "Missing Access"}
    requests: list[Route] = []
    await chat.page.route("**/messages", lambda route: requests.append(route))
    await chat.type("sent from here")
    await chat.go("no-bots")
    while not requests:
        await chat.page.wait_for_timeout(20)
    await requests[0].fulfill(status=403, json=body)
    await chat.page.unroute("**/messages")
    await expect(box(chat)).to_have_value("")
    await chat.go("general")
    await expect(box(chat)).to_have_value("sent from here")
    chat.errors.clear()


async def test_a_reply_says_whom_it_answers_and_can_leave_them_alone(chat: Chat):
    await chat.become("Robin Other")
    await chat.type("answer me")
    await expect(chat.message("answer me")).to_be_visible()
    asked = newest(chat.playground)
    await chat.become("Olive Owner")
    await reply_to(chat, "answer me")
    bar = chat.page.get_by_role("group", name="Reply")
    await expect(bar).to_contain_text("Replying to Robin Other")
    await expect(box(chat)).to_be_focused()
    await bar.get_by_role("button", name="mention the author").click()
    await box(chat).focus()
    await chat.type("the answer")
    await expect(chat.message("the answer")).to_contain_text("answer me")
    await expect(bar).to_be_hidden()
    answer = newest(chat.playground)
    assert answer.reference_id == asked.id
    assert answer.allowed_mentions is not None
    assert answer.allowed_mentions["replied_user"] is False


async def test_escape_gives_a_reply_up(chat: Chat):
    await chat.type("nobody answers this")
    await reply_to(chat, "nobody answers this")
    bar = chat.page.get_by_role("group", name="Reply")
    await expect(bar).to_be_visible()
    await expect(bar.get_by_role("button", name="mention the author")).to_be_hidden()
    await chat.press("Escape")
    await expect(bar).to_be_hidden()
    await expect(box(chat)).to_be_focused()


async def test_a_reply_to_what_was_deleted_is_given_up(chat: Chat):
    await chat.type("soon gone")
    await reply_to(chat, "soon gone")
    bar = chat.page.get_by_role("group", name="Reply")
    await expect(bar).to_be_visible()
    board = chat.playground.services.board
    board.delete(channel_of(chat.playground), newest(chat.playground))
    await expect(bar).to_be_hidden()


async def reply_to(chat: Chat, text: str) -> None:
    message = chat.message(text)
    await message.hover()
    await message.get_by_role("button", name="Reply").click()


async def test_people_channels_and_emoji_are_offered_by_name(chat: Chat):
    await chat.type("@me", enter=False)
    await expect(chat.items).to_have_count(1)
    await expect(chat.items).to_contain_text("@Mel Member")
    active = await box(chat).get_attribute("aria-activedescendant")
    assert await chat.items.get_attribute("id") == active
    await chat.press("Enter")
    await expect(box(chat)).to_have_value("@Mel Member ")
    await chat.type("see #no", enter=False)
    await expect(chat.items).to_contain_text("#no-bots")
    await chat.press("Tab")
    await chat.type("it is :fire", enter=False)
    await expect(chat.items.first).to_contain_text(":fire:")
    await chat.press("Enter")
    await chat.press("Enter")
    await expect(chat.message("see")).to_contain_text("@Mel Member")
    guild = chat.playground.state["guilds"][0]
    no_bots = next(each["id"] for each in guild["channels"] if each["name"] == "no-bots")
    mel = chat.playground.state["users"][1]["id"]
    assert newest(chat.playground).content == f"<@{mel}> see <#{no_bots}> it is 🔥"


async def test_of_two_with_one_name_the_picked_one_is_meant(chat: Chat):
    await chat.type("@easel", enter=False)
    await expect(chat.items).to_contain_text(["@EaselEasel", "@Easelrole"])
    await chat.press("ArrowDown", "Enter", "Enter")
    await expect(chat.page.locator(".message").last).to_contain_text("@Easel")
    assert newest(chat.playground).content.startswith("<@&")


async def test_escape_closes_a_list_and_leaves_the_text(chat: Chat):
    await chat.type("@me", enter=False)
    await expect(chat.items).to_have_count(1)
    await chat.press("Escape")
    await expect(chat.page.locator(".popup")).to_be_hidden()
    await expect(box(chat)).to_have_value("@me")


async def test_names_in_code_and_addresses_stay_as_they_are(chat: Chat):
    await chat.type("`@mel :fire:` mail@mel.example at 3:4:5")
    await expect(chat.message("mail@mel.example")).to_be_visible()
    assert newest(chat.playground).content == "`@mel :fire:` mail@mel.example at 3:4:5"


async def test_typing_is_told_once_and_again_after_eight_seconds(chat: Chat):
    await chat.page.reload()
    await chat.page.locator(".message").first.wait_for()
    told: list[str] = []
    chat.page.on("request", lambda request: told.append(request.url))
    await chat.type("hello the", enter=False)
    assert sum(url.endswith("/typing") for url in told) == 1
    await chat.page.evaluate("const now = Date.now; Date.now = () => now() + 8001")
    await chat.type("re", enter=False)
    assert sum(url.endswith("/typing") for url in told) == 2


async def test_arrow_up_takes_up_what_was_sent_and_arrow_down_goes_back(chat: Chat):
    await chat.type("said first")
    await chat.type("said second")
    await expect(chat.message("said second")).to_be_visible()
    await chat.press("ArrowUp")
    await expect(box(chat)).to_have_value("said second")
    await chat.press("ArrowUp")
    await expect(box(chat)).to_have_value("said first")
    await chat.press("ArrowDown")
    await expect(box(chat)).to_have_value("said second")
    await chat.press("ArrowDown")
    await expect(box(chat)).to_have_value("")


async def test_arrow_up_moves_the_caret_in_what_is_being_written(chat: Chat):
    await chat.type("said before")
    await chat.type("draft", enter=False)
    await chat.press("ArrowUp")
    await expect(box(chat)).to_have_value("draft")


async def test_slow_mode_says_how_long_to_wait(chat: Chat):
    await chat.become("Mel Member")
    note = chat.page.locator(".slow-mode")
    await expect(note).to_be_hidden()
    with edited(chat.playground, slow_mode_s=90):
        await expect(note).to_have_text("Slow mode: a message every 1 min 30 s")
        await chat.type("once")
        await expect(note).to_contain_text("1 min")
        await expect(note).to_contain_text("left")
        await chat.type("twice")
        await expect(chat.problem).to_contain_text("You can send another message in 1 min")
        await expect(box(chat)).to_have_value("twice")


async def test_slow_mode_that_only_the_server_knows_is_learned_from_it(chat: Chat):
    await chat.become("Robin Other")
    await chat.type("before slow mode")
    await expect(chat.message("before slow mode")).to_be_visible()
    with edited(chat.playground, slow_mode_s=50):
        await chat.type("right after it")
        await expect(chat.problem).to_contain_text("You can send another message in")
        await expect(chat.page.locator(".slow-mode")).to_contain_text("left")
        await expect(box(chat)).to_have_value("right after it")
    chat.errors.clear()  # the browser's own note of the status 429


async def test_slow_mode_spares_who_may_pass_it(chat: Chat):
    with edited(chat.playground, slow_mode_s=30):
        await expect(chat.page.locator(".slow-mode")).to_have_text(
            "Slow mode is on, but not for you"
        )


async def test_who_may_not_write_is_told_so(chat: Chat):
    general = channel_of(chat.playground)
    channels = chat.playground.guilds.channels
    await chat.become("Mel Member")
    await chat.type("half a sent", enter=False)
    assert general.guild_id is not None
    channels.allow(general, general.guild_id, deny=permissions.SEND_MESSAGES)
    closed = chat.page.locator(".composer-closed")
    await expect(closed).to_have_text(
        "You do not have permission to send messages in this channel."
    )
    await expect(box(chat)).to_be_hidden()
    channels.disallow(general, general.guild_id)
    await expect(closed).to_be_hidden()
    await expect(box(chat)).to_have_value("half a sent")


async def test_who_may_not_use_commands_is_told_so(chat: Chat):
    general = channel_of(chat.playground)
    await chat.become("Mel Member")
    assert general.guild_id is not None
    channels = chat.playground.guilds.channels
    channels.allow(general, general.guild_id, deny=permissions.USE_APPLICATION_COMMANDS)
    try:
        note = chat.page.locator(".popup-note")
        await box(chat).focus()
        while await note.is_hidden():  # until CHANNEL_UPDATE has come
            await box(chat).fill("/")
        await expect(note).to_contain_text("not have permission to use commands")
    finally:
        channels.disallow(general, general.guild_id)


async def test_who_may_not_attach_files_is_told_so(chat: Chat):
    general = channel_of(chat.playground)
    await chat.become("Mel Member")
    assert general.guild_id is not None
    chat.playground.guilds.channels.allow(general, general.guild_id, deny=permissions.ATTACH_FILES)
    await expect(chat.page.get_by_role("button", name="Add files")).to_be_disabled()
    chat.playground.guilds.channels.disallow(general, general.guild_id)
    await expect(chat.page.get_by_role("button", name="Add files")).to_be_enabled()


async def test_a_thread_that_is_locked_or_asleep_says_so(chat: Chat):
    guilds, world = chat.playground.guilds, chat.playground.services.world
    thread = guilds.threads.start(channel_of(chat.playground), "a talk", world.people[1])
    await chat.become("Mel Member")
    await chat.go("a talk")
    guilds.threads.archive(thread)
    note = chat.page.locator(".composer-note")
    await expect(note).to_have_text("This thread is archived. A message opens it again.")
    guilds.threads.archive(thread, locked=True)
    closed = chat.page.locator(".composer-closed")
    await expect(closed).to_contain_text("This thread is archived and locked.")
    guilds.threads.edit(thread, locked=False, archived=False)
    await expect(box(chat)).to_be_visible()
