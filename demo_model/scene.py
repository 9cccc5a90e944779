"""What is in a picture: a scene (what a caption says) and its jitter (what it leaves open)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from demo_model.vocabulary import COLORS, SHAPES

PIXELS = 256  # a picture's side

# How many numbers of a picture's starting noise decide what its caption leaves open, see
# `coupling`: place (x, y), size and tint of two things, and the tint of the background.
FREEDOMS = 9


@dataclass(frozen=True, slots=True)
class Thing:
    """A colored shape; `size` is "small", "large", or None where the caption names no size."""

    color: str
    shape: str
    size: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing, or two with the first standing in `relation` to the second.

    `background` None is for captions that name none: `ground` says which color that is.
    """

    first: Thing
    background: str | None = None
    relation: str | None = None
    second: Thing | None = None

    @property
    def things(self) -> tuple[Thing, ...]:
        """The one or two things, in the order of the caption."""
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def ground(self) -> str:
        """The background's color. Unnamed, it is white, or gray behind something white."""
        if self.background is not None:
            return self.background
        return "gray" if any(thing.color == "white" for thing in self.things) else "white"


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing at its place: center and radius in pixels, color in sRGB floats."""

    shape: str
    x: float
    y: float
    radius: float
    rgb: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture's geometry, ready to be drawn."""

    ground: tuple[float, float, float]
    things: tuple[Placed, ...]


# Radius in pixels by size word, for a thing alone and for one of a pair. The jitter is ±6 %, so the
# sizes don't overlap, and two large things of a pair leave a gap between them.
ALONE: dict[str | None, float] = {"small": 36.0, None: 58.0, "large": 84.0}
PAIRED: dict[str | None, float] = {"small": 29.0, None: 39.0, "large": 50.0}

_APART = 62.0  # distance of a pair's things from the middle, along their axis
_TINT = 10.0  # half the range of a color's lightening or darkening


def squash(z: float) -> float:
    """A standard normal number, made uniform in [-1, 1]."""
    return math.erf(z / math.sqrt(2))


def _tinted(color: str, z: float) -> tuple[float, float, float]:
    red, green, blue = COLORS[color]
    shift = _TINT * squash(z)
    return (
        min(255.0, max(0.0, red + shift)),
        min(255.0, max(0.0, green + shift)),
        min(255.0, max(0.0, blue + shift)),
    )


def _centers(relation: str | None) -> tuple[tuple[float, float], ...]:
    """Unjittered centers, the first thing's first."""
    middle = PIXELS / 2
    near, far = middle - _APART, middle + _APART
    if relation == "left of":
        return ((near, middle), (far, middle))
    if relation == "right of":
        return ((far, middle), (near, middle))
    if relation == "above":
        return ((middle, near), (middle, far))
    if relation == "below":
        return ((middle, far), (middle, near))
    return ((middle, middle),)


def _slack(relation: str | None, size: str | None) -> tuple[float, float]:
    """How far in pixels a center may stray, in x and y."""
    if relation is None:
        stray = {"small": 16.0, None: 13.0, "large": 10.0}[size]
        return (stray, stray)
    return (4.0, 9.0) if relation in ("left of", "right of") else (9.0, 4.0)


def lay_out(scene: Scene, jitter: list[float]) -> Layout:
    """Places, sizes and tints of `scene`. `jitter` holds `FREEDOMS` standard normal numbers."""
    placed: list[Placed] = []
    radii = ALONE if scene.relation is None else PAIRED
    for number, (thing, (x, y)) in enumerate(
        zip(scene.things, _centers(scene.relation), strict=True)
    ):
        zx, zy, zsize, ztint = jitter[4 * number : 4 * number + 4]
        slack_x, slack_y = _slack(scene.relation, thing.size)
        placed.append(
            Placed(
                thing.shape,
                x + slack_x * squash(zx),
                y + slack_y * squash(zy),
                radii[thing.size] * (1 + 0.06 * squash(zsize)),
                _tinted(thing.color, ztint),
            )
        )
    return Layout(_tinted(scene.ground, jitter[8]), tuple(placed))


def imagined(choice: list[float]) -> Scene:
    """The scene for a caption without a known word: two standard normal numbers choose it."""
    color, shape = (min(0.999, max(0.0, (squash(z) + 1) / 2)) for z in choice)
    colors = tuple(COLORS)[:-1]  # white on white would be no picture
    return Scene(Thing(colors[int(color * len(colors))], SHAPES[int(shape * len(SHAPES))]))
