"""Tiles make the same picture as the whole does; sizes are exact; too little memory is survived."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from generation.finishing import Extent, passes
from generation.worker.networks import NetworkEnlarger
from generation.worker.tiles import Floats, Pixels, cut
from generation.worker.upscale import LEAST_SIDE, TooLittleMemory, enlarge
from tests.small_models.networks import write_small_general, write_small_real_esrgan
from tests.small_models.upscaler import write_small_esrgan
from tests.unit.generation.worker.tools import PROCESSOR, picture, tool


def _write_esrgan(path: Path) -> Path:
    return write_small_esrgan(path.parent) / "RRDB_ESRGAN_x4.pth"


def _write_x2(path: Path) -> Path:
    return write_small_real_esrgan(path, 2)


@pytest.mark.parametrize(
    ("write", "scale"),
    [
        (_write_esrgan, 4),
        (write_small_real_esrgan, 4),
        (_write_x2, 2),
        (write_small_general, 4),
    ],
)
def test_tiled_equals_untiled_away_from_the_rim(
    tmp_path: Path, write: Callable[[Path], Path], scale: int
):
    path = write(tmp_path / "small.pth")
    enlarger = NetworkEnlarger(path, tool(path, scale=scale), PROCESSOR)
    pixels = picture(150, 131)
    whole = enlarger.enlarge(pixels, 0)
    enlarger.side = 64
    tiled = enlarge(pixels, 150 * scale, 131 * scale, enlarger, lambda _, __: None)
    apart = np.abs(tiled.astype(float) - whole * 255)[32 * scale : -32 * scale]
    assert apart.max() <= 1.0
    assert whole.std() > 0.05  # there is something to be seen


class Doubler:
    """Enlarges by repeating pixels; runs out of memory above a size."""

    scale = 2

    def __init__(self, side: int = 64, room: int = 10_000) -> None:
        self.side = side
        self.room = room
        self.freed = 0
        self.sides: list[int] = []

    def enlarge(self, pixels: Pixels, number: int) -> Floats:
        self.sides.append(max(pixels.shape[:2]))
        if max(pixels.shape[:2]) > self.room:
            raise torch.OutOfMemoryError
        doubled = np.repeat(np.repeat(pixels, 2, 0), 2, 1)
        return np.asarray(doubled / 255, dtype=np.float32)

    def save_memory(self) -> None:
        self.freed += 1


def test_pixels_stay_where_they_were():
    pixels = picture(200, 130)
    larger = enlarge(pixels, 400, 260, Doubler(), lambda _, __: None)
    assert np.array_equal(larger, np.repeat(np.repeat(pixels, 2, 0), 2, 1))


@pytest.mark.parametrize("size", [(100, 61), (300, 301), (64, 64), (33, 200)])
def test_the_size_is_exactly_what_was_asked_for(size: tuple[int, int]):
    larger = enlarge(picture(70, 43), *size, Doubler(), lambda _, __: None)
    assert larger.shape == (size[1], size[0], 3)


def test_what_one_pass_does_not_reach_two_do():
    assert passes(Extent(256, 256), Extent(2048, 2048), 4) == 2
    assert passes(Extent(1024, 1024), Extent(2048, 2048), 4) == 1
    assert passes(Extent(600, 200), Extent(1200, 401), 2) == 1
    told: list[tuple[int, int]] = []
    enlarge(picture(64, 64), 256, 256, Doubler(), lambda *at: told.append(at))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_tiles_are_halved_when_memory_runs_out_and_stay_so():
    doubler = Doubler(side=512, room=300)
    pixels = picture(400, 400)
    larger = enlarge(pixels, 800, 800, doubler, lambda _, __: None)
    assert np.array_equal(larger, np.repeat(np.repeat(pixels, 2, 0), 2, 1))
    assert (doubler.side, doubler.freed) == (256, 1)
    doubler.sides.clear()
    enlarge(pixels, 800, 800, doubler, lambda _, __: None)
    assert max(doubler.sides) <= 300


def test_it_gives_up_where_not_even_the_smallest_tiles_fit():
    doubler = Doubler(side=256, room=10)
    with pytest.raises(TooLittleMemory):
        enlarge(picture(300, 300), 600, 600, doubler, lambda _, __: None)
    assert doubler.side == LEAST_SIDE


def test_what_the_watcher_raises_ends_it_between_two_tiles():
    class Unwanted(Exception):
        pass

    def stop(done: int, _: int) -> None:
        if done == 3:
            raise Unwanted

    doubler = Doubler()
    with pytest.raises(Unwanted):
        enlarge(picture(300, 300), 600, 600, doubler, stop)
    assert len(doubler.sides) == 3


def test_weights_of_tiles_make_one_everywhere():
    for length in (64, 65, 200, 1023):
        whole = np.zeros(length * 4)
        for tile in cut(64, length, 64):
            whole[tile.columns.target(4)] += tile.columns.weights(4)
        assert np.allclose(whole, 1)
