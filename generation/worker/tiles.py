"""A picture in tiles: how it is cut, and how what became of the tiles is put together again.

Each tile sees `MARGIN` pixels more on every side where the picture goes on. Of that only the inner
half is used: there it fades into its neighbor. So no seam shows, and what a tile did not see of the
picture hardly matters.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]  # height x width x 3, RGB
Floats = npt.NDArray[np.float32]  # the same, from 0 to 1

#: Pixels that a tile sees beyond its own.
MARGIN = 32
_FADE = MARGIN // 2
_GRID = 8

# Sums are kept in whole numbers: as exact as floats here, in half of their memory. The largest is a
# little less than what 16 bits hold, for each tile's part is rounded by itself.
_UNIT = 255 * 256
_ROWS = 256  # at a time, where something is done to all of a picture


@dataclass(frozen=True, slots=True)
class Span:
    """A tile's place along one side, in pixels."""

    start: int  # of what it sees
    end: int
    own_start: int  # of its own
    own_end: int
    length: int  # of the whole side

    def used(self, scale: int) -> slice:
        """Which of its enlarged pixels are used."""
        first = self.own_start - _FADE if self.own_start else 0
        last = self.own_end + _FADE if self.own_end < self.length else self.length
        return slice((first - self.start) * scale, (last - self.start) * scale)

    def target(self, scale: int) -> slice:
        """Where those go."""
        used = self.used(scale)
        return slice(used.start + self.start * scale, used.stop + self.start * scale)

    def weights(self, scale: int) -> Floats:
        """How much each of those counts; with the neighbor's that makes 1."""
        target = self.target(scale)
        place = (np.arange(target.start, target.stop) + 0.5) / scale
        weights = np.ones(len(place))
        if self.own_start:
            weights *= _ramp(place - self.own_start)
        if self.own_end < self.length:
            weights *= 1 - _ramp(place - self.own_end)
        return weights.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture."""

    rows: Span
    columns: Span

    def cut(self, pixels: Pixels) -> Pixels:
        """What it sees of a picture."""
        return pixels[self.rows.start : self.rows.end, self.columns.start : self.columns.end]


def cut(height: int, width: int, side: int) -> Sequence[Tile]:
    """Tiles of one size, up to a rest, with hardly more than `side` pixels of their own on a side.

    Row by row, from the upper left.
    """
    rows, columns = list(_spans(height, side)), list(_spans(width, side))
    return [Tile(row, column) for row in rows for column in columns]


class Canvas:
    """The enlarged picture as it comes into being."""

    def __init__(self, height: int, width: int, scale: int) -> None:
        """Of a picture that has so many pixels before."""
        self._scale = scale
        self._sums = np.zeros((height * scale, width * scale, 3), dtype=np.uint16)

    def put(self, tile: Tile, enlarged: Floats) -> None:
        """Add what became of a tile."""
        rows, columns = tile.rows.target(self._scale), tile.columns.target(self._scale)
        down, across = tile.rows.weights(self._scale), tile.columns.weights(self._scale)
        used = enlarged[tile.rows.used(self._scale), tile.columns.used(self._scale)]
        for first in range(0, len(down), _ROWS):
            some = slice(first, first + _ROWS)
            part = used[some] * (down[some, None, None] * across[None, :, None])
            np.clip(part, 0, 1, out=part)
            part *= _UNIT
            start = rows.start + first
            there = self._sums[start : start + len(part), columns]
            there += np.rint(part).astype(np.uint16)

    def pixels(self) -> Pixels:
        """The whole, once all tiles were put."""
        whole = np.empty(self._sums.shape, dtype=np.uint8)
        for first in range(0, len(whole), _ROWS):
            some = slice(first, first + _ROWS)
            whole[some] = (self._sums[some] + 128) >> 8
        return whole


def _spans(length: int, side: int) -> Iterator[Span]:
    count = math.ceil(length / side)
    # Some networks take squares of pixels as one: these must be the same squares as in the whole.
    inner = [length * number // count // _GRID * _GRID for number in range(1, count)]
    bounds = [0, *inner, length]
    for start, end in pairwise(bounds):
        yield Span(max(0, start - MARGIN), min(length, end + MARGIN), start, end, length)


def _ramp(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """From 0 to 1 around a tile's own end."""
    return np.clip(distance / (2 * _FADE) + 0.5, 0, 1)
