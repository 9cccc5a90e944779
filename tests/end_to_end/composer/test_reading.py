"""The modules that read lines, values and names, called without the page around them."""

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.end_to_end._page import Chat

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPTIONS = [
    {"name": "prompt", "type": 3, "required": True},
    {"name": "size", "type": 3, "choices": [{"name": "Wide", "value": "768x512"}]},
    {"name": "steps", "type": 4, "min_value": 1, "max_value": 8},
    {"name": "guidance", "type": 10, "min_value": 0},
    {"name": "tile", "type": 5},
    {"name": "title", "type": 3, "min_length": 2, "max_length": 5},
    {"name": "model", "type": 3, "autocomplete": True},
]


@pytest_asyncio.fixture(loop_scope="session")
async def modules(window: Chat) -> Page:
    return window.page


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
        (' prompt:"steps: 4" steps: 2', {"prompt": "steps: 4", "steps": "2"}),
        (' "a star, size: big" steps: 2', {"prompt": "a star, size: big", "steps": "2"}),
        (' prompt: "a" and "b"', {"prompt": '"a" and "b"'}),
        (' prompt: 5" wide', {"prompt": '5" wide'}),
        (" a star steps: 4 sparkle: 3", {"prompt": "a star", "steps": "4"}),
        (" a star model: tiny sparkle: 3", {"prompt": "a star", "model": "tiny"}),
        (" a star size: wide sparkle: 3", {"prompt": "a star", "size": "wide"}),
        (" prompt: two\nlines steps: 4", {"prompt": "two\nlines", "steps": "4"}),
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
    ("text", "unknown", "kept"),
    [
        (" a star steps: 4 sparkle: 3", ["sparkle"], []),
        (" prompt: it says: tea steps: 4", [], ["says"]),
        (" it says: tea steps: 4", [], ["says"]),
        (" it says: tea", [], []),
        (" a star model: tiny sparkle: 3", ["sparkle"], []),
        (" it says: tea model: tiny sparkle: 3", ["sparkle"], ["says"]),
        (" prompt: at 3:4 from http://x", [], []),
    ],
)
async def test_names_that_are_no_options_are_told(
    modules: Page, text: str, unknown: list[str], kept: list[str]
):
    read = await modules.evaluate(
        """async ([text, options]) => {
            const { parseOptions } = await import("/web/composer/parse.js");
            return parseOptions(text, options);
        }""",
        [text, OPTIONS],
    )
    assert (read["unknown"], read["kept"]) == (unknown, kept)


async def test_a_line_that_begins_with_a_choice_keeps_no_strange_name(modules: Page):
    read = await modules.evaluate(
        """async (options) => {
            const { parseOptions } = await import("/web/composer/parse.js");
            const { values, ...odd } = parseOptions(" wide sparkle: 3", options);
            return { values: Object.fromEntries(values), ...odd };
        }""",
        [OPTIONS[1]],
    )
    assert (read["values"], read["unknown"], read["kept"]) == ({"size": "wide"}, ["sparkle"], [])


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("steps", "8", 8),
        ("steps", "9", None),
        ("steps", "1.5", None),
        ("steps", "1e1", None),
        ("guidance", "1.5", 1.5),
        ("guidance", "-1", None),
        ("guidance", "9007199254740993", None),
        ("size", "WIDE", "768x512"),
        ("size", "wi", "768x512"),
        ("size", "tall", None),
        ("tile", "yes", True),
        ("tile", "maybe", None),
        ("title", "moons", "moons"),
        ("title", "m", None),
        ("title", "moonlit", None),
        ("prompt", "x" * 6001, None),
    ],
)
async def test_an_options_text_is_checked(modules: Page, name: str, text: str, value: object):
    option = next(option for option in OPTIONS if option["name"] == name)
    read = await modules.evaluate(
        """async ([option, text]) => {
            const { readValue } = await import("/web/composer/values.js");
            return readValue(option, text);
        }""",
        [option, text],
    )
    assert read.get("value") == value
    assert ("error" in read) == (value is None)


@pytest.mark.parametrize(
    ("text", "emoji"),
    [(":fire: :tada:", "🔥 🎉"), (":no_such_one:", ":no_such_one:"), ("12:30:45", "12:30:45")],
)
async def test_names_of_emoji_become_emoji(modules: Page, text: str, emoji: str):
    read = await modules.evaluate(
        """async (text) => (await import("/web/composer/emoji.js")).withEmoji(text)""", text
    )
    assert read == emoji


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "5 s"), (90, "1 min 30 s"), (7200, "2 h"), (0, "0 s")]
)
async def test_durations_are_said_in_words(modules: Page, seconds: int, words: str):
    read = await modules.evaluate(
        """async (seconds) => (await import("/web/composer/slowmode.js")).duration(seconds)""",
        seconds,
    )
    assert read == words
