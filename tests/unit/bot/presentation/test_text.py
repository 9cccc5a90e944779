"""Small pieces of text, as members read them."""

import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation import text
from tests.support.timing import processor_seconds


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (102, "102nd"),
        (111, "111th"),
    ],
)
def test_ordinals(number: int, shown: str):
    assert text.ordinal(number) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.837, "0.84 s"), (9.994, "9.99 s"), (12.34, "12.3 s"), (59.9, "59.9 s"), (125, "2 min 5 s")],
)
def test_times(value: float, shown: str):
    assert text.seconds(value) == shown


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (2_100_000_000, 6_940_000_000, "2.1 of 6.9 GB"),
        (0, 1_000_000_000, "0.0 of 1.0 GB"),
        (380_000, 999_000_000, "0.4 of 999.0 MB"),
    ],
)
def test_how_far_a_download_is(done: int, total: int, shown: str):
    assert text.downloaded(done, total) == shown


@given(done=st.integers(-3, 200), total=st.integers(0, 150))
def test_a_bar_has_always_the_same_width(done: int, total: int):
    assert len(text.bar(done, total)) == 12


def test_a_bar_is_empty_at_first_and_full_at_last():
    assert set(text.bar(0, 6)) == {"▱"}
    assert set(text.bar(6, 6)) == {"▰"}


def test_markdown_in_a_prompt_is_shown_not_obeyed():
    assert text.quote("**bold** _x_ `code`") == r"\*\*bold\*\* \_x\_ \`code\`"


def test_a_long_prompt_is_cut_for_showing():
    shown = text.quote("a" * 5000)
    assert 3900 < len(shown) <= 4000
    assert shown.endswith("a…")


def read(shown: str) -> str:
    """What Discord shows of escaped text. A backslash that escapes nothing stays, and is seen."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", shown)


@given(
    st.lists(
        st.sampled_from([*"*_`~|[]()<>#-+.1:a …\\\n\t", "https://", "http://a_b", "](", "12. "])
        | st.characters(),
        max_size=200,
    ).map("".join),
    st.integers(1, 150),
)
def test_a_prompt_reads_as_it_was_typed_within_the_limit(prompt: str, limit: int):
    shown = text.quote(prompt, limit)
    assert len(shown) <= limit
    if read(shown) != prompt:  # cut, but not between a backslash and its mark
        assert shown.endswith("…")
        assert prompt.startswith(read(shown[:-1]))
        assert not re.search(r"(?<!\\)(\\\\)*\\$", shown[:-1])


@pytest.mark.parametrize(
    "hostile",
    [
        r"\[" * 300 + r"\](" * 300,
        "[" * 2000 + "](" * 1000,
        "[" * 4000,
        "<" * 2000 + ":/" * 1000,
        "https://" + "." * 4000,
        "https://." * 400,
        " " * 4000,
        "\n" * 4000,
        "\n " * 2000,
        "1" * 4000,
        "\n" + " " * 2000 + "1" * 2000,
        "\\" * 4000,
    ],
    ids=lambda hostile: ascii(hostile[:6]),
)
def test_no_prompt_takes_long_to_quote(hostile: str):
    for limit in (80, text.SHOWN_PROMPT):
        quote = partial(text.quote, hostile, limit)
        assert processor_seconds(quote) < 0.1  # a few ms, on a slow machine


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("# a fox", r"\# a fox"),
        ("### a fox", r"\### a fox"),
        ("-# a fox", r"\-# a fox"),
        ("a\n  - fox", "a\n  \\- fox"),
        ("+ a fox", r"\+ a fox"),
        ("> a fox", r"\> a fox"),
        (">>> a fox", r"\>>> a fox"),
        ("12. a fox", r"12\. a fox"),
        ("[a fox](https://example.com)", r"\[a fox\](https://example.com)"),
        ("~~a~~ ||fox||", r"\~\~a\~\~ \|\|fox\|\|"),
    ],
)
def test_what_begins_a_line_or_a_link_is_shown_not_obeyed(prompt: str, shown: str):
    assert text.quote(prompt) == shown


@pytest.mark.parametrize(
    "prompt",
    [
        "a fox - 35mm, f/1.8, (soft light:1.2) + 2 dogs > 1 cat #art, no. 5.",
        "as in https://example.com/a_b/c_d?e=*#f, but red",
    ],
)
def test_what_discord_takes_for_no_mark_is_left_as_it_is(prompt: str):
    assert text.quote(prompt) == prompt


def test_what_discord_makes_of_angle_brackets_is_shown_not_made():
    assert text.quote("<@123> <t:0:R>") == r"\<@123> \<t:0:R>"


@pytest.mark.parametrize(
    ("wait", "shown"),
    [
        (0.2, "under 5 s"),
        (5, "about 5 s"),
        (12, "about 10 s"),
        (54.9, "about 55 s"),
        (55, "about 1 min"),
        (100, "about 2 min"),
        (3000, "about 50 min"),
        (3400, "about 1 h"),
        (5000, "about 1.5 h"),
    ],
)
def test_a_wait_is_told_as_roughly_as_it_is_known(wait: float, shown: str):
    assert text.about(wait) == shown
