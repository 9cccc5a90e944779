"""The panel at the side of the chat page: traffic, what waits, and what can be broken."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from playground.server import Playground
from tests.end_to_end import _page
from tests.end_to_end._page import Chat, StandInBot

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
    bot = StandInBot()
    bot.go_on.set()
    async with _page.playground_with(lambda here: _page.started_bot(here, bot)) as both:
        yield both


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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tab(browser: Browser, shared) -> AsyncIterator[Chat]:
    """One tab for most tests: a new one each would cost most of their time."""
    window = await browser.new_context()
    yield Chat(await window.new_page(), shared[0])
    await window.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(tab: Chat) -> AsyncIterator[Chat]:
    """The page freshly loaded, as by somebody who was never here."""
    tab.errors.clear()
    tab.foreign.clear()
    await tab.open_anew()
    yield tab
    tab.playground.services.faults.clear()
    await tab.page.evaluate("localStorage.clear()")
    assert tab.errors == []
    assert tab.foreign == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def modules(browser: Browser, shared) -> AsyncIterator[Page]:
    """A page to call the modules in that show nothing."""
    async with opened(browser, shared[0]) as chat:
        yield chat.page


@pytest_asyncio.fixture(loop_scope="session")
async def panel(chat: Chat) -> Locator:
    """The panel, open."""
    await chat.press("F2")
    return _panel(chat.page)


def _panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Under the hood")


def _rows(panel: Locator, text: str | re.Pattern[str]) -> Locator:
    return panel.locator(".row").filter(has_text=text)


async def _say(chat: Chat, text: str) -> None:
    await chat.page.locator(".composer-text").click()
    await chat.type(text)


async def test_newcomers_do_not_see_it_until_they_ask(chat: Chat):
    await expect(_panel(chat.page)).to_be_hidden()
    button = chat.page.get_by_role("button", name="Under the hood")
    await expect(button).to_have_attribute("aria-expanded", "false")
    await button.click()
    await expect(_panel(chat.page)).to_be_visible()
    await expect(button).to_have_attribute("aria-expanded", "true")


async def test_that_it_is_open_is_remembered(chat: Chat, panel: Locator):
    await chat.page.reload()
    await expect(panel).to_be_visible()
    await panel.get_by_role("button", name="Close the panel").click()
    await chat.page.reload()
    await expect(chat.page.get_by_role("button", name="Under the hood")).to_be_visible()
    await expect(panel).to_be_hidden()


async def test_the_key_moves_the_focus_there_and_back(chat: Chat, panel: Locator):
    await expect(panel.get_by_role("tab", name="Traffic")).to_be_focused()
    await chat.press("F2")
    await expect(panel).to_be_hidden()
    await expect(chat.page.get_by_role("button", name="Under the hood")).to_be_focused()


async def test_what_the_bot_does_passes_by(chat: Chat, panel: Locator):
    await _say(chat, "/ping")
    await expect(_rows(panel, "INTERACTION_CREATE").last).to_contain_text("from Discord")
    callback = _rows(panel, re.compile(r"POST/interactions/.+/callback")).last
    await expect(callback).to_contain_text("200")
    await expect(callback).to_contain_text(re.compile(r"\d ms"))


async def test_peoples_calls_are_shown_on_demand(chat: Chat, panel: Locator):
    await _say(chat, "hello there")
    await expect(_rows(panel, "MESSAGE_CREATE").last).to_be_visible()
    await expect(_rows(panel, "/messages")).to_have_count(0)
    await panel.get_by_label("Whose traffic").select_option(label="People’s")
    await expect(_rows(panel, re.compile(r"POST/channels/.+/messages")).last).to_be_visible()


async def test_what_the_page_itself_says_is_not_taken_for_the_bots(chat: Chat, panel: Locator):
    await panel.get_by_label("Search").fill("identify")
    await expect(_rows(panel, "IDENTIFY")).to_have_count(1)
    await panel.get_by_label("Whose traffic").select_option("person")
    await expect(_rows(panel, "IDENTIFY").last).to_be_visible()


async def test_heartbeats_are_left_out_until_they_are_wanted(chat: Chat, panel: Locator):
    chip = panel.get_by_role("button", name="Heartbeats")
    await expect(chip).to_have_attribute("aria-pressed", "false")
    await panel.get_by_label("Search").fill("heartbeat")
    await expect(panel).to_contain_text("Nothing of what passed fits the filters.")
    await chip.click()
    await expect(_rows(panel, "HEARTBEAT_ACK").first).to_be_visible()


async def test_bodies_are_searched(chat: Chat, panel: Locator):
    await _say(chat, "/ping")
    await panel.get_by_label("Search").fill("only for you: pong")
    await expect(_rows(panel, "callback").first).to_be_visible()
    await expect(_rows(panel, "INTERACTION_CREATE")).to_have_count(0)


async def test_details_show_the_bodies_as_trees_that_fold(chat: Chat, panel: Locator):
    await _say(chat, "/ping")
    await _rows(panel, "callback").last.click()
    details = panel.get_by_role("region", name="Details")
    request = details.locator(".body-section", has_text="Request")
    await expect(request.locator(".json")).to_contain_text('content: "Only for you: pong"')
    branch = request.locator(".json-branch", has_text="data").first
    await branch.locator("summary").first.click()
    await expect(request.locator(".json-string", has_text="pong")).to_be_hidden()


async def test_rows_are_walked_with_the_arrow_keys(chat: Chat, panel: Locator):
    await _say(chat, "/ping")
    await _rows(panel, "callback").last.click()
    await chat.press("ArrowUp")
    chosen = panel.locator(".row[aria-selected=true]")
    await expect(chosen).to_have_count(1)
    await expect(chosen).not_to_contain_text("callback")
    active = await panel.get_by_role("listbox").get_attribute("aria-activedescendant")
    assert active == await chosen.get_attribute("id")
    await chat.press("Enter")
    await expect(panel.get_by_role("region", name="Details")).to_be_focused()
    await chat.press("Escape")
    await expect(panel.get_by_role("listbox")).to_be_focused()


async def test_no_token_is_in_the_page(chat: Chat, panel: Locator):
    await panel.get_by_label("Whose traffic").select_option("all")
    await panel.get_by_label("Search").fill("identify")
    await _rows(panel, "IDENTIFY").last.click()
    await expect(panel.locator(".json")).to_contain_text('token: "***"')
    html = await chat.page.content()
    world = chat.playground.services.world
    assert not [user.username for user in (world.bot, *world.people) if user.token in html]


async def test_a_pause_holds_back_what_comes(chat: Chat, panel: Locator):
    await panel.get_by_role("button", name="Clear").click()
    await panel.get_by_role("button", name="Pause").click()
    await _say(chat, "/ping")
    await expect(panel.locator(".traffic-counts")).to_contain_text(re.compile(r"paused, \d+ more"))
    await expect(panel.locator(".row")).to_have_count(0)
    await panel.get_by_role("button", name="Pause").click()
    await expect(_rows(panel, "callback")).to_have_count(1)


async def test_markup_in_a_body_stays_text(chat: Chat, panel: Locator):
    await _say(chat, "<img src=x onerror=alert(1)>")
    await panel.get_by_label("Whose traffic").select_option("person")
    await _rows(panel, "POST/channels").last.click()
    await expect(panel.locator(".json").first).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(panel.locator(".json img")).to_have_count(0)


async def test_what_waits_counts_down(chat: Chat, panel: Locator):
    await _say(chat, "/silent")
    await panel.get_by_role("tab", name="Waiting").click()
    card = panel.locator(".card", has_text="/silent")
    await expect(card).to_contain_text("not acknowledged")
    await expect(card).to_contain_text(re.compile(r"[012]\.\d s left to acknowledge it"))
    await expect(card).to_have_count(0, timeout=8000)


async def test_a_fault_that_is_set_strikes_and_is_told(chat: Chat, panel: Locator):
    await panel.get_by_role("tab", name="Break things").click()
    await panel.get_by_label("When the playground is called for").fill(
        "POST /interactions/*/callback"
    )
    await panel.get_by_label("this happens").select_option("10062")
    await panel.get_by_role("button", name="Set this fault").click()
    card = panel.locator(".fault-card")
    await expect(card).to_contain_text("404 10062 Unknown interaction")
    await _say(chat, "/ping")
    await expect(card).to_contain_text("1 struck")
    await panel.get_by_role("tab", name="Traffic").click()
    struck = _rows(panel, "fault: status 404").last
    await expect(struck).to_contain_text("404")
    # It has struck its one time: no fault is active.
    await expect(panel.get_by_role("tab", name="Break things")).to_have_accessible_name(
        "Break things"
    )
    await panel.get_by_role("tab", name="Break things").click()
    await card.get_by_role("button", name="Remove the fault").click()
    await expect(card).to_have_count(0)
    assert chat.playground.services.faults.list() == ()


async def test_a_fault_begins_with_a_call_that_was_seen(chat: Chat, panel: Locator):
    await _say(chat, "/ping")
    await _rows(panel, "callback").last.click()
    await panel.get_by_role("button", name="Make this call fail…").click()
    route = panel.get_by_label("When the playground is called for")
    await expect(route).to_have_value(re.compile(r"^POST /interactions/\*.*/callback$"))
    await expect(panel.get_by_label("this happens")).to_be_focused()


async def test_a_fault_the_server_refuses_says_why(chat: Chat, panel: Locator):
    await panel.get_by_role("tab", name="Break things").click()
    await panel.get_by_label("When the playground is called for").fill("nonsense")
    await panel.get_by_role("button", name="Set this fault").click()
    await expect(panel.locator(".fault-form [role=alert]").first).to_contain_text("route")
    assert len(chat.errors) == 1  # the browser's own note of the status 400
    chat.errors.clear()


async def test_the_bot_is_cut_off_and_resumes(chat: Chat, panel: Locator):
    await panel.get_by_role("tab", name="Break things").click()
    await panel.get_by_role("button", name="Cut the connection").click()
    await expect(panel).to_contain_text("Done to the bot’s connection.")
    await panel.get_by_role("tab", name="Traffic").click()
    await expect(_rows(panel, "RESUMED").last).to_be_visible()


async def test_the_clock_goes_on(chat: Chat, panel: Locator):
    ahead = chat.playground.clock.ahead_s
    await panel.get_by_role("tab", name="Break things").click()
    await panel.get_by_role("button", name="+16 min").click()
    await expect(panel).to_contain_text(re.compile("The playground’s clock is .+ ahead"))
    assert chat.playground.clock.ahead_s - ahead == 16 * 60


async def test_a_rate_limit_is_tightened_and_loosened(chat: Chat, panel: Locator):
    await panel.get_by_role("tab", name="Break things").click()
    await panel.get_by_label("Of the calls to").fill("GET /users/@me")
    await panel.get_by_role("button", name="Limit", exact=True).click()
    await expect(panel.locator(".limits")).to_contain_text("GET /users/@me 1 in 5 s")
    await panel.get_by_role("button", name="Back to the defaults").click()
    await expect(panel.locator(".limits li")).to_have_count(0)


@pytest.mark.long
async def test_it_goes_on_after_the_playground_was_started_anew(browser: Browser):
    async with Playground(port=0) as first:
        port = urlsplit(first.url).port or 0
        window = await browser.new_context()
        chat = Chat(await window.new_page(), first)
        await chat.open()
        await chat.press("F2")
        panel = _panel(chat.page)
        await panel.get_by_label("Whose traffic").select_option("all")
        await expect(_rows(panel, "READY").first).to_be_visible()
    await expect(panel.locator(".traffic-counts")).to_contain_text("not connected")
    # The page is kept, as other ids would have it loaded again: only the panel is looked at.
    await window.route("**/playground/state", lambda route: route.abort())
    async with Playground(port=port):
        await expect(panel).to_contain_text("The playground was started anew")
        await expect(panel.locator(".traffic-counts")).not_to_contain_text("not connected")
        await window.close()


async def test_thousands_of_items_cost_few_elements_and_little_time(chat: Chat, panel: Locator):
    took, rows, kept = await chat.page.evaluate(
        """async () => {
            const { CAP, Feed } = await import("/web/panel/feed.js");
            const { Traffic } = await import("/web/panel/traffic.js");
            const feed = new Feed();
            const traffic = new Traffic(feed, () => {});
            document.querySelector(".panel .tab-panel").replaceChildren(traffic.element);
            const begun = performance.now();
            for (let id = 1; id <= 20000; id += 1) {
                feed.take({ id, kind: "gateway", at: 1, direction: "out", from: "bot", who: "bot",
                  op: 0, op_name: "DISPATCH", event: `EVENT_${id}`, seq: id, data: null });
                if (id % 1000 === 0) await new Promise(requestAnimationFrame);
            }
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            const took = performance.now() - begun;
            const rows = traffic.element.querySelectorAll("[role=option]").length;
            return [took, rows, feed.items.length <= CAP * 1.1];
        }"""
    )
    assert kept
    assert rows < 100
    assert took < 5000
    # The newest is in sight: the list follows.
    await expect(_rows(panel, "EVENT_20000")).to_be_in_viewport()


async def test_a_narrow_window_shows_it_alone(browser: Browser, shared):
    async with opened(browser, shared[0], viewport={"width": 360, "height": 640}) as chat:
        await chat.page.get_by_role("button", name="Under the hood").click()
        panel = _panel(chat.page)
        box = await panel.bounding_box()
        assert box == {"x": 0, "y": 0, "width": 360, "height": 640}
        await expect(panel.get_by_role("tab", name="Traffic")).to_be_focused()
        assert await chat.page.locator(".main").evaluate("main => main.inert")
        await chat.press("Escape")
        await expect(panel).to_be_hidden()
        assert not await chat.page.locator(".main").evaluate("main => main.inert")


async def test_a_narrow_window_begins_without_it(browser: Browser, shared):
    async with opened(browser, shared[0], viewport={"width": 360, "height": 640}) as chat:
        await chat.page.get_by_role("button", name="Under the hood").click()
        await chat.page.reload()
        await expect(chat.page.get_by_role("button", name="Under the hood")).to_be_visible()
        await expect(_panel(chat.page)).to_be_hidden()


async def test_its_width_is_moved_with_the_keyboard_and_kept(chat: Chat, panel: Locator):
    handle = panel.get_by_role("separator", name="Width of the panel")
    before = int(await handle.get_attribute("aria-valuenow") or 0)
    await handle.focus()
    await chat.press("ArrowLeft")
    await expect(handle).to_have_attribute("aria-valuenow", str(before + 24))
    await chat.page.reload()
    await expect(handle).to_have_attribute("aria-valuenow", str(before + 24))


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (
            {"method": "GET", "path": "/users/@me", "from": "bot", "who": "bot"},
            'curl "http://x/api/v10/users/@me" \\\n  -H "Authorization: Bot $DISCORD_TOKEN"',
        ),
        (
            {
                **{"method": "PATCH", "path": "/webhooks/1/***/messages/@original"},
                **{"from": "bot", "who": "webhook"},
                "request": {"type": "json", "value": {"content": "it's `$HOME`"}},
            },
            'curl -X PATCH "http://x/api/v10/webhooks/1/$INTERACTION_TOKEN/messages/@original"'
            ' \\\n  -H "Content-Type: application/json"'
            " \\\n  -d '{\"content\":\"it'\\''s `$HOME`\"}'",
        ),
        (
            {"method": "GET", "path": "/$(reboot)", "from": None, "who": "nobody"},
            'curl "http://x/api/v10/\\$(reboot)"',
        ),
        (
            {
                **{"method": "POST", "path": "/c", "from": None, "who": "nobody"},
                "request": {"type": "json", "value": {}},
                "uploads": [{"filename": "a.png", "size": 1}],
            },
            "curl -X POST \"http://x/api/v10/c\" \\\n  --form-string 'payload_json={}'"
            " \\\n  -F 'files[0]=@a.png'",
        ),
        (
            {
                **{"method": "POST", "path": "/c", "from": None, "who": "nobody"},
                "request": {"type": "text", "text": "{", "cut": True},
            },
            None,
        ),
    ],
)
async def test_a_call_becomes_a_line_for_the_shell(modules: Page, item, line):
    made = await modules.evaluate(
        """async (item) => (await import("/web/panel/curl.js")).curlOf(item, "http://x")""",
        {"query": "", "request": None, "uploads": [], **item},
    )
    assert made == line
