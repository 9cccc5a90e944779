"""Draws a layout: anti-aliased filled outlines on a flat ground."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from demo_model.scene import PIXELS, Layout, Placed

Point = tuple[float, float]

_FINE = 4  # supersampling: each pixel's coverage is measured at 4 x 4 points


def _round(count: int, radius: float, start: float = 0.0, turn: float = 2 * math.pi) -> list[Point]:
    """Points on an arc about the origin, clockwise in picture coordinates from `start`."""
    angles = [start + turn * step / count for step in range(count)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def _star() -> list[Point]:
    tips = _round(5, 1.12, start=-math.pi / 2)
    dents = _round(5, 0.46, start=-math.pi / 2 + math.pi / 5)
    return [point for pair in zip(tips, dents, strict=True) for point in pair]


def _cross() -> list[Point]:
    arm, half = 0.98, 0.33
    quarter = [(half, -arm), (half, -half), (arm, -half)]
    points: list[Point] = []
    for _ in range(4):
        points += quarter
        quarter = [(-y, x) for x, y in quarter]
    return points


def _heart() -> list[Point]:
    points: list[Point] = []
    for step in range(64):
        t = 2 * math.pi * step / 64
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x / 16.5, -(y + 2.5) / 16.5))
    return points


def _moon() -> list[Point]:
    """A crescent, open to the right: a disk less a smaller disk shifted to the right."""
    outer, inner, shift = 1.02, 0.82, 0.5
    # Where the two circles meet, as an angle from the outer and from the inner circle's center.
    x = (outer**2 - inner**2 + shift**2) / (2 * shift)
    y = math.sqrt(outer**2 - x**2)
    wide, narrow = math.atan2(y, x), math.atan2(y, x - shift)
    back = _round(64, outer, wide, 2 * math.pi - 2 * wide)
    front = _round(48, inner, -narrow, -(2 * math.pi - 2 * narrow))
    middle = 0.2  # so that the crescent stands about the thing's center
    return [(px + middle, py) for px, py in back] + [(px + shift + middle, py) for px, py in front]


@cache
def outline(shape: str) -> tuple[Point, ...]:
    """A shape's polygon about the origin at radius 1; y grows downwards. Areas are alike-ish."""
    third = math.sqrt(3) / 2
    shapes: dict[str, list[Point]] = {
        "circle": _round(96, 0.9),
        "square": [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
        "diamond": [(0, -1.08), (0.84, 0), (0, 1.08), (-0.84, 0)],
        "triangle": [(0, -0.95), (1.15 * third, 0.8), (-1.15 * third, 0.8)],
        "star": _star(),
        "cross": _cross(),
        "heart": _heart(),
        "moon": _moon(),
    }
    return tuple(shapes[shape])


def coverage(thing: Placed, size: int = PIXELS) -> NDArray[np.float32]:
    """How much of each pixel the thing covers, 0 to 1, [size, size]."""
    # Only the box around the thing is drawn finely: far cheaper than the whole picture.
    reach = 1.2 * thing.radius + 2
    left, top = max(0, int(thing.x - reach)), max(0, int(thing.y - reach))
    right = min(size, int(thing.x + reach) + 1)
    bottom = min(size, int(thing.y + reach) + 1)
    mask = np.zeros((size, size), np.float32)
    if right <= left or bottom <= top:
        return mask
    fine = Image.new("L", ((right - left) * _FINE, (bottom - top) * _FINE))
    points = [
        (
            (thing.x + thing.radius * x - left) * _FINE,
            (thing.y + thing.radius * y - top) * _FINE,
        )
        for x, y in outline(thing.shape)
    ]
    ImageDraw.Draw(fine).polygon(points, fill=255)
    mask[top:bottom, left:right] = np.asarray(fine.reduce(_FINE), np.float32) / 255
    return mask


def draw(layout: Layout) -> NDArray[np.uint8]:
    """The picture, [PIXELS, PIXELS, 3] sRGB."""
    picture = np.empty((PIXELS, PIXELS, 3), np.float32)
    picture[:] = layout.ground
    for thing in layout.things:
        alpha = coverage(thing)[..., None]
        picture += alpha * (np.asarray(thing.rgb, np.float32) - picture)
    return np.rint(picture).astype(np.uint8)
