"""Faces in a picture: found, mended one after the other, and put back without a seam.

Where the faces are is told by a `FaceDetector`, how one looks mended by a `FaceMender`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from generation.worker.tiles import Floats, Pixels

#: Eyes, nose and corners of the mouth, as x and y in pixels, what is left in the picture first.
Landmarks = npt.NDArray[np.float32]  # 5 x 2

#: Called after each face with how many are done, and of how many; what it raises ends it all.
OnFace = Callable[[int, int], None]

#: The side of the square, in pixels, in which faces are mended.
SIDE = 512
# Where those five are in the aligned faces of FFHQ, which the networks learned from.
_TEMPLATE = np.array(
    [
        [192.98138, 239.94708],
        [318.90277, 240.19360],
        [256.63416, 314.01935],
        [201.26117, 371.41043],
        [313.08905, 371.15118],
    ],
    dtype=np.float32,
)
# Of the square, its rim is as it was before: the mended part fades into it.
_RIM = 32
_FADE = 31  # pixels of a blur, which have to be odd
#: A picture has no more faces than that, the surest first: beyond it are those in a crowd.
MOST_FACES = 16

# YuNet learned from faces up to 300 pixels: a larger picture is looked at smaller.
_LOOKED_AT = 1024
_LEAST_SURE = 0.7
_OVERLAP = 0.3
# What OpenCV calls a method, told by name in its documents only.
_LEAST_MEDIAN: int = cv2.LMEDS


class FaceDetector(Protocol):
    """Finds faces."""

    def find(self, pixels: Pixels) -> Sequence[Landmarks]:
        """The landmarks of each face in a picture, the surest first."""
        ...


class FaceMender(Protocol):
    """Mends a face."""

    def run(self, pixels: Pixels) -> Floats:
        """The aligned face, mended; of the same size, from 0 to 1."""
        ...


class YuNet:
    """OpenCV's detector."""

    def __init__(self, path: Path) -> None:
        """Read its network from a file."""
        # Any: the library annotates its classes in part.
        make: Any = cv2.FaceDetectorYN.create
        self._network = make(str(path), "", (SIDE, SIDE), _LEAST_SURE, _OVERLAP, 10 * MOST_FACES)

    def find(self, pixels: Pixels) -> Sequence[Landmarks]:
        """The landmarks of each face in a picture, the surest first."""
        height, width = pixels.shape[:2]
        smaller = min(1.0, _LOOKED_AT / max(height, width))
        looked_at = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        if smaller < 1:
            size = (max(1, round(width * smaller)), max(1, round(height * smaller)))
            looked_at = cv2.resize(looked_at, size, interpolation=cv2.INTER_AREA)
        self._network.setInputSize((looked_at.shape[1], looked_at.shape[0]))
        _, found = self._network.detect(looked_at)
        # A row each: its box (4), the landmarks (10), how sure it is.
        rows = [] if found is None else sorted(found, key=lambda row: -row[14])
        return [np.array(row[4:14], np.float32).reshape(5, 2) / smaller for row in rows]


def mend(
    pixels: Pixels, faces: Sequence[Landmarks], mender: FaceMender, strength: float, on_face: OnFace
) -> Pixels:
    """The picture with these faces mended: wholly at a strength of 1, hardly at 0."""
    mended = pixels.copy()
    faces = faces[:MOST_FACES]
    for number, landmarks in enumerate(faces, 1):
        _mend_one(mended, landmarks, mender, strength)
        on_face(number, len(faces))
    return mended


def _mend_one(pixels: Pixels, landmarks: Landmarks, mender: FaceMender, strength: float) -> None:
    there, _ = cv2.estimateAffinePartial2D(landmarks, _TEMPLATE, method=_LEAST_MEDIAN)
    if there is None or not np.isfinite(there).all():
        return  # five points that are no face
    aligned = cv2.warpAffine(
        pixels, there, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    made = mender.run(np.asarray(aligned, dtype=np.uint8))
    back = cv2.invertAffineTransform(there)
    left, top, right, bottom = _box(back, pixels.shape[1], pixels.shape[0])
    if right <= left or bottom <= top:
        return
    # In the part of the picture where the face is, and no larger.
    back = back - np.array([[0, 0, left], [0, 0, top]], dtype=back.dtype)
    size = (right - left, bottom - top)
    face = np.asarray(cv2.warpAffine(made, back, size, flags=cv2.INTER_LINEAR))
    mask = np.asarray(cv2.warpAffine(_mask(), back, size, flags=cv2.INTER_LINEAR))
    part = mask[:, :, None] * strength
    before = pixels[top:bottom, left:right]
    after = before * (1 - part) + face * 255 * part
    pixels[top:bottom, left:right] = np.rint(np.clip(after, 0, 255)).astype(np.uint8)


def _mask() -> Floats:
    """How much of the aligned square is taken: none of its rim, then more and more."""
    mask = np.zeros((SIDE, SIDE), dtype=np.float32)
    mask[_RIM:-_RIM, _RIM:-_RIM] = 1
    return np.asarray(cv2.GaussianBlur(mask, (_FADE, _FADE), 0), dtype=np.float32)


def _box(back: npt.NDArray[Any], width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the square's place in the picture."""
    corners = np.array([[0, 0, 1], [SIDE, 0, 1], [0, SIDE, 1], [SIDE, SIDE, 1]])
    places = corners @ back.T
    left, top = np.floor(places.min(axis=0)).astype(int)
    right, bottom = np.ceil(places.max(axis=0)).astype(int)
    return max(0, left), max(0, top), min(width, right), min(height, bottom)
