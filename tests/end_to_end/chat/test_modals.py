"""Forms: all that one may fill in, what is wrong with it, and what the bot receives."""

from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord import ui
from playwright.async_api import FilePayload, Locator, expect

from tests.end_to_end import _page
from tests.end_to_end._page import Chat
from tests.end_to_end.chat._bot import Actor

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]


class Form(ui.Modal, title="The form"):
    """One labeled component; what it received is said in the channel."""

    def __init__(self, component: ui.Item[Any], say: Callable[[Any], object]) -> None:
        super().__init__()
        self.component, self.say = component, say
        self.add_item(ui.Label(text="Field", description="What it is", component=component))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"got {self.say(self.component)}")


async def opened(
    chat: Chat, bot: Actor, component: Callable[[], ui.Item[Any]], say: Callable[[Any], object]
) -> Locator:
    """The form with one component, open."""
    bot.modal = lambda: Form(component(), say)
    await chat.type("/form")
    dialog = chat.page.get_by_role("dialog", name="The form")
    await expect(dialog).to_contain_text("What it is")
    return dialog


def value(item: Any) -> object:
    return item.value


def values(item: Any) -> object:
    return sorted(str(each) for each in item.values)


async def test_a_short_text_is_counted_and_sent_by_enter(chat: Chat, bot: Actor):
    dialog = await opened(chat, bot, lambda: ui.TextInput(default="a star", max_length=10), value)
    field = dialog.get_by_label("Field")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("a star")
    await expect(dialog.locator(".field-count")).to_have_text("6 / 10")
    await field.fill("a moon")
    await chat.press("Enter")
    await expect(chat.message("got a moon")).to_be_visible()
    await expect(dialog).to_have_count(0)


async def test_one_can_write_on_after_a_form(chat: Chat, bot: Actor):
    """Chromium loses the caret of a field when a dialog goes: see dialogs.js."""
    dialog = await opened(chat, bot, lambda: ui.TextInput(default="a star"), value)
    await chat.press("Enter")
    await expect(dialog).to_have_count(0)
    await chat.type("written after it")
    await expect(chat.message("written after it")).to_be_visible()


async def test_a_paragraph_takes_several_lines(chat: Chat, bot: Actor):
    style = discord.TextStyle.paragraph
    dialog = await opened(chat, bot, lambda: ui.TextInput(style=style), lambda i: repr(i.value))
    await dialog.get_by_label("Field").fill("one\ntwo")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(chat.message("got 'one\\ntwo'")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "This field is required."), ("ab", "at least 3"), ("abcdefg", "at most 6")],
)
async def test_a_text_that_does_not_fit_is_told_at_its_field(
    chat: Chat, bot: Actor, text: str, problem: str
):
    dialog = await opened(chat, bot, lambda: ui.TextInput(min_length=3, max_length=6), value)
    field = dialog.get_by_label("Field")
    await field.fill(text)
    await chat.press("Enter")
    await expect(dialog.locator(".field-problem")).to_contain_text(problem)
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill("abcd")
    await expect(dialog.locator(".field-problem")).to_have_text("")
    await chat.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_what_the_server_refuses_stays_typed_and_is_told_at_its_field(chat: Chat, bot: Actor):
    dialog = await opened(chat, bot, ui.TextInput, value)
    await dialog.get_by_label("Field").fill("kept")
    error = {"_errors": [{"code": "BASE_TYPE_BAD", "message": "Not this."}]}
    tree = {"data": {"components": {"0": {"component": {"value": error}}}}}
    body = {"code": 50035, "message": "Invalid Form Body", "errors": tree}
    await chat.page.route("**/interactions", lambda route: route.fulfill(status=400, json=body))
    await chat.press("Enter")
    await expect(dialog.locator(".field-problem")).to_have_text("Not this.")
    await expect(dialog.get_by_label("Field")).to_have_value("kept")
    await chat.page.unroute("**/interactions")
    await chat.press("Enter")
    await expect(chat.message("got kept")).to_be_visible()
    assert len(chat.errors) == 1  # the browser's own note of the status 400
    chat.errors.clear()


def styles() -> ui.Select[Any]:
    select = ui.Select[Any](placeholder="Style", max_values=2)
    for label in ("Oil", "Ink", "Chalk"):
        select.add_option(label=label)
    return select


async def test_selects_are_filled_in(chat: Chat, bot: Actor):
    dialog = await opened(chat, bot, styles, values)
    box = dialog.get_by_role("combobox", name="Field")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.locator(".field-problem")).to_have_text("Choose something.")
    await box.click()
    await chat.press("Enter", "ArrowDown", "Enter", "Escape")
    await expect(box).to_have_text("Oil, Ink")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(chat.message("got ['Ink', 'Oil']")).to_be_visible()


@pytest.mark.parametrize(
    ("select", "name"),
    [
        (ui.UserSelect[Any], "Mel Member"),
        (ui.RoleSelect[Any], "Easel"),
        (ui.ChannelSelect[Any], "general"),
    ],
)
async def test_users_roles_and_channels_are_chosen(chat: Chat, bot: Actor, select, name: str):
    dialog = await opened(chat, bot, select, lambda item: [each.name for each in item.values])
    await dialog.get_by_role("combobox", name="Field").click()
    await dialog.get_by_role("option", name=name).click()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(chat.message("got ['")).to_be_visible()


async def test_files_are_sent_along(chat: Chat, bot: Actor):
    dialog = await opened(
        chat, bot, lambda: ui.FileUpload(max_values=2), lambda i: [f.filename for f in i.values]
    )
    sketch = FilePayload(name="sketch.txt", mimeType="text/plain", buffer=b"12345")
    wrong = FilePayload(name="wrong.txt", mimeType="text/plain", buffer=b"1")
    await dialog.get_by_label("Field").set_input_files([sketch, wrong])
    await dialog.get_by_role("button", name="Remove wrong.txt").click()
    await expect(dialog.locator(".upload-file")).to_contain_text(["sketch.txt"])
    await dialog.get_by_role("button", name="Submit").click()
    await expect(chat.message("got ['sketch.txt']")).to_be_visible()


async def test_one_of_a_group_is_chosen(chat: Chat, bot: Actor):
    options = [discord.RadioGroupOption(label=name, value=name) for name in ("Square", "Wide")]
    dialog = await opened(chat, bot, lambda: ui.RadioGroup(options=options), value)
    group = dialog.get_by_role("radiogroup", name="Field")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.locator(".field-problem")).to_have_text("Choose one.")
    await group.get_by_label("Wide").check()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(chat.message("got Wide")).to_be_visible()


async def test_several_of_a_group_are_checked(chat: Chat, bot: Actor):
    options = [discord.CheckboxGroupOption(label=name, value=name) for name in "ABC"]
    dialog = await opened(chat, bot, lambda: ui.CheckboxGroup(options=options), values)
    group = dialog.get_by_role("group", name="Field")
    await group.get_by_label("A").check()
    await group.get_by_label("C").check()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(chat.message("got ['A', 'C']")).to_be_visible()


async def test_a_checkbox_is_yes_or_no(chat: Chat, bot: Actor):
    dialog = await opened(chat, bot, ui.Checkbox, value)
    await dialog.get_by_label("Field").check()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(chat.message("got True")).to_be_visible()
