"""Pictures side by side: a row a prompt, a column a model, and captions that keep their place."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

from generation.imaging.text import Font, font, wrap

PICTURE = 256  # pixels; the longer side of a picture
_CAPTION = 24  # pixels below a picture
_HEADING = 60
_MARGIN = 260  # for the prompts
_GAP = 12
_FRAME = 4  # pixels around the best, in the gap
_TEXT, _QUIET, _PAPER, _EMPTY, _BEST = "#1b1b1f", "#6a6a73", "#ffffff", "#ececf0", "#2f9e44"


class Cell(NamedTuple):
    """A picture and what is said of it; without a picture the caption stands in its place."""

    caption: str
    file: Path | None
    best: bool = False  # it is framed


class Row(NamedTuple):
    """A prompt and what each model made of it."""

    caption: str
    cells: Sequence[Cell]


def draw(columns: Sequence[str], rows: Sequence[Row]) -> Image.Image:
    """The grid. Raises OSError where a picture can't be read."""
    width = _MARGIN + len(columns) * (PICTURE + _GAP) + _GAP
    height = _HEADING + len(rows) * (PICTURE + _CAPTION + _GAP)
    grid = Image.new("RGB", (width, height), _PAPER)
    pen = ImageDraw.Draw(grid)
    small, large = font(13), font(15)
    for number, heading in enumerate(columns):
        _write(pen, (_left(number), _GAP), heading, large, PICTURE, 2)
    for number, row in enumerate(rows):
        top = _HEADING + number * (PICTURE + _CAPTION + _GAP)
        _write(pen, (_GAP, top), row.caption, small, _MARGIN - 2 * _GAP, 15)
        for column, cell in enumerate(row.cells):
            _cell(grid, pen, (_left(column), top), cell, small)
    return grid


def _left(column: int) -> int:
    return _MARGIN + column * (PICTURE + _GAP)


def _cell(
    grid: Image.Image,
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    cell: Cell,
    font: Font,
) -> None:
    left, top = at
    if cell.file is None:
        pen.rectangle((left, top, left + PICTURE - 1, top + PICTURE - 1), fill=_EMPTY)
        place = (left + _GAP, top + _GAP)
        _write(pen, place, cell.caption, font, PICTURE - 2 * _GAP, 12, _QUIET)
        return
    with Image.open(cell.file, formats=("PNG",)) as opened:
        picture = opened.convert("RGB")
    scale = PICTURE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    grid.paste(picture, (left + (PICTURE - size[0]) // 2, top + (PICTURE - size[1]) // 2))
    if cell.best:
        low, high = (left - _FRAME, top - _FRAME), (left + PICTURE, top + PICTURE)
        around = (*low, high[0] + _FRAME - 1, high[1] + _FRAME - 1)
        pen.rectangle(around, outline=_BEST, width=_FRAME)
    _write(pen, (left, top + PICTURE + _FRAME + 1), cell.caption, font, PICTURE, 1, _QUIET)


def _write(
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    font: Font,
    width: int,
    most: int,
    color: str = _TEXT,
) -> None:
    for number, line in enumerate(wrap(text, font, width, most)):
        font.write(pen, (at[0], at[1] + number * font.line), line, color)
