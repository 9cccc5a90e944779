"""Pictures side by side: a row a prompt, a column a model, and captions that keep their place."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

PICTURE = 256  # pixels; the longer side of a picture
_CAPTION = 24  # pixels below a picture
_HEADING = 44
_MARGIN = 260  # for the prompts
_GAP = 12
_FRAME = 4  # pixels around the best, in the gap
_TEXT, _QUIET, _PAPER, _EMPTY, _BEST = "#1b1b1f", "#6a6a73", "#ffffff", "#ececf0", "#2f9e44"
# What of a text is measured at all: none is shown that is longer.
_LONGEST = 1000
# Knows more scripts than the font that Pillow brings; most systems have it.
_FONT = "DejaVuSans.ttf"


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
    font, large = _font(13), _font(15)
    for number, heading in enumerate(columns):
        _write(pen, (_left(number), _GAP), heading, large, PICTURE, 2)
    for number, row in enumerate(rows):
        top = _HEADING + number * (PICTURE + _CAPTION + _GAP)
        _write(pen, (_GAP, top), row.caption, font, _MARGIN - 2 * _GAP, 15)
        for column, cell in enumerate(row.cells):
            _cell(grid, pen, (_left(column), top), cell, font)
    return grid


def wrap(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """The text in lines of at most `width` pixels, and of those at most `most`; … says it was cut.

    A word that is wider than a line is broken.
    """
    shown = " ".join(text.split())
    words = shown[:_LONGEST].split(" ")
    lines: list[str] = []
    line = ""
    while words:
        joined = f"{line} {words[0]}".strip()
        if font.getlength(joined) <= width:
            line = joined
            words.pop(0)
        elif line:
            lines.append(line)
            line = ""
        else:
            fits = _fitting(words[0], font, width)
            lines.append(words[0][:fits])
            words[0] = words[0][fits:]
    lines.append(line)
    is_cut = len(lines) > most or len(shown) > _LONGEST
    lines = lines[:most]
    if is_cut:
        last = lines[-1]
        while last and font.getlength(f"{last}…") > width:
            last = last[:-1]
        lines[-1] = f"{last}…"
    return lines


def _fitting(word: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """How many characters of a word fit into a line; one at least, or it would never end."""
    count = 1
    while count < len(word) and font.getlength(word[: count + 1]) <= width:
        count += 1
    return count


def _left(column: int) -> int:
    return _MARGIN + column * (PICTURE + _GAP)


def _cell(
    grid: Image.Image,
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    cell: Cell,
    font: ImageFont.FreeTypeFont,
) -> None:
    left, top = at
    if cell.file is None:
        pen.rectangle((left, top, left + PICTURE - 1, top + PICTURE - 1), fill=_EMPTY)
        place = (left + _GAP, top + _GAP)
        _write(pen, place, cell.caption, font, PICTURE - 2 * _GAP, 13, _QUIET)
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
    font: ImageFont.FreeTypeFont,
    width: int,
    most: int,
    color: str = _TEXT,
) -> None:
    height = round(font.size * 1.3)
    for number, line in enumerate(wrap(text, font, width, most)):
        pen.text((at[0], at[1] + number * height), line, font=font, fill=color)


def _font(size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(_FONT, size)
    except OSError:
        own = ImageFont.load_default(size)
        assert isinstance(own, ImageFont.FreeTypeFont)  # every wheel of Pillow has FreeType
        return own
