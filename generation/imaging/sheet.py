"""The sheet: the parts of one job side by side, each with its label, under their common prompt.

`arrange` decides where everything stands before anything is drawn, so that nothing ever overlaps.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw

from generation.imaging.text import font, wrap

_LEAST_CELL = 192  # pixels: a narrower label could not be read
_TEXT, _QUIET, _PAPER, _EMPTY = "#1b1b1f", "#6a6a73", "#ffffff", "#ececf0"
#: How many lines there are of each text, at most.
_TITLE_LINES, _HEADING_LINES, _CAPTION_LINES, _FOOTER_LINES, _GAP_LINES = 3, 2, 2, 2, 8


class Cell(NamedTuple):
    """One part: what it is, what is said of it, and its picture or why there is none."""

    heading: str
    caption: str = ""
    picture: Image.Image | None = None
    reason: str = ""


class Box(NamedTuple):
    """A rectangle in pixels; right and bottom are just outside."""

    left: int
    top: int
    right: int
    bottom: int


class Label(NamedTuple):
    """Lines of text and the box they stand in."""

    box: Box
    lines: Sequence[str]
    size: int  # of the font
    color: str


class Place(NamedTuple):
    """Where a part's picture stands, or the gap in its place."""

    box: Box
    picture: Image.Image | None


class Arrangement(NamedTuple):
    """All of a sheet, before it is drawn."""

    width: int
    height: int
    labels: Sequence[Label]
    places: Sequence[Place]


def draw(title: str, footer: str, cells: Sequence[Cell], columns: int) -> Image.Image:
    """The sheet; the cells' pictures are as large as `sizes.side` allows."""
    arranged = arrange(title, footer, cells, columns)
    sheet = Image.new("RGB", (arranged.width, arranged.height), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for box, picture in arranged.places:
        if picture is None:
            pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=_EMPTY)
        else:
            sheet.paste(picture, box[:2])
    for label in arranged.labels:
        _write(pen, label)
    return sheet


def arrange(title: str, footer: str, cells: Sequence[Cell], columns: int) -> Arrangement:
    """Where everything stands."""
    cell = max([_LEAST_CELL, *(max(each.picture.size) for each in cells if each.picture)])
    large = max(15, cell // 20)
    small = max(13, cell // 24)
    gap = max(10, cell // 32)
    width = columns * (cell + gap) + gap
    labels: list[Label] = []
    places: list[Place] = []

    def write(text: str, at: tuple[int, int], wide: int, size: int, most: int, color: str) -> int:
        """The height of what is written."""
        if not text.strip():
            return 0
        lines = wrap(text, font(size), wide, most)
        high = len(lines) * font(size).line
        labels.append(Label(Box(*at, at[0] + wide, at[1] + high), lines, size, color))
        return high

    top = gap
    top += write(title, (gap, top), width - 2 * gap, large, _TITLE_LINES, _TEXT) + gap
    for first in range(0, len(cells), columns):
        row = cells[first : first + columns]
        high = max((each.picture.height for each in row if each.picture), default=cell)
        if any(each.picture is None for each in row):  # where it says why there is none
            high = max(high, 3 * font(small).line + 2 * gap)
        below = 0
        for column, each in enumerate(row):
            left = gap + column * (cell + gap)
            places.append(_place(each, Box(left, top, left + cell, top + high)))
            if each.picture is None:
                inner = (left + gap, top + gap), cell - 2 * gap
                room = max(1, min(_GAP_LINES, (high - 2 * gap) // font(small).line))
                write(each.reason, *inner, small, room, _QUIET)
            under = top + high + gap // 3
            said = write(each.heading, (left, under), cell, large, _HEADING_LINES, _TEXT)
            said += write(each.caption, (left, under + said), cell, small, _CAPTION_LINES, _QUIET)
            below = max(below, said)
        top += high + gap // 3 + below + gap
    top += write(footer, (gap, top), width - 2 * gap, small, _FOOTER_LINES, _QUIET)
    return Arrangement(width, top + gap // 2, labels, places)


def _place(cell: Cell, box: Box) -> Place:
    """A picture in the middle of its box, at its own size; a gap fills it."""
    if cell.picture is None:
        return Place(box, None)
    width, height = cell.picture.size
    left = box.left + (box.right - box.left - width) // 2
    top = box.top + (box.bottom - box.top - height) // 2
    return Place(Box(left, top, left + width, top + height), cell.picture)


def _write(pen: ImageDraw.ImageDraw, label: Label) -> None:
    letters = font(label.size)
    for number, line in enumerate(label.lines):
        at = (label.box.left, label.box.top + number * letters.line)
        letters.write(pen, at, line, label.color)
