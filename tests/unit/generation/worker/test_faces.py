"""Faces are mended where they are, and nowhere else. Where that is, the tests say."""

import numpy as np
import pytest

from generation.worker.faces import MOST_FACES, SIDE, Landmarks, mend
from generation.worker.tiles import Floats, Pixels
from tests.unit.generation.worker.tools import picture

# Eyes, nose, corners of the mouth: upright, and its square 300 pixels wide.
FACE = np.array([[313, 240], [387, 240], [350, 284], [318, 318], [383, 318]], dtype=np.float32)


class Painter:
    """Mends faces by painting them in one color."""

    def __init__(self) -> None:
        self.seen: list[Pixels] = []

    def run(self, pixels: Pixels) -> Floats:
        self.seen.append(pixels)
        return np.full(pixels.shape, (1.0, 0.0, 0.0), dtype=np.float32)


def _mended(
    pixels: Pixels, faces: list[Landmarks], strength: float = 1.0
) -> tuple[Pixels, Painter]:
    painter = Painter()
    return mend(pixels, faces, painter, strength, lambda _, __: None), painter


def test_only_the_region_of_the_face_changes():
    before = picture(700, 600)
    after, painter = _mended(before, [FACE])
    assert painter.seen[0].shape == (SIDE, SIDE, 3)
    rows, columns = np.nonzero((before != after).any(axis=2))
    assert (rows.min() > 105, rows.max() < 400) == (True, True)
    assert (columns.min() > 195, columns.max() < 505) == (True, True)
    assert tuple(after[284, 350]) == (255, 0, 0)


def test_the_network_sees_the_face_upright_and_in_its_place():
    pixels = np.zeros((700, 700, 3), dtype=np.uint8)
    # A face turned by 90 degrees: its left eye, in green, is at the top.
    turned = np.array([[440, 313], [440, 387], [396, 350], [362, 318], [362, 383]], np.float32)
    pixels[303:324, 430:451] = (0, 255, 0)
    _, painter = _mended(pixels, [turned])
    rows, columns = np.nonzero(painter.seen[0][:, :, 1] > 128)
    assert (abs(rows.mean() - 240) < 6, abs(columns.mean() - 193) < 6) == (True, True)


def test_it_fades_into_the_picture_without_an_edge():
    before = np.full((600, 700, 3), 128, dtype=np.uint8)
    after, _ = _mended(before, [FACE])
    row = after[284, :, 0].astype(int)
    assert np.abs(np.diff(row)).max() < 25
    assert (row.max(), row[0]) == (255, 128)


@pytest.mark.parametrize(("strength", "red"), [(1.0, 255), (0.5, 192), (0.1, 141)])
def test_strength_blends(strength: float, red: int):
    after, _ = _mended(np.full((600, 700, 3), 128, dtype=np.uint8), [FACE], strength)
    assert abs(int(after[284, 350, 0]) - red) <= 1


def test_a_face_at_the_rim_is_mended_as_far_as_it_is_there():
    before = picture(350, 300)
    after, _ = _mended(before, [FACE])
    assert after.shape == before.shape
    assert tuple(after[284, 349]) == (255, 0, 0)


def test_points_that_are_no_face_change_nothing():
    before = picture(300, 300)
    after, _ = _mended(before, [np.full((5, 2), 40, dtype=np.float32)])
    assert np.array_equal(before, after)


def test_a_crowd_has_its_surest_faces_mended_and_each_is_told_of():
    told: list[tuple[int, int]] = []
    faces = [FACE + number for number in range(MOST_FACES + 5)]
    painter = Painter()
    mend(picture(700, 600), faces, painter, 1.0, lambda *at: told.append(at))
    assert len(painter.seen) == MOST_FACES
    assert told[-1] == (MOST_FACES, MOST_FACES)
