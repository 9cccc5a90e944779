"""Faces are found by a network that OpenCV reads, in pictures of any shape."""

from pathlib import Path

import numpy as np
import pytest

from generation.worker.faces import YuNet
from tests.small_models.detector import write_small_detector


@pytest.fixture
def detector(tmp_path: Path) -> YuNet:
    return YuNet(write_small_detector(tmp_path / "detector.onnx"))


def test_a_face_is_found_where_it_is(detector: YuNet):
    picture = np.full((300, 400, 3), 128, np.uint8)
    assert not detector.find(picture)
    picture[64:96, 128:160] = (255, 0, 0)
    (face,) = detector.find(picture)
    left_eye, right_eye, nose, *mouth = face
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_eye[1] < nose[1] < min(corner[1] for corner in mouth)
    assert np.abs(nose - (144, 94)).max() < 2


def test_in_a_large_picture_its_place_is_that_of_the_large_one(detector: YuNet):
    picture = np.full((1000, 2048, 3), 128, np.uint8)
    picture[256:320, 1024:1088] = (255, 0, 0)
    (face,) = detector.find(picture)
    assert np.abs(face[2] - (1056, 317)).max() < 3


@pytest.mark.parametrize(("width", "height"), [(40_000, 16), (16, 40_000)])
def test_a_very_long_picture_is_looked_at_all_the_same(detector: YuNet, width: int, height: int):
    assert not detector.find(np.zeros((height, width, 3), np.uint8))
