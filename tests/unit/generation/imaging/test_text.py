"""Text on pictures: every script that the fonts have, a box for the others, lines that fit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from generation.imaging.text import Font, drawable, font, wrap

JAPANESE = "嵐の海に立つ灯台、赤い狐が雪の中を走る。月の光と波の音が聞こえる夜。"
TEXTS = [
    "a lighthouse in a storm, with waves",
    "Ærøskøbing, naïve façade, Żółw, Ђорђе, Ωμέγα, Việt Nam",
    JAPANESE,
    "简体中文的狐狸 繁體中文的狐狸",
    "눈 속의 붉은 여우",
    "fox 狐 여우 лиса",
    "wordwithoutanyspaceatall" * 20,
    "狐" * 200,
]


def ink(letters: Font, text: str) -> tuple[int, int, int, int]:
    """The box of what is drawn at 50, 50."""
    image = Image.new("L", (3000, 300), 255)
    letters.write(ImageDraw.Draw(image), (50, 50), text, "black")
    box = image.point(lambda value: 255 - value).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("text", TEXTS[:6])
@pytest.mark.parametrize("size", [13, 15, 28])
def test_a_line_stays_in_its_box(text: str, size: int):
    letters = font(size)
    left, top, right, bottom = ink(letters, text)
    assert left >= 49
    assert right <= 50 + letters.getlength(text) + 1
    assert top >= 50
    assert bottom <= 50 + letters.line


@pytest.mark.parametrize("text", TEXTS[:6])
def test_the_fonts_have_every_character_of_these(text: str):
    assert drawable(text) == text


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a 😀 b", "a □ b"),
        ("ไทย", "□□□"),
        ("cafe\u0301", "café"),
        ("a\u200bb\u202ec\ufeff", "abc"),
        ("a\ud800b\x00c", "abc"),
        ("a\u3000b", "a\u3000b"),
    ],
)
def test_what_no_font_has_is_a_box_and_what_is_unseen_is_left_out(text: str, drawn: str):
    assert drawable(text) == drawn


def test_japanese_characters_are_not_all_the_same_box():
    letters = font(20)
    seen = set()
    for character in set(JAPANESE):
        image = Image.new("L", (40, 40), 255)
        letters.write(ImageDraw.Draw(image), (5, 5), character, "black")
        seen.add(image.tobytes())
    assert len(seen) == len(set(JAPANESE))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("most", [1, 3])
def test_lines_are_no_wider_and_no_more_than_allowed(text: str, most: int):
    letters = font(15)
    lines = wrap(text, letters, 256, most)
    assert 1 <= len(lines) <= most
    assert all(letters.getlength(line) <= 256 for line in lines)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.integers(60, 600), st.integers(1, 4))
def test_any_text_fits(text: str, width: int, most: int):
    letters = font(15)
    lines = wrap(text, letters, width, most)
    assert 1 <= len(lines) <= most
    assert all(letters.getlength(line) <= width for line in lines)


def test_japanese_is_broken_anywhere_but_not_before_a_comma():
    letters = font(15)
    for width in range(60, 300, 7):
        lines = wrap(JAPANESE, letters, width, 100)
        assert "".join(lines) == JAPANESE
        assert not any(line[0] in "、。" for line in lines)


def test_words_are_kept_whole_where_they_fit():
    lines = wrap("one two three four five six seven", font(15), 120, 10)
    assert " ".join(lines) == "one two three four five six seven"
    assert len(lines) > 1


def test_what_was_cut_ends_in_dots():
    assert wrap("one two three " * 20, font(15), 100, 2)[-1].endswith("…")
    assert wrap(JAPANESE, font(15), 100, 2)[-1].endswith("…")
