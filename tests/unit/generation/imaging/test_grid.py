"""The grid of pictures: its size, its frames, and captions that stay in their place."""

from pathlib import Path
from typing import cast

import pytest
from PIL import Image, ImageChops, ImageFont

from generation.imaging.grid import PICTURE, Cell, Row, draw
from generation.imaging.text import wrap

FONT = cast("ImageFont.FreeTypeFont", ImageFont.load_default(13))
GREEN = (0x2F, 0x9E, 0x44)
LONG = [
    "word " * 400,
    "x" * 2000,
    "狐" * 2000,
    "a\tb\u2028c\x00d " * 50,
    "\u202e\u0301" * 300,
]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "wide.png"
    Image.new("RGB", (512, 256), "red").save(path)
    return path


def one(caption: str, cell: Cell) -> Image.Image:
    return draw(["a model"], [Row(caption, [cell])])


@pytest.mark.parametrize("caption", LONG)
def test_a_long_caption_leaves_the_pictures_as_they_are(picture: Path, caption: str):
    short, long = one("a", Cell("31.2", picture)), one(caption, Cell("31.2", picture))
    assert short.size == long.size
    changed = ImageChops.difference(short, long).getbbox()
    assert changed is not None
    assert changed[2] < short.width - PICTURE - 12
    assert changed[3] <= short.height


@pytest.mark.parametrize("caption", LONG)
def test_a_long_failure_stays_in_its_cell(picture: Path, caption: str):
    cells = [Cell("", None), Cell("1", picture)]
    short = draw(["a", "b"], [Row("p", cells)])
    long = draw(["a", "b"], [Row("p", [Cell(caption, None), cells[1]])])
    changed = ImageChops.difference(short, long).getbbox()
    assert changed is not None
    assert changed[0] > 250
    assert changed[2] < short.width - PICTURE - 12


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("most", [1, 15])
def test_lines_are_no_wider_and_no_more_than_allowed(text: str, most: int):
    lines = wrap(text, FONT, 200, most)
    assert 1 <= len(lines) <= most
    assert all(FONT.getlength(line) <= 200 for line in lines)


def test_what_was_cut_ends_in_dots_and_what_was_not_does_not():
    assert wrap("one two three", FONT, 500, 1) == ["one two three"]
    assert wrap("one two three " * 20, FONT, 100, 2)[-1].endswith("…")
    assert wrap("", FONT, 100, 2) == [""]


def test_no_word_is_lost_where_there_is_room():
    text = " ".join(f"word{number}" for number in range(40))
    assert " ".join(wrap(text, FONT, 120, 100)) == text


def test_only_the_best_is_framed(picture: Path):
    def is_framed(grid: Image.Image) -> bool:
        return GREEN in {color for _, color in grid.getcolors(1 << 20) or ()}

    assert is_framed(one("p", Cell("31.2", picture, best=True)))
    assert not is_framed(one("p", Cell("31.2", picture)))


def test_a_picture_keeps_its_shape(picture: Path):
    grid = one("p", Cell("", picture))
    red = [(x, y) for x in range(grid.width) for y in range(grid.height) if is_red(grid, x, y)]
    wide = max(x for x, _ in red) - min(x for x, _ in red) + 1
    high = max(y for _, y in red) - min(y for _, y in red) + 1
    assert (wide, high) == (PICTURE, PICTURE // 2)


def is_red(grid: Image.Image, x: int, y: int) -> bool:
    return grid.getpixel((x, y)) == (255, 0, 0)
