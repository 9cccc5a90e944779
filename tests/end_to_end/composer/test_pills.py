"""The options of a command as pills: filled, checked, removed, and asked of the bot."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.end_to_end._page import Chat
from tests.end_to_end.composer._bot import EveryOptionBot, answered
from tests.end_to_end.composer._setup import box, pills

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_required_options_are_there_and_optional_ones_are_offered(chat: Chat):
    await chat.type("/imagine a leaf", enter=False)
    await expect(pills(chat)).to_have_count(1)
    await chat.press("Tab")
    more = chat.page.locator(".more-options")
    await expect(more).to_be_focused()
    await expect(more).to_have_text("+6 optional")
    await expect(chat.items).to_have_count(6)
    await expect(chat.items.filter(has_text="steps")).to_contain_text("a whole number from 1 to 8")
    await chat.press("ArrowDown", "ArrowDown", "Enter")
    await expect(chat.option("steps")).to_be_focused()
    await expect(more).to_have_text("+5 optional")


async def test_the_mouse_opens_and_closes_the_optional_options(chat: Chat, bot: EveryOptionBot):
    await chat.type("/imagine a leaf", enter=False)
    more = chat.page.locator(".more-options")
    await more.click()
    await expect(chat.items.first).to_be_visible()
    await more.click()
    await expect(chat.items.first).to_be_hidden()
    await more.click()
    await chat.items.filter(has_text="tile").click()
    await expect(chat.items).to_have_text(["True", "False"])
    await chat.press("ArrowDown", "Enter")
    await expect(chat.option("tile")).to_have_value("True")
    await chat.press("Enter")
    await answered(bot, "imagine")
    assert bot.got[0]["tile"] is True


async def test_enter_behind_the_pills_sends_what_is_filled_in(chat: Chat, bot: EveryOptionBot):
    await chat.type("/imagine a red star", enter=False)
    await chat.press("Tab")
    await expect(chat.items.first).to_be_visible()
    await chat.press("Enter")
    await answered(bot, "imagine")
    assert bot.got[0]["prompt"] == "a red star"


async def test_the_arrow_marks_the_first_optional_option_and_escape_goes_back(chat: Chat):
    await chat.type("/imagine a leaf size:wide", enter=False)
    await chat.press("Escape", "Tab")
    await expect(chat.page.locator(".more-options")).to_be_focused()
    await expect(chat.items).to_have_count(5)
    await chat.press("ArrowDown")
    active = chat.page.locator(".listbox-item.active")
    await expect(active).to_contain_text(await chat.items.first.inner_text(), use_inner_text=True)
    await chat.press("Escape")
    await expect(chat.option("size")).to_be_focused()
    await expect(chat.items.first).to_be_hidden()


async def test_backspace_at_the_start_removes_an_optional_pill(chat: Chat):
    await chat.type("/imagine a leaf steps: 12", enter=False)
    await chat.press("Home", "Backspace")
    await expect(pills(chat)).to_have_count(1)
    await expect(chat.option("prompt")).to_be_focused()
    await expect(chat.problem).to_have_text("")
    await chat.press("Home", "Backspace")
    await expect(chat.option("prompt")).to_have_value("a leaf")


async def test_backspace_in_the_only_empty_pill_gives_the_command_up(chat: Chat):
    await chat.type("/imagine ", enter=False)
    await expect(chat.option("prompt")).to_be_focused()
    await chat.press("Backspace")
    await expect(box(chat)).to_have_value("/imagine")


async def test_backspace_takes_an_option_that_was_meant_as_text_back(
    chat: Chat, bot: EveryOptionBot
):
    await chat.type("/imagine a shop sign, size:", enter=False)
    await expect(chat.option("size")).to_be_focused()
    await chat.press("Backspace")
    await chat.type(" large")
    await answered(bot, "imagine")
    assert bot.got[0]["prompt"] == "a shop sign, size: large"


async def test_arrows_go_from_pill_to_pill(chat: Chat):
    await chat.type("/imagine a leaf steps: 5", enter=False)
    await chat.press("Home", "ArrowLeft")
    await expect(chat.option("prompt")).to_be_focused()
    await chat.press("ArrowRight")
    await expect(chat.option("steps")).to_be_focused()


@pytest.mark.parametrize(
    ("line", "option", "problem"),
    [
        ("steps: 5", "prompt", "This option is required. Specify a value."),
        ("a star steps: 99", "steps", "Value must be between 1 and 8."),
        ("a star steps: 1.5", "steps", "Value must be a whole number."),
        ("a star guidance: 9.6", "guidance", "Value must be between 0 and 9.5."),
        ("a star size: tall", "size", "Value must be Square or Wide."),
        ("a star tile: maybe", "tile", "Value must be True or False."),
        ("a", "prompt", "Value must have between 2 and 200 characters; it has 1."),
    ],
)
async def test_what_is_wrong_is_said_before_it_is_sent(
    chat: Chat, bot: EveryOptionBot, line: str, option: str, problem: str
):
    await chat.type(f"/imagine {line}")
    await expect(chat.problem).to_have_text(f"{option}: {problem}")
    await expect(chat.problem).to_have_role("alert")
    await expect(chat.option(option)).to_be_focused()
    await expect(chat.option(option)).to_have_attribute("aria-invalid", "true")
    await expect(chat.option(option)).to_have_accessible_description(problem)
    assert bot.got == []


async def test_each_option_that_is_wrong_is_named(chat: Chat, bot: EveryOptionBot):
    await chat.type("/imagine a steps: 99 tile: maybe")
    steps = "steps: Value must be between 1 and 8."
    tile = "tile: Value must be True or False."
    await expect(chat.problem).to_have_text(
        f"prompt: Value must have between 2 and 200 characters; it has 1. {steps} {tile}"
    )
    assert len((await chat.problem.inner_text()).splitlines()) == 3
    await expect(chat.option("prompt")).to_be_focused()
    await chat.type("b", enter=False)
    await expect(chat.problem).to_have_text(f"{steps} {tile}")
    assert bot.got == []


async def test_what_is_wrong_is_marked_when_one_goes_on(chat: Chat, bot: EveryOptionBot):
    await chat.type("/imagine a heart steps: 99 guidance:", enter=False)
    steps = chat.page.locator(".field[data-option=steps]")
    await expect(steps).to_contain_class("wrong")
    await expect(chat.problem).to_have_text("steps: Value must be between 1 and 8.")
    await chat.press("Shift+Tab", "Backspace")
    await expect(steps).not_to_contain_class("wrong")
    await expect(chat.problem).to_have_text("")
    await chat.type("8")
    await answered(bot, "imagine")
    assert bot.got[0]["steps"] == 8


async def test_people_roles_and_channels_are_picked(chat: Chat, bot: EveryOptionBot):
    await chat.type("/give ", enter=False)
    await expect(chat.option("user")).to_have_role("combobox")
    await expect(chat.items).to_have_count(4)
    await chat.type("mel", enter=False)
    await expect(chat.items).to_have_count(1)
    await expect(chat.items.locator(".avatar")).to_have_count(1)
    await chat.press("Enter")
    await chat.type(" channel:", enter=False)
    await chat.type("no-b", enter=False)
    await chat.press("Tab")
    await expect(chat.option("channel")).to_have_value("#no-bots")
    await chat.option("channel").focus()
    await chat.type(" role:eas", enter=False)
    await chat.press("Enter")
    await chat.type(" anybody:rob", enter=False)
    await chat.press("Enter")
    await expect(chat.option("anybody")).to_have_value("@Robin Other")
    await chat.press("Enter")
    await answered(bot, "give")
    assert bot.got == [{"user": "mel", "channel": "#no-bots", "role": "Easel", "anybody": "robin"}]


async def test_the_list_is_tied_to_the_pill_for_screen_readers(chat: Chat):
    await chat.type("/imagine a leaf size:", enter=False)
    size = chat.option("size")
    await expect(size).to_have_attribute("aria-expanded", "true")
    await chat.press("ArrowDown")
    active = await size.get_attribute("aria-activedescendant")
    assert active == await chat.items.first.get_attribute("id")
    listbox = await size.get_attribute("aria-controls")
    await expect(chat.page.locator(f"#{listbox}")).to_have_role("listbox")
    await chat.press("Escape")
    await expect(size).to_have_attribute("aria-expanded", "false")
    await expect(size).to_be_focused()
    assert await size.get_attribute("aria-activedescendant") is None
    await expect(size).to_have_accessible_name("size")


async def test_a_choice_that_was_not_taken_is_found_by_its_beginning(
    chat: Chat, bot: EveryOptionBot
):
    await chat.type("/imagine a boat size: wi", enter=False)
    await chat.press("Escape")
    await chat.press("Enter")
    await answered(bot, "imagine")
    assert bot.got[0]["size"] == "768x512"


async def test_autocomplete_asks_once_one_pauses(chat: Chat, bot: EveryOptionBot):
    await chat.type("/imagine a boat model:tiny", enter=False)
    await expect(chat.items).to_have_text(["tiny large"])
    assert bot.asked == ["tiny"]
    await chat.press("ArrowDown", "Enter")
    await expect(chat.option("model")).to_have_value("tiny large")
    await chat.press("Enter")
    await answered(bot, "imagine")
    assert bot.got[0]["model"] == "model-tiny"


async def test_autocomplete_says_that_it_loads(chat: Chat, bot: EveryOptionBot):
    bot.holds["slow"] = asyncio.Event()
    await chat.type("/imagine a boat model:slow", enter=False)
    await expect(chat.page.locator(".popup-note")).to_have_text("Loading options…")
    await expect(chat.page.locator(".composer [role=status]")).to_have_text("Loading options…")
    bot.holds["slow"].set()
    await expect(chat.items).to_have_text(["slow large"])


async def test_an_answer_that_comes_late_is_not_shown(chat: Chat, bot: EveryOptionBot):
    bot.holds["old"] = asyncio.Event()
    await chat.type("/imagine a boat model:old", enter=False)
    await expect(chat.page.locator(".popup-note")).to_have_text("Loading options…")
    await chat.type("er", enter=False)
    await expect(chat.items).to_have_text(["older large"])
    bot.holds["old"].set()
    await chat.page.wait_for_timeout(150)  # for the late answer to come
    await expect(chat.items).to_have_text(["older large"])


async def test_an_autocomplete_that_fails_says_so(chat: Chat):
    refused = {"code": 0, "message": "500: Internal Server Error"}
    await chat.page.route("**/interactions", lambda route: route.fulfill(status=500, json=refused))
    await chat.type("/imagine a boat model:x", enter=False)
    await expect(chat.page.locator(".popup-note")).to_have_text("Loading options failed.")
    await chat.page.unroute("**/interactions")
    await chat.type("y", enter=False)
    await expect(chat.items).to_have_text(["xy large"])
    chat.errors.clear()  # the browser's own note of the status 500
