"""Pictures made larger: in tiles, as often as it takes, then to the exact size that was asked for.

The networks know nothing of one another here: what enlarges a tile is an `Enlarger`.
"""

import logging
from collections.abc import Callable
from typing import Protocol

import numpy as np
from PIL import Image

from generation.finishing import Extent, passes
from generation.worker.causes import trail
from generation.worker.memory import is_out_of_memory
from generation.worker.tiles import Canvas, Floats, Pixels, cut

log = logging.getLogger(__name__)

#: Tiles have no fewer pixels of their own on a side, however little memory there is.
LEAST_SIDE = 64

#: Called after each tile with how many are done, and of how many; what it raises ends it all.
OnTile = Callable[[int, int], None]


class TooLittleMemory(Exception):
    """The memory does not suffice for the smallest tiles."""


class Enlarger(Protocol):
    """A network that makes a tile `scale` times as large."""

    scale: int
    #: Pixels on a side that its tiles have of their own; it learns here that fewer are better.
    side: int

    def enlarge(self, pixels: Pixels, number: int) -> Floats:
        """The tile of that number, enlarged.

        Raises what is out of memory as it comes.
        """
        ...

    def save_memory(self) -> None:
        """Give the device back what nothing refers to any more."""
        ...


def enlarge(pixels: Pixels, width: int, height: int, enlarger: Enlarger, on_tile: OnTile) -> Pixels:
    """The picture with exactly so many pixels, none of its sides shorter than before.

    Raises TooLittleMemory.
    """
    while (larger := _try(pixels, width, height, enlarger, on_tile)) is None:
        # Here, where no traceback holds the tensors any more.
        enlarger.save_memory()
        if enlarger.side <= LEAST_SIDE:
            raise TooLittleMemory
        enlarger.side = max(LEAST_SIDE, enlarger.side // 2)
        log.warning("too little memory for a tile: from now on %d pixels a side", enlarger.side)
    return fit(larger, width, height)


def fit(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture in exactly that size."""
    if pixels.shape[:2] == (height, width):
        return pixels
    image = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _try(
    pixels: Pixels, width: int, height: int, enlarger: Enlarger, on_tile: OnTile
) -> Pixels | None:
    """The picture, at least so large; None where the memory did not suffice."""
    scale, side = enlarger.scale, enlarger.side
    times = passes(Extent(pixels.shape[1], pixels.shape[0]), Extent(width, height), scale)
    sizes = [(pixels.shape[0] * scale**n, pixels.shape[1] * scale**n) for n in range(times)]
    total = sum(len(cut(rows, columns, side)) for rows, columns in sizes)
    done = 0
    try:
        for rows, columns in sizes:
            canvas = Canvas(rows, columns, scale)
            for tile in cut(rows, columns, side):
                canvas.put(tile, enlarger.enlarge(tile.cut(pixels), done))
                done += 1
                on_tile(done, total)
            pixels = canvas.pixels()
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        log.warning("tiles of %d pixels: %s", side, trail(error))
        return None
    return pixels
