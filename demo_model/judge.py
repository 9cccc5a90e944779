"""Looks at pixels and says what is in a picture: the measure behind the model card's figures.

It knows nothing of prompt or model. It takes the border for the background, what stands out from it
for things, and compares each thing's silhouette with the outlines that `drawing` draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from demo_model.drawing import coverage
from demo_model.scene import PIXELS, Placed, Scene, Thing
from demo_model.vocabulary import COLORS, SHAPES

_HALF = PIXELS // 2  # pictures are looked at in half their size
_BORDER = 4  # half pixels
_STANDS_OUT = 32.0  # distance in sRGB from the background; the closest two tinted colors have 44
_SPECK = 60  # half pixels; the smallest true thing has about 200
_LIKENESS = 0.75  # intersection over union that a silhouette must reach to be a shape at all
_RIGHT_COLOR = 60.0  # distance in sRGB within which a color is that color


@dataclass(frozen=True, slots=True)
class Found:
    """Something seen: color and shape (None when like no known one), center, radius in pixels."""

    color: str | None
    shape: str | None
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A whole picture: the background's color, and the things from the largest to the smallest."""

    background: str | None
    things: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is right. None where the prompt asks for no such thing (no size word, no relation)."""

    background: bool
    count: bool
    colors: tuple[bool, ...]
    shapes: tuple[bool, ...]
    sizes: tuple[bool, ...]
    relation: bool | None

    @property
    def all(self) -> bool:
        """Nothing wrong at all."""
        parts = (*self.colors, *self.shapes, *self.sizes)
        return self.background and self.count and self.relation is not False and all(parts)


def color_name(rgb: NDArray[np.floating]) -> str | None:
    """The known color nearest to an sRGB triple, None when none is near."""
    distances = {
        name: float(np.linalg.norm(np.asarray(rgb, np.float64) - np.asarray(known)))
        for name, known in COLORS.items()
    }
    nearest = min(distances, key=lambda name: distances[name])
    return nearest if distances[nearest] <= _RIGHT_COLOR else None


def _islands(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Connected parts (4-neighbors) of a mask, largest first, specks left out."""
    labels = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        # Each cell takes the largest label around it until nothing changes.
        padded = np.pad(labels, 1)
        around = np.maximum.reduce(
            [labels, padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]]
        )
        spread = np.where(mask, around, 0)
        if np.array_equal(spread, labels):
            break
        labels = spread
    names, sizes = np.unique(labels[mask], return_counts=True)
    order = np.argsort(-sizes)
    return [labels == names[index] for index in order if sizes[index] >= _SPECK]


@cache
def _template(shape: str) -> tuple[float, float, float]:
    """A shape's area and its center of gravity, all at radius 1."""
    radius = 80.0
    middle = PIXELS / 2
    mask = coverage(Placed(shape, middle, middle, radius, (0.0, 0.0, 0.0)))
    rows, columns = np.nonzero(mask > 0.5)
    x = float(columns.mean()) + 0.5 - middle
    y = float(rows.mean()) + 0.5 - middle
    return float(mask.sum()) / radius**2, x / radius, y / radius


def _fit(mask: NDArray[np.bool_], shape: str) -> tuple[float, float]:
    """How like a shape a silhouette is, 0 to 1, and the radius in pixels it would have."""
    rows, columns = np.nonzero(mask)
    area, middle_x, middle_y = _template(shape)
    radius = math.sqrt(len(rows) / area)
    x = float(columns.mean()) + 0.5 - middle_x * radius
    y = float(rows.mean()) + 0.5 - middle_y * radius
    ideal = coverage(Placed(shape, x, y, radius, (0.0, 0.0, 0.0)), size=_HALF) > 0.5
    union = np.count_nonzero(mask | ideal)
    return np.count_nonzero(mask & ideal) / max(1, union), 2 * radius


def _found(picture: NDArray[np.float32], mask: NDArray[np.bool_]) -> Found:
    fits = {shape: _fit(mask, shape) for shape in SHAPES}
    shape = max(fits, key=lambda name: fits[name][0])
    likeness, radius = fits[shape]
    rows, columns = np.nonzero(mask)
    return Found(
        color_name(np.median(picture[mask], axis=0)),
        shape if likeness >= _LIKENESS else None,
        float(columns.mean()) * 2 + 1,
        float(rows.mean()) * 2 + 1,
        radius,
    )


def look(picture: NDArray[np.uint8]) -> Seen:
    """What is in a picture, [256, 256, 3] sRGB."""
    half = picture.astype(np.float32).reshape(_HALF, 2, _HALF, 2, 3).mean(axis=(1, 3))
    inside = np.zeros((_HALF, _HALF), bool)
    inside[_BORDER:-_BORDER, _BORDER:-_BORDER] = True
    ground = np.median(half[~inside], axis=0)
    stands_out = np.linalg.norm(half - ground, axis=-1) > _STANDS_OUT
    things = tuple(_found(half, island) for island in _islands(stands_out))
    return Seen(color_name(ground), things)


def _size_right(found: Found, thing: Thing, paired: bool) -> bool:
    """Small and large are right on their side of the middle between neighboring sizes."""
    small, large = (33.8, 44.4) if paired else (46.0, 70.0)
    return found.radius < small if thing.size == "small" else found.radius > large


def _holds(relation: str, first: Found, second: Found) -> bool:
    """Whether `first` stands so to `second`, and that is the main direction between them."""
    dx, dy = first.x - second.x, first.y - second.y
    along, across = (dx, dy) if relation in ("left of", "right of") else (dy, dx)
    sign = -1 if relation in ("left of", "above") else 1
    return sign * along > abs(across)


def _alike(found: Found | None, thing: Thing) -> int:
    if found is None:
        return 0
    return 2 * (found.color == thing.color) + (found.shape == thing.shape)


def compare(seen: Seen, scene: Scene) -> Verdict:
    """What of the scene a picture shows. Of two things seen, each stands for the one it is like."""
    wanted = scene.things
    found: list[Found | None] = [*seen.things[: len(wanted)]]
    found += [None] * (len(wanted) - len(found))
    holds = None
    if scene.relation is not None:
        first, second = found
        straight = _alike(first, wanted[0]) + _alike(second, wanted[1])
        swapped = _alike(second, wanted[0]) + _alike(first, wanted[1])
        apart = first is not None and second is not None
        if straight == swapped and apart and first and second:
            swap = _holds(scene.relation, second, first)
        else:
            swap = swapped > straight
        if swap:
            found.reverse()
        first, second = found
        holds = first is not None and second is not None and _holds(scene.relation, first, second)
    pairs = list(zip(found, wanted, strict=True))
    return Verdict(
        background=seen.background == scene.ground,
        count=len(seen.things) == len(wanted),
        colors=tuple(thing is not None and thing.color == want.color for thing, want in pairs),
        shapes=tuple(thing is not None and thing.shape == want.shape for thing, want in pairs),
        sizes=tuple(
            thing is not None and _size_right(thing, want, scene.second is not None)
            for thing, want in pairs
            if want.size is not None
        ),
        relation=holds,
    )
