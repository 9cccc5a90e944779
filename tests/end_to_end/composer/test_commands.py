"""The list of commands, and commands typed or pasted as a line."""

import pytest
from playwright.async_api import expect

from tests.end_to_end._page import Chat
from tests.end_to_end.composer._bot import EveryOptionBot, answered
from tests.end_to_end.composer._setup import box, pills

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _with_nothing_used(chat: Chat) -> None:
    """Load the page anew: it forgets the commands that were used."""
    await chat.page.reload()
    await chat.page.locator(".welcome, .message").first.wait_for()


async def test_a_slash_lists_the_commands_of_each_app(chat: Chat):
    await _with_nothing_used(chat)
    await chat.type("/", enter=False)
    names = ["/give", "/imagine", "/mix", "/ping", "/settings steps", "/settings words forbid"]
    await expect(chat.items).to_contain_text(names)
    group = chat.page.get_by_role("listbox", name="Commands").get_by_role("group", name="Easel")
    await expect(group.locator(".avatar")).to_have_count(1)
    imagine = chat.items.filter(has_text="/imagine")
    await expect(imagine).to_contain_text("Paint a picture")
    await expect(imagine.locator(".option-name")).to_have_text(["prompt"])
    await expect(imagine.locator(".option-more")).to_have_text("+6 optional")


async def test_commands_of_context_menus_are_not_typed(chat: Chat):
    await chat.type("/paint", enter=False)
    await expect(chat.items).to_have_count(1)  # /imagine, by its description
    await expect(chat.items).not_to_contain_text("Paint this")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("im", ["/imagine"]),
        ("st", ["/settings steps", "/settings words forbid"]),
        ("forb", ["/settings words forbid"]),
        ("swf", ["/settings words forbid"]),
        ("settings w", ["/settings words forbid"]),
        ("whether", ["/ping"]),
    ],
)
async def test_the_list_follows_what_is_typed(chat: Chat, typed: str, found: list[str]):
    await chat.type(f"/{typed}", enter=False)
    labels = chat.items.locator(".listbox-label")
    await expect(labels).to_have_count(len(found))
    for label in found:
        await expect(labels.filter(has_text=label)).to_have_count(1)


async def test_the_list_is_walked_with_arrows_and_closed_with_escape(chat: Chat):
    await _with_nothing_used(chat)
    await chat.type("/", enter=False)
    active = chat.page.locator(".listbox-item.active")
    await expect(active).to_contain_text("/give")
    await chat.press("ArrowDown")
    await expect(active).to_contain_text("/imagine")
    described = await box(chat).get_attribute("aria-activedescendant")
    assert await active.get_attribute("id") == described
    await chat.press("ArrowUp", "ArrowUp")
    await expect(active).to_contain_text("/settings words forbid")
    await chat.press("Escape")
    await expect(chat.page.locator(".popup")).to_be_hidden()
    await expect(box(chat)).to_have_value("/")


@pytest.mark.parametrize("key", ["Enter", "Tab"])
async def test_enter_and_tab_take_a_command(chat: Chat, key: str):
    await chat.type("/im", enter=False)
    await expect(chat.items).to_have_count(1)
    await chat.press(key)
    await expect(chat.option("prompt")).to_be_focused()


async def test_a_command_without_options_is_sent_as_text(chat: Chat, bot: EveryOptionBot):
    await chat.answer("/ping")
    assert bot.got == [{}]


async def test_an_unknown_command_is_not_posted(chat: Chat, bot: EveryOptionBot):
    await chat.type("/draw a cat")
    await expect(chat.problem).to_contain_text("There is no command /draw")
    assert bot.got == []


async def test_a_line_typed_whole_is_understood(chat: Chat, bot: EveryOptionBot):
    await chat.answer("/imagine prompt: a red star steps: 7 size: square guidance:2.5")
    values = {"prompt": "a red star", "steps": 7, "size": "512x512", "guidance": 2.5}
    assert bot.got == [values | {"tile": False, "model": None, "start": None}]


async def test_a_line_without_names_goes_to_the_first_text(chat: Chat, bot: EveryOptionBot):
    await chat.answer("/imagine a red circle on a blue background")
    assert bot.got[0]["prompt"] == "a red circle on a blue background"


async def test_a_line_pasted_whole_is_understood(chat: Chat, bot: EveryOptionBot):
    line = '/imagine prompt: "a sign, steps: 3 and size: big" steps: 5 tile: True'
    await chat.page.keyboard.insert_text(line)
    await expect(chat.option("steps")).to_have_value("5")
    await expect(pills(chat)).to_have_count(3)
    await chat.press("Enter")
    await answered(bot, "imagine")
    assert bot.got[0]["prompt"] == "a sign, steps: 3 and size: big"
    assert (bot.got[0]["steps"], bot.got[0]["tile"]) == (5, True)


async def test_a_line_pasted_into_an_empty_pill_is_understood(chat: Chat):
    await chat.type("/imagine ", enter=False)
    await expect(chat.option("prompt")).to_be_focused()
    await chat.page.keyboard.insert_text("/imagine prompt: a red star steps: 7")
    await expect(chat.option("steps")).to_have_value("7")
    await expect(chat.option("prompt")).to_have_value("a red star")


async def test_a_pasted_subcommand_is_understood(chat: Chat, bot: EveryOptionBot):
    await chat.page.keyboard.insert_text("/settings words forbid word: tea why: too hot: always")
    await expect(pills(chat)).to_have_count(2)
    await chat.press("Enter")
    await answered(bot, "settings words forbid")
    assert bot.got == [{"word": "tea", "why": "too hot: always"}]


async def test_a_pasted_name_that_is_no_option_is_named(chat: Chat):
    await chat.page.keyboard.insert_text("/imagine prompt: a star steps: 5 sparkle: 3")
    await expect(chat.problem).to_have_text("/imagine has no option “sparkle”: left out.")
    await expect(chat.option("steps")).to_have_value("5")


async def test_a_pasted_name_behind_an_asked_choice_is_no_part_of_it(chat: Chat):
    await chat.page.keyboard.insert_text("/imagine prompt: a star model: tiny sparkle: 3")
    await expect(chat.problem).to_have_text("/imagine has no option “sparkle”: left out.")
    await expect(chat.option("model")).to_have_value("tiny")


async def test_a_pasted_name_within_a_text_stays_in_it_and_is_named(chat: Chat):
    await chat.page.keyboard.insert_text("/imagine prompt: a sign that says: tea steps: 5")
    await expect(chat.problem).to_contain_text("no option “says”: it stays part of the text")
    await expect(chat.option("prompt")).to_have_value("a sign that says: tea")


async def test_the_pending_command_comes_back_when_it_is_refused(chat: Chat, bot: EveryOptionBot):
    error = {"code": "NUMBER_TYPE_MAX", "message": "Too many steps."}
    errors = {"data": {"options": {"1": {"value": {"_errors": [error]}}}}}
    body = {"code": 50035, "message": "Invalid Form Body", "errors": errors}
    await chat.page.route("**/interactions", lambda route: route.fulfill(status=400, json=body))
    await chat.type("/imagine a refused wish steps: 6")
    await expect(chat.problem).to_have_text("steps: Too many steps.")
    await expect(chat.option("prompt")).to_have_value("a refused wish")
    await expect(chat.option("steps")).to_be_focused()
    await expect(chat.option("steps")).to_have_attribute("aria-invalid", "true")
    await chat.page.unroute("**/interactions")
    await chat.press("Enter")
    await answered(bot, "imagine")
    assert bot.got[0]["steps"] == 6
    assert len(chat.errors) == 1  # the browser's own note of the status 400
    chat.errors.clear()


async def test_each_option_the_server_refuses_is_named(chat: Chat):
    def refused(text: str) -> dict[str, object]:
        return {"value": {"_errors": [{"code": "BAD", "message": text}]}}

    errors = {"data": {"options": {"0": refused("Too dull."), "1": refused("Too many.")}}}
    body = {"code": 50035, "message": "Invalid Form Body", "errors": errors}
    await chat.page.route("**/interactions", lambda route: route.fulfill(status=400, json=body))
    await chat.type("/imagine a refused wish steps: 6")
    await expect(chat.problem).to_have_text("prompt: Too dull. steps: Too many.")
    await expect(chat.option("prompt")).to_be_focused()
    await expect(chat.option("steps")).to_have_attribute("aria-invalid", "true")
    await chat.page.unroute("**/interactions")
    chat.errors.clear()  # the browser's own note of the status 400


async def test_the_command_used_last_is_marked_first(chat: Chat):
    await _with_nothing_used(chat)
    await chat.answer("/settings steps 3")
    await chat.answer("/imagine a tree that is wanted again")
    await chat.type("/", enter=False)
    names = ["/imagine", "/settings steps", "/give", "/mix", "/ping"]
    await expect(chat.items.locator(".listbox-label")).to_contain_text(names)
    await expect(chat.page.locator(".listbox-item.active")).to_contain_text("/imagine")


async def test_arrow_up_takes_up_commands_as_pills(chat: Chat, bot: EveryOptionBot):
    await chat.answer("/imagine a recalled tree steps: 5")
    await chat.answer("/settings steps 3")
    await chat.press("ArrowUp")
    await expect(chat.option("value")).to_have_value("3")
    await chat.press("ArrowUp")
    await expect(chat.option("prompt")).to_have_value("a recalled tree")
    await expect(chat.option("steps")).to_be_focused()
    await chat.press("Backspace")
    await chat.type("6", enter=False)
    await chat.press("ArrowUp")  # it was changed: the arrow goes nowhere
    await chat.press("Enter")
    await answered(bot, "imagine", times=2)
    assert [got.get("steps") for got in bot.got] == [5, None, 6]


async def test_a_command_that_changes_meanwhile_keeps_what_was_filled_in(
    chat: Chat, bot: EveryOptionBot
):
    await chat.type("/settings words forbid word: coffee", enter=False)
    group = bot.tree.get_command("settings")
    assert group is not None
    description = group.description
    group.description = "Changed meanwhile"
    pill = await chat.option("word").get_attribute("id")
    assert pill is not None
    try:
        await bot.tree.sync()
        await expect(chat.option("word")).not_to_have_id(pill)
        await expect(chat.option("word")).to_have_value("coffee")
        await expect(chat.option("word")).to_be_focused()
        await chat.press("Enter")
        await answered(bot, "settings words forbid")
    finally:
        group.description = description
        await bot.tree.sync()
    assert bot.got == [{"word": "coffee", "why": None}]
