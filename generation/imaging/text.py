"""Text on pictures: shipped fonts, lines that fit, and a box for what no font has.

Each character is drawn in the first font that has it. Nothing is shaped: scripts that need it are
drawn as boxes, too.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

from PIL import ImageDraw, ImageFont

FONTS = Path(__file__).with_name("fonts")
#: The first that has a character draws it.
_FILES = ("NotoSans.ttf", "NotoSansJP.ttf", "NotoSansSC.ttf", "NotoSansKR.ttf")
_BOX = "□"
# What of a text is measured at all: none is shown that is longer.
_LONGEST = 1000
# Lines may be broken before and after each of these: kana, ideographs and their punctuation.
_ALONE = r"[\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]"
_PIECES = re.compile(rf"\s+|{_ALONE}|(?:(?!{_ALONE})\S)+")
# What does not stand at the beginning of a line.
_CLOSING = frozenset("、。，．！？：；」』）】〉》”’…ーぁぃぅぇぉっゃゅょァィゥェォッャュョ")
#: Pixels from line to line and from a line's top to its feet, at a size of 1: Noto's tallest.
_LINE, _FEET = 1.45, 1.12


class Measure(Protocol):
    """What tells how wide a text is."""

    def getlength(self, text: str) -> float:
        """Pixels."""
        ...


class Font:
    """All fonts at one size; a measure as Pillow's own fonts are."""

    def __init__(self, size: int) -> None:
        """`size` in pixels."""
        self.size = size
        self.line = round(size * _LINE)  # pixels from line to line
        basic = ImageFont.Layout.BASIC  # the same with every build of Pillow, and never reordered
        self._faces = [
            (_characters(name), ImageFont.truetype(FONTS / name, size, layout_engine=basic))
            for name in _FILES
        ]

    def getlength(self, text: str) -> float:
        """Pixels of a line."""
        return sum(face.getlength(run) for face, run in self._runs(text))

    def write(self, pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, color: str) -> None:
        """Draw one line whose box begins at `at`."""
        left, feet = float(at[0]), at[1] + round(self.size * _FEET)
        for face, run in self._runs(text):
            pen.text((left, feet), run, font=face, fill=color, anchor="ls")
            left += face.getlength(run)

    def _runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """The text in pieces that one font has."""
        last: ImageFont.FreeTypeFont | None = None
        run = ""
        for character in drawable(text):
            face = next(face for known, face in self._faces if ord(character) in known)
            if last is not None and face is not last:
                yield last, run
                run = ""
            last = face
            run += character
        if last is not None:
            yield last, run


@cache
def font(size: int) -> Font:
    """The fonts at that size (pixels)."""
    return Font(size)


def drawable(text: str) -> str:
    """The text as it can be drawn: composed, what no font has as a box, what is unseen left out."""
    known = [_characters(name) for name in _FILES]
    found: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        if kind in ("Cf", "Cc", "Cs"):  # some have a glyph that shows what should not be seen
            continue
        if any(ord(character) in each for each in known):
            found.append(character)
        elif kind not in ("Mn", "Me"):
            found.append(" " if character.isspace() else _BOX)
    return "".join(found)


def wrap(text: str, font: Measure, width: int, most: int) -> list[str]:
    """The text in lines of at most `width` pixels, and of those at most `most`; … says it was cut.

    A word that is wider than a line is broken.
    """
    shown = " ".join(text.split())
    lines: list[str] = []
    line = ""
    for piece in _PIECES.findall(shown[:_LONGEST]):
        while piece:
            joined = f"{line}{piece}".lstrip()
            if font.getlength(joined.rstrip()) <= width:
                line, piece = joined, ""
            elif line.strip():
                line, moved = _kept(line, piece)
                lines.append(line.rstrip())
                line = moved
            else:
                fits = _fitting(piece, font, width)
                lines.append(piece[:fits])
                line, piece = "", piece[fits:]
    lines.append(line.rstrip())
    is_cut = len(lines) > most or len(shown) > _LONGEST
    return _cut(lines[:most], font, width) if is_cut else lines


def _kept(line: str, piece: str) -> tuple[str, str]:
    """What stays in the full line, and what goes with the piece into the next one."""
    if piece in _CLOSING and len(line) > 1 and re.fullmatch(_ALONE, line[-1]):
        return line[:-1], line[-1]
    return line, ""


def _cut(lines: list[str], font: Measure, width: int) -> list[str]:
    last = lines[-1]
    while last and font.getlength(f"{last}…") > width:
        last = last[:-1]
    return [*lines[:-1], f"{last.rstrip()}…"]


def _fitting(word: str, font: Measure, width: int) -> int:
    """How many characters of a word fit into a line; one at least, or it would never end."""
    count = 1
    while count < len(word) and font.getlength(word[: count + 1]) <= width:
        count += 1
    return count


@cache
def _characters(name: str) -> frozenset[int]:
    """The characters that a font file has: its table `cmap`, in format 4.

    https://learn.microsoft.com/typography/opentype/spec/cmap
    """
    data = (FONTS / name).read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    places = {}
    for number in range(tables):
        tag, _, place, _ = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        places[tag] = place
    start = places[b"cmap"]
    (subtables,) = struct.unpack_from(">H", data, start + 2)
    for number in range(subtables):
        _, _, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * number)
        if struct.unpack_from(">H", data, start + offset) == (4,):
            return _format_4(data, start + offset)
    raise ValueError(f"{name} has no cmap of format 4")


def _format_4(data: bytes, start: int) -> frozenset[int]:
    """The characters that have a glyph, by segments of characters."""
    count = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, start + 14)
    begins = struct.unpack_from(f">{count}H", data, start + 16 + 2 * count)
    found: set[int] = set()
    for begin, end in zip(begins, ends, strict=True):
        # The fonts are cut to what they have: a segment has no holes but the last one's end.
        found.update(range(begin, end + 1))
    return frozenset(found - {0xFFFF})
