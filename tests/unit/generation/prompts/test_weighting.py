"""Both notations of weights, alone and mixed, and all that only looks like one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.errors import RequestRefused
from generation.prompts import Fragment, parse
from tests.support.timing import processor_seconds

#: Text that is full of marks, more often than chance would have it.
MARKED = st.lists(
    st.sampled_from(
        (
            *(
                "a",
                " ",
                "fox",
                "(",
                ")",
                "[",
                "]",
                ":",
                "1.3",
                "++",
                "--",
                ",",
                ".",
                '"',
                "\\",
                "|",
            ),
            *("(a)1.3", "(a:1.3)", "(a:0)", ":-9)", "<lora:", ">", ").blend(", ").and("),
            *("日", "😀", "\u200f", "—", "\n"),
        )
    ),
    max_size=60,
).map("".join)


def weights(text: str) -> list[tuple[str, float]]:
    """Each fragment's text, without the spaces around it, and its weight."""
    (part,) = parse(text).parts
    return [(fragment.text.strip(), fragment.weight) for fragment in part.fragments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a red fox", [("a red fox", 1)]),
        ("a fox++", [("a", 1), ("fox", 1.21)]),
        ("a fox+ there", [("a", 1), ("fox", 1.1), ("there", 1)]),
        ("fox--, snow", [("fox", 0.81), (", snow", 1)]),
        ("a red-ball++", [("a", 1), ("red-ball", 1.21)]),
        ("fox,snow++", [("fox,", 1), ("snow", 1.21)]),
        ("(red fox)1.3", [("red fox", 1.3)]),
        ("(red fox)1.3, snow", [("red fox", 1.3), (", snow", 1)]),
        ("(red fox)1.3.", [("red fox", 1.3), (".", 1)]),
        ("(fox)2", [("fox", 2)]),
        ("(fox).5", [("fox", 0.5)]),
        ("(fox)1,3", [("fox", 1.3)]),
        ("(red fox)+++", [("red fox", 1.331)]),
        ('"red fox"++ runs', [("red fox", 1.21), ("runs", 1)]),
        ("“fox++”", [("“", 1), ("fox", 1.21), ("”", 1)]),
        ("((red)1.2 fox)1.5", [("red", 1.8), ("fox", 1.5)]),
    ],
)
def test_notebook_notation(text: str, expected: list):
    assert weights(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(red fox:1.3)", [("red fox", 1.3)]),
        ("(red fox: 1.3 )", [("red fox", 1.3)]),
        ("(fox:.5)", [("fox", 0.5)]),
        ("(fox:1,3)", [("fox", 1.3)]),
        ("(fox:0)", [("fox", 0)]),
        ("(fox)", [("fox", 1.1)]),
        ("(((fox)))", [("fox", 1.331)]),
        ("[fox]", [("fox", 0.9091)]),
        ("[[fox]]", [("fox", 0.8264)]),
        ("(a (red:1.2) fox:1.5)", [("a", 1.5), ("red", 1.8), ("fox", 1.5)]),
        ("(fox [snow])", [("fox", 1.1), ("snow", 1)]),
        ("<tag> {fox}", [("<tag> {fox}", 1)]),
    ],
)
def test_a1111_notation(text: str, expected: list):
    assert weights(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a:1.2) b++ (c)1.5 [d]", [("a", 1.2), ("b", 1.21), ("c", 1.5), ("d", 0.9091)]),
        ("(a fox++ (in:1.5) snow)1.2", [("a", 1.2), ("fox", 1.452), ("in", 1.8), ("snow", 1.2)]),
        ("(fox:1.2)++", [("fox", 1.452)]),
        ("(at 12:30)1.5", [("at 12:30", 1.5)]),
        ("[fox]--", [("fox", 0.7364)]),
    ],
)
def test_both_notations_mix(text: str, expected: list):
    assert weights(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "low-poly pre-war C++11 a+b x=y -1 +1",
        "a - b -- c ++ d",
        "at 12:30, 16:9, 1.3",
        "a (b",
        "a) b",
        "([(",
        ")](",
        "() [] ( )",
        '("a", "b.blend(1, 1',
        ":( and :-) and ;)",
        "[day:night:0.5] [cat|dog]",
        'a sign "open", 5" wide, «quoted» “curly” it\'s',
        "猫と犬、（赤い） 👩‍🚀🏳️‍🌈 e\u0301",
        "שועל אדום \u202bثعلب\u202c",
        "C:\\new\\table",
        "a fox — in snow – at night",
    ],
)
def test_what_only_looks_like_marks_is_text(text: str):
    assert parse(text).parts[0].fragments == (Fragment(text),)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\(red\) \[fox\] C\+\+ a\-\-", "(red) [fox] C++ a--"),
        (r"\"fox\"++", '"fox"++'),
        (r"a\\b", "a\\b"),
        (r"(a \(b\))1.3", "a (b)"),
        (r"\--seed 7", "--seed 7"),
        (r"\<lora:x:1>", "<lora:x:1>"),
        (r"(a\).blend\(1)", "a).blend(1"),
    ],
)
def test_a_backslash_makes_a_mark_text(text: str, plain: str):
    assert parse(text).plain == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a b", [("(a b", 1)]),
        ("(a [b) c]", [("a [b", 1.1), ("c]", 1)]),
        ("(a (b)", [("(a", 1), ("b", 1.1)]),
        ("a:1.3)", [("a:1.3)", 1)]),
        ("a)1.3", [("a)1.3", 1)]),
        ("(at 12:30)", [("at 12:30", 1.1)]),
        ("(x)-ray (v)2nd", [("x", 1.1), ("-ray", 1), ("v", 1.1), ("2nd", 1)]),
    ],
)
def test_a_bracket_without_partner_is_text(text: str, expected: list):
    assert weights(text) == expected


@pytest.mark.parametrize(
    ("text", "weight", "says"),
    [
        ("(fox)9", 2, "9"),
        ("(fox:-1)", 0, "-1"),
        ("((fox:0):-" + "9" * 1400 + ")(wolf:-7)", 0, "-7"),
        ("fox" + "+" * 1400, 2, "1e+06"),
        ("(fox:" + "9" * 1400 + ")", 2, "1e+06"),
        ("(" * 600 + "fox" + ")" * 600, 2, "1e+06"),
    ],
)
def test_weights_beyond_the_range_are_brought_back_and_told(text: str, weight: float, says: str):
    prompt = parse(text)
    assert prompt.parts[0].fragments[0].weight == weight
    assert prompt.notes == (f"Weights reach from 0 to 2; beyond them there was {says}.",)


def test_weights_within_the_range_need_no_note():
    assert not parse("(a)2 (b:0) c++ [d]").notes


def test_a_prompt_that_changes_midway_is_told_to_be_text():
    (note,) = parse("a [day:night:0.5]").notes
    assert "[day:night:0.5]" in note


def test_many_notes_are_few():
    assert len(parse("[cat|dog] " * 50).notes) == 1
    assert len(parse(" ".join(f"[cat|{number}]" for number in range(50))).notes) == 5


def test_more_weights_than_allowed_are_refused():
    assert parse("a- b " * 40).is_weighted
    with pytest.raises(RequestRefused) as refusal:
        parse("a- b " * 41)
    assert refusal.value.field == "prompt"
    assert "41 pieces of text; 40 are allowed" in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1500,
        "(a" * 700 + ")" * 100,
        ":" * 1500,
        "a:" * 750,
        ": " * 750,
        "+" * 1500,
        "a" * 1499 + "+",
        '"a' * 750,
        "<lora:" * 250,
        "(" + '"a",' * 370 + ")",
        ")." * 700,
        ") " * 700 + ".blend(",
        "\\" * 1500,
        "[" * 700 + "a:1.3]" * 100,
    ],
)
def test_no_text_takes_long(text: str):
    def read() -> None:
        with contextlib.suppress(RequestRefused):
            parse(text)

    assert processor_seconds(read) < 0.5


@given(MARKED | st.text(max_size=200))
def test_any_text_is_read_within_bounds_or_refused(text: str):
    try:
        prompt = parse(text)
    except RequestRefused:
        return
    for part in prompt.parts:
        assert all(0 <= fragment.weight <= 2 for fragment in part.fragments)
        assert all(fragment.text for fragment in part.fragments)


@given(st.text(st.characters(exclude_characters='()[]:+-\\"<'), max_size=200))
def test_text_without_marks_stays_as_it_is(text: str):
    assert "".join(f.text for f in parse(text).parts[0].fragments) == text


@given(MARKED)
def test_the_plain_text_has_every_letter_that_was_typed(text: str):
    try:
        prompt = parse(text)
    except RequestRefused:
        return
    if not prompt.loras and "blend" not in text and "and" not in text:
        letters = [c for c in text if c in "afox日😀"]
        assert [c for c in prompt.plain if c in "afox日😀"] == letters
