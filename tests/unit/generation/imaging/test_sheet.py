"""The sheet: nothing overlaps, whatever it is told to say."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from generation.imaging.sheet import Arrangement, Box, Cell, arrange, draw
from generation.imaging.sizes import columns_of, side
from generation.imaging.text import font

LONG = "an old lighthouse on a cliff above a stormy sea at night, with a red fox " * 3
JAPANESE = "嵐の海に立つ灯台、赤い狐が雪の中を走る。" * 5
PROMPT_60 = "a red fox under a green tree beside a small blue river, dusk"


def picture(width: int = 256, height: int = 256, color: str = "teal") -> Image.Image:
    return Image.new("RGB", (width, height), color)


def boxes(arranged: Arrangement) -> list[Box]:
    """Of all that is drawn, but for what stands in a gap."""
    gaps = [place.box for place in arranged.places if place.picture is None]
    labels = [each.box for each in arranged.labels if not any(holds(g, each.box) for g in gaps)]
    return [*labels, *(place.box for place in arranged.places)]


def holds(outer: Box, inner: Box) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and outer.right >= inner.right
        and outer.bottom >= inner.bottom
    )


def overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )


def check(arranged: Arrangement) -> None:
    whole = Box(0, 0, arranged.width, arranged.height)
    found = boxes(arranged)
    assert all(holds(whole, box) for box in found)
    assert not any(overlap(one, other) for one, other in combinations(found, 2))
    for label in arranged.labels:
        letters = font(label.size)
        assert len(label.lines) * letters.line <= label.box.bottom - label.box.top
        room = label.box.right - label.box.left
        assert all(letters.getlength(line) <= room for line in label.lines)


@pytest.mark.parametrize("title", [PROMPT_60, JAPANESE, LONG, "x" * 900, ""])
@pytest.mark.parametrize("count", [2, 4, 8])
def test_labels_never_overlap(title: str, count: int):
    cells = [
        Cell(f"{number}. {title}", title[:90], picture(256, 128 + 60 * (number % 3)))
        for number in range(1, count)
    ]
    cells.append(Cell(f"{count}. gap", "", None, title))
    check(arrange(title, title, cells, columns_of(count, is_row=False)))


@settings(deadline=None, max_examples=25)
@given(
    title=st.text(max_size=120),
    parts=st.lists(
        st.tuples(
            st.text(max_size=80),
            st.text(max_size=60),
            st.none() | st.tuples(st.integers(1, 640), st.integers(1, 640)),
        ),
        min_size=2,
        max_size=8,
    ),
    is_row=st.booleans(),
)
def test_nothing_overlaps_whatever_is_said(title: str, parts: list, is_row: bool):
    cells = [
        Cell(heading, caption, picture(*size) if size else None, caption)
        for heading, caption, size in parts
    ]
    check(arrange(title, title, cells, columns_of(len(cells), is_row=is_row)))


def test_what_is_said_of_one_part_changes_no_pixel_of_another():
    def sheet(second: str) -> Image.Image:
        cells = [Cell("1", "a", picture()), Cell(second, second, picture()), Cell("3", "c", None)]
        return draw("a fox", "", [*cells, Cell("4", "d", picture())], 4)

    short, long = sheet("2"), sheet("w" * 18)
    assert short.size == long.size
    changed = ImageChops.difference(short, long).getbbox()
    assert changed is not None
    left = 10 + 1 * (256 + 10)
    assert left <= changed[0]
    assert changed[2] <= left + 256
    assert changed[1] >= 256


def test_pictures_are_shown_whole_and_as_they_are():
    sheet = draw("a fox", "", [Cell("1", "", picture(256, 100, "#123456")), Cell("2")], 2)
    colors = {color: count for count, color in sheet.getcolors(1 << 20) or ()}
    assert colors[(0x12, 0x34, 0x56)] == 256 * 100


@pytest.mark.parametrize(
    ("count", "is_row", "columns"),
    [(2, False, 2), (3, False, 3), (4, False, 2), (4, True, 4), (5, True, 3), (8, True, 4)],
)
def test_parts_stand_in_rows_of_at_most_four(count: int, is_row: bool, columns: int):
    assert columns_of(count, is_row=is_row) == columns
    assert side(columns) >= 512
