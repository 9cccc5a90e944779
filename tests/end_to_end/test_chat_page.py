"""The chat page in a real Chromium: what a newcomer types, sees and presses."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from playground.server import Playground
from tests.end_to_end import _page
from tests.end_to_end._page import Chat, Person, StandInBot
from tests.end_to_end.conftest import Easel

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    # Playground, bot and browser are shared, so all tests live in one event loop.
    pytest.mark.asyncio(loop_scope="session"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with _page.started_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared() -> AsyncIterator[tuple[Playground, StandInBot]]:
    async with Playground(port=0) as playground:
        with pytest.MonkeyPatch.context() as patch:
            for (owner, name), value in _page.pointed_at(playground).items():
                patch.setattr(owner, name, value)
            async with _page.started_bot(playground) as bot:
                yield playground, bot


@pytest_asyncio.fixture(loop_scope="session")
async def bot(shared: tuple[Playground, StandInBot]) -> StandInBot:
    _, bot = shared
    bot.got.clear()
    bot.go_on.set()
    return bot


@pytest_asyncio.fixture(loop_scope="session")
async def chat(browser: Browser, bot: StandInBot, shared) -> AsyncIterator[Chat]:
    """The page as the owner sees it; in the end it must not have complained or gone elsewhere."""
    async with opened(browser, shared[0]) as chat:
        yield chat


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def modules(browser: Browser, shared) -> AsyncIterator[Page]:
    """A page to call the modules in that show nothing."""
    async with opened(browser, shared[0]) as chat:
        yield chat.page


@asynccontextmanager
async def opened(browser: Browser, playground: Playground, **context) -> AsyncIterator[Chat]:
    window = await browser.new_context(**context)
    try:
        chat = Chat(await window.new_page(), playground)
        await chat.open()
        yield chat
        assert chat.errors == []
        assert chat.foreign == []
    finally:
        await window.close()


async def test_a_newcomer_types_a_line_and_sees_the_picture(browser: Browser, easel: Easel):
    async with opened(browser, easel.playground) as chat:
        painting = await chat.answer("/imagine a red circle on a blue background")
        await expect(painting).to_contain_text("Olive Owner used /imagine")
        await expect(painting).to_contain_text("a red circle on a blue background")
        picture = painting.locator(".picture.loaded").first
        await expect(picture).to_be_visible(timeout=60_000)
        await picture.click()
        large = chat.page.get_by_role("dialog", name="Picture").locator("img")
        assert await large.evaluate("image => image.naturalWidth") == 256


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


async def test_a_slash_lists_the_commands(chat: Chat):
    await chat.type("/", enter=False)
    await expect(chat.items).to_contain_text(
        ["/buttons", "/imagine", "/ping", "/settings steps", "/silent"]
    )
    await chat.type("im", enter=False)
    await expect(chat.items).to_have_count(1)
    await expect(chat.items).to_contain_text("Paint a picture")
    await expect(chat.items).to_contain_text("Easel")
    await chat.press("Tab")
    await expect(chat.option("prompt")).to_be_focused()
    await expect(chat.page.locator(".more-options")).to_have_text("+6 optional")
    await chat.press("Backspace")
    await expect(chat.page.locator(".composer-text")).to_have_value("/imagine")


async def test_a_slash_line_typed_whole_is_understood(chat: Chat, bot: StandInBot):
    await chat.type("/imagine a red circle on a blue background")
    await expect(chat.message("a red circle on a blue background")).to_contain_text("used /imagine")
    await chat.type("/imagine prompt: a red star seed: 7 size: square steps:2")
    await expect(chat.message("a red star")).to_contain_text("done")
    first, second = bot.got
    assert (first["prompt"], first["seed"]) == ("a red circle on a blue background", None)
    assert second == {
        "prompt": "a red star", "seed": 7, "size": "512x512", "steps": 2,
        "tile": False, "model": None, "start": None,
    }  # fmt: skip


async def test_a_slash_line_pasted_whole_is_understood(chat: Chat, bot: StandInBot):
    await chat.page.keyboard.insert_text("/imagine a red moon seed: 12")
    await expect(chat.option("seed")).to_have_value("12")
    await chat.press("Enter")
    await expect(chat.message("a red moon")).to_contain_text("done")
    assert bot.got[0]["seed"] == 12


async def test_subcommands_stand_for_themselves(chat: Chat):
    await chat.type("/settings steps 6")
    await expect(chat.message("6 steps")).to_contain_text("used /settings steps")


async def test_backspace_takes_an_option_that_was_meant_as_text_back(chat: Chat, bot: StandInBot):
    await chat.type("/imagine a shop sign, size:", enter=False)
    await expect(chat.option("size")).to_be_focused()
    await chat.press("Backspace")
    await chat.type(" large")
    await expect(chat.message("a shop sign, size: large")).to_contain_text("done")
    assert bot.got[0]["prompt"] == "a shop sign, size: large"


async def test_a_number_out_of_range_is_not_sent(chat: Chat, bot: StandInBot):
    await chat.type("/imagine a heart steps: 99")
    await expect(chat.problem).to_have_text("steps must be a whole number from 1 to 8.")
    await expect(chat.option("steps")).to_be_focused()
    await expect(chat.option("steps")).to_have_attribute("aria-invalid", "true")
    assert bot.got == []
    await chat.press("Backspace", "Backspace")
    await chat.type("8")
    await expect(chat.message("a heart")).to_contain_text("done")
    assert bot.got[0]["steps"] == 8


async def test_a_missing_option_is_named(chat: Chat, bot: StandInBot):
    await chat.type("/imagine seed: 3")
    await expect(chat.problem).to_have_text("prompt is required.")
    await expect(chat.option("prompt")).to_be_focused()
    assert bot.got == []


async def test_optional_options_and_choices_are_lists(chat: Chat, bot: StandInBot):
    await chat.type("/imagine a leaf", enter=False)
    await chat.page.locator(".more-options").click()
    await expect(chat.items).to_have_count(6)
    await chat.items.filter(has_text="tile").click()
    await expect(chat.items).to_have_text(["True", "False"])
    await chat.press("ArrowDown", "Enter")
    await expect(chat.option("tile")).to_have_value("True")
    await chat.press("Enter")
    await expect(chat.message("a leaf")).to_contain_text("done")
    assert bot.got[0]["tile"] is True


async def test_autocomplete_asks_the_bot(chat: Chat, bot: StandInBot):
    await chat.type("/imagine a boat model: tiny", enter=False)
    await expect(chat.items).to_have_text(["tiny large"])
    await chat.press("ArrowDown", "Enter")
    await expect(chat.option("model")).to_have_value("tiny large")
    await chat.press("Enter")
    await expect(chat.message("a boat")).to_contain_text("done")
    assert bot.got[0]["model"] == "model-large"


async def test_a_file_is_sent_along(chat: Chat, bot: StandInBot):
    await chat.type("/imagine a house start:", enter=False)
    await chat.option("start").set_input_files(
        {"name": "sketch.txt", "mimeType": "text/plain", "buffer": b"12345"}
    )
    await expect(chat.page.locator(".file-label")).to_have_text("sketch.txt")
    await chat.page.get_by_role("button", name="Send").click()
    await expect(chat.message("a house")).to_contain_text("done")
    assert bot.got[0]["start"] == ("sketch.txt", 5)


async def test_progress_is_edited_in_and_the_picture_opens_large(chat: Chat, bot: StandInBot):
    bot.go_on.clear()
    painting = await chat.answer("/imagine a live picture")
    await expect(painting).to_contain_text("step 2")
    await expect(painting.locator(".app-badge")).to_have_text("APP")
    await expect(painting.locator(".picture")).to_have_count(0)
    bot.go_on.set()
    small = painting.get_by_role("button", name="Open red.png large")
    await expect(small).to_be_visible()
    box = await small.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (320, 200)
    await small.click()
    large = chat.page.get_by_role("dialog", name="Picture")
    await expect(large).to_contain_text("320 × 200")
    natural = "image => image.complete && image.naturalWidth"
    assert await large.locator("img").evaluate(natural) == 320
    download = large.get_by_role("link", name="Download")
    assert await download.get_attribute("download") == "red.png"
    await chat.press("Escape")
    await expect(large).to_have_count(0)
    await expect(small).to_be_focused()


async def test_an_ephemeral_answer_is_seen_by_its_user_alone(chat: Chat):
    await chat.type("/ping")
    answer = chat.message("Only for you: pong")
    await expect(answer).to_contain_text("Only you can see this")
    await chat.become("Robin Other")
    await expect(chat.page.locator(".person", has_text="Robin")).to_contain_class("person")
    await expect(answer).to_have_count(0)
    await chat.become("Olive Owner")
    await expect(answer).to_be_visible()
    await answer.get_by_role("button", name="Dismiss message").click()
    await expect(answer).to_have_count(0)


async def test_buttons_selects_and_forms(chat: Chat):
    message = await chat.answer("/buttons")
    link = message.get_by_role("link", name="Manual")
    await expect(link).to_have_attribute("href", "https://example.com/manual")
    await message.get_by_role("button", name="Form").click()
    dialog = chat.page.get_by_role("dialog", name="Vary the picture")
    await dialog.get_by_label("Prompt").fill("a moon")
    await chat.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(chat.message("Varied to a moon")).to_be_visible()
    await message.get_by_role("combobox", name="Choose a style").click()
    await chat.press("ArrowDown", "Enter")
    await expect(message).to_contain_text("Style ink")


async def test_a_picture_on_another_host_is_named_and_not_fetched(chat: Chat):
    embed = (await chat.answer("/buttons")).locator(".embed")
    await expect(embed).to_contain_text("Picture on example.com (not loaded)")
    await expect(embed.locator("img")).to_have_count(0)
    assert chat.foreign == []


async def test_the_page_may_not_even_try_another_host(chat: Chat):
    tried = await chat.page.evaluate(
        "fetch('http://127.0.0.1:9/').then(() => 'went', (error) => error.name)"
    )
    assert tried == "TypeError"
    assert any("Content Security Policy" in error for error in chat.errors)
    chat.errors.clear()
    chat.foreign.clear()


async def test_a_button_that_is_not_answered_says_so(chat: Chat):
    message = await chat.answer("/buttons")
    button = message.get_by_role("button", name="Silent")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(message).to_contain_text("This interaction failed")
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_a_command_that_is_not_answered_says_so(chat: Chat):
    await chat.type("/silent")
    await expect(chat.page.locator(".message").last).to_contain_text("Sending command…")
    failed = chat.message("The application did not respond.")
    await expect(failed).to_be_visible(timeout=8000)
    await failed.get_by_role("button", name="Dismiss").click()
    await expect(failed).to_have_count(0)


async def test_what_the_server_refuses_is_shown_and_kept(chat: Chat):
    text = "x" * 2001
    await chat.page.locator(".composer-text").fill(text)
    await chat.press("Enter")
    await expect(chat.problem).to_contain_text("2000")
    await expect(chat.page.locator(".composer-text")).to_have_value(text)
    assert len(chat.errors) == 1  # the browser's own note of the status 400
    chat.errors.clear()


async def test_a_command_the_server_refuses_comes_back_with_its_options(
    chat: Chat, bot: StandInBot
):
    error = {"code": "BASE_TYPE_MAX", "message": "Too much."}
    body = {"code": 50035, "message": "Invalid Form Body", "errors": {"data": {"_errors": [error]}}}
    await chat.page.route("**/interactions", lambda route: route.fulfill(status=400, json=body))
    await chat.type("/imagine a refused wish seed: 9")
    await expect(chat.problem).to_have_text("data: Too much.")
    await expect(chat.option("prompt")).to_have_value("a refused wish")
    await expect(chat.option("seed")).to_be_focused()
    await chat.page.unroute("**/interactions")
    await chat.press("Enter")
    await expect(chat.message("a refused wish")).to_contain_text("done")
    assert len(chat.errors) == 1  # the browser's own note of the status 400
    chat.errors.clear()


async def test_an_unknown_command_is_not_posted(chat: Chat):
    await chat.type("/paint a cat")
    await expect(chat.problem).to_contain_text("There is no command /paint")


async def test_arrow_up_recalls_the_last_command(chat: Chat, bot: StandInBot):
    await chat.type("/imagine a recalled tree seed: 5")
    await expect(chat.message("a recalled tree")).to_contain_text("done")
    await chat.press("ArrowUp")
    await expect(chat.option("prompt")).to_have_value("a recalled tree")
    await expect(chat.option("seed")).to_be_focused()
    await chat.press("Backspace")
    await chat.type("6")
    await expect(chat.page.locator(".message", has_text="a recalled tree")).to_have_count(2)
    assert [got["seed"] for got in bot.got] == [5, 6]


async def test_others_are_seen_typing_and_unread_channels_are_marked(chat: Chat):
    member = Person(chat.playground, 1)
    await chat.go("no-bots")
    general = chat.page.locator(".channel", has_text="general")
    await member.typing("no-bots")
    await expect(chat.page.locator(".typing")).to_have_text("Mel Member is typing…")
    await member.say("no-bots", "here I am")
    await expect(chat.page.locator(".typing")).to_have_text("")
    await member.say("general", "over here")
    await expect(general.locator(".count")).to_contain_text("1")
    await expect(chat.page).to_have_title(re.compile(r"^\(1\) #no-bots"))
    await chat.go("general")
    await expect(general.locator(".count")).to_have_count(0)
    await expect(chat.message("over here")).to_be_visible()


async def test_what_came_while_one_was_somebody_else_is_marked(chat: Chat):
    forbidden = chat.page.locator(".channel", has_text="no-bots")
    await expect(forbidden).not_to_contain_class("unread")
    await chat.become("Mel Member")
    await chat.go("no-bots")
    await chat.type("while the owner was away")
    await expect(chat.message("while the owner was away")).to_be_visible()
    await chat.go("general")
    await chat.become("Olive Owner")
    await expect(forbidden).to_contain_class("unread")
    await chat.go("no-bots")
    await expect(forbidden).not_to_contain_class("unread")


async def test_messages_of_one_author_are_grouped_and_markup_stays_text(chat: Chat):
    await chat.become("Robin Other")
    await chat.type('<img src=x onerror="document.title=1">')
    await chat.type("**bold** and <script>document.title = 2</script>")
    first, second = chat.message("<img src=x"), chat.message("bold and")
    await expect(second).to_contain_class("grouped")
    await expect(second.locator("strong")).to_have_text("bold")
    await expect(chat.page.locator(".markdown img, .markdown script")).to_have_count(0)
    await expect(first.locator(".markdown")).to_have_text('<img src=x onerror="document.title=1">')


async def test_the_page_reconnects_and_fetches_what_it_missed(chat: Chat):
    gateway = chat.playground.gateway
    notice = chat.page.locator(".notice")
    await expect(notice).to_be_hidden()
    # The next connections fail, so that there is time to miss something.
    await chat.page.context.route("**/playground/state", lambda route: route.abort())
    for session in gateway._of(chat.playground.services.world.people[0]):
        if session.connection is not None:
            session.connection.close(4000)
    await expect(notice).to_contain_text("The connection to the playground was lost. Trying again")
    await Person(chat.playground, 1).say("general", "said while nobody listened")
    await expect(chat.message("said while nobody listened")).to_have_count(0)
    await chat.page.context.unroute("**/playground/state")
    await notice.get_by_role("button", name="Try now").click()
    await expect(notice).to_be_hidden()
    await expect(chat.message("said while nobody listened")).to_be_visible()
    assert all("ERR_FAILED" in error for error in chat.errors)
    chat.errors.clear()


async def test_the_page_says_when_there_is_no_bot(browser: Browser, playground: Playground):
    async with opened(browser, playground) as chat:
        await expect(chat.page.locator(".notice")).to_contain_text("is not connected yet")
        await chat.type("/", enter=False)
        await expect(chat.page.locator(".popup-note")).to_contain_text("registered no commands yet")


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_the_page_fits_a_narrow_window(browser: Browser, shared, bot: StandInBot, scheme):
    size = {"width": 360, "height": 640}
    async with opened(browser, shared[0], viewport=size, color_scheme=scheme) as chat:
        width = "document.documentElement.scrollWidth"
        assert await chat.page.evaluate(width) == 360
        menu = chat.page.get_by_role("button", name="Channels and people")
        general = chat.page.locator(".channel", has_text="general")
        await expect(general).to_be_hidden()
        await menu.click()
        await expect(general).to_be_visible()
        await expect(menu).to_have_attribute("aria-expanded", "true")
        await chat.press("Escape")
        await expect(general).to_be_hidden()
        await chat.page.locator(".composer-text").click()
        await chat.type(f"/imagine a narrow {scheme} picture with a long description of it")
        await expect(chat.message(f"a narrow {scheme} picture")).to_contain_text("done")
        assert await chat.page.evaluate(width) == 360


OPTIONS = [
    {"name": "prompt", "type": 3, "required": True},
    {"name": "size", "type": 3, "choices": [{"name": "Wide", "value": "768x512"}]},
    {"name": "steps", "type": 4, "min_value": 1, "max_value": 8},
    {"name": "guidance", "type": 10, "min_value": 0},
    {"name": "tile", "type": 5},
]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (" a red star", {"prompt": "a red star"}),
        (" prompt: a red star seed", {"prompt": "a red star seed"}),
        (" a star steps: 4 size:wide", {"prompt": "a star", "steps": "4", "size": "wide"}),
        (" steps: 4", {"steps": "4"}),
        (" PROMPT: loud", {"prompt": "loud"}),
        (" a ratio of 3:4 at http://x", {"prompt": "a ratio of 3:4 at http://x"}),
        (" prompt: a sign with prompt: on it", {"prompt": "a sign with prompt: on it"}),
    ],
)
async def test_options_are_read_from_a_line(modules: Page, text: str, values: dict[str, str]):
    read = await modules.evaluate(
        """async ([text, options]) => {
            const { parseOptions } = await import("/web/composer/parse.js");
            return Object.fromEntries(parseOptions(text, options).values);
        }""",
        [text, OPTIONS],
    )
    assert read == values


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("steps", "8", 8),
        ("steps", "9", None),
        ("steps", "1.5", None),
        ("steps", "1e1", None),
        ("guidance", "1.5", 1.5),
        ("guidance", "-1", None),
        ("size", "WIDE", "768x512"),
        ("size", "wi", "768x512"),
        ("size", "tall", None),
        ("tile", "yes", True),
        ("tile", "maybe", None),
        ("prompt", "x" * 6001, None),
    ],
)
async def test_an_options_text_is_checked(modules: Page, name: str, text: str, value: object):
    option = next(option for option in OPTIONS if option["name"] == name)
    read = await modules.evaluate(
        """async ([option, text]) => {
            const { readValue } = await import("/web/composer/parse.js");
            return readValue(option, text);
        }""",
        [option, text],
    )
    assert read.get("value") == value
    assert ("error" in read) == (value is None)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b *bi* b**", "<strong>b <em>bi</em> b</strong>"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        (r"\*not\* ~~gone~~", "*not* <s>gone</s>"),
        ("`a*b*`", '<code class="md-code">a*b*</code>'),
        ("> quoted\nafter", '<blockquote class="md-quote">quoted</blockquote>after'),
        ("1 > 2", "1 &gt; 2"),
        ("<@5> <#6>", '<span class="mention">@u5</span> <span class="mention">#c6</span>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("<b onclick=x>", "&lt;b onclick=x&gt;"),
        ("# Big\n-# small", '<p class="md-heading md-heading-1">Big</p>'
                            '<p class="md-subtext">small</p>'),
    ],
)  # fmt: skip
async def test_markdown_becomes_nodes(modules: Page, text: str, html: str):
    assert await _rendered(modules, text) == html


async def test_links_open_elsewhere_and_tell_nobody_from_where(modules: Page):
    html = await _rendered(modules, "see https://example.com/a_b_c.")
    assert 'href="https://example.com/a_b_c"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert html.endswith("</a>.")


async def test_times_are_relative_where_asked(modules: Page):
    now = await modules.evaluate("Math.floor(Date.now() / 1000)")
    assert "in 2 hours" in await _rendered(modules, f"<t:{now + 7300}:R>")
    assert await _rendered(modules, "<t:99999999999999999:R>") == "&lt;t:99999999999999999:R&gt;"


async def test_hostile_markdown_is_rendered_in_time(modules: Page):
    for text in ("*_" * 3000, "[" * 6000, "||" * 3000, "> " * 3000, "`" * 6000):
        took = await modules.evaluate(
            """async (text) => {
                const { renderMarkdown } = await import("/web/markdown.js");
                const begun = performance.now();
                renderMarkdown(text);
                return performance.now() - begun;
            }""",
            text,
        )
        assert took < 1500, text[:6]


async def _rendered(modules: Page, text: str) -> str:
    return await modules.evaluate(
        """async (text) => {
            const { renderMarkdown } = await import("/web/markdown.js");
            const names = { user: (id) => `u${id}`, role: (id) => `r${id}`,
              channel: (id) => `c${id}` };
            const holder = document.createElement("div");
            holder.append(renderMarkdown(text, names));
            return holder.innerHTML;
        }""",
        text,
    )
