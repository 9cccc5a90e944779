"""Random scenes to train on and to test with, and the split between the two."""

from __future__ import annotations

import random
import zlib

from demo_model.scene import Scene, Thing
from demo_model.vocabulary import COLORS, RELATIONS, SHAPES

_HELD_OUT_SHARE = 8  # one combination in this many is never trained on


def held_out(scene: Scene) -> bool:
    """Whether the scene's combination is kept for evaluation. Sizes and the wording don't count.

    The combination is color, shape and background of a thing alone, or both things' colors and
    shapes and their relation: about every eighth of these, by a checksum, is never trained on.
    """
    parts = [f"{thing.color} {thing.shape}" for thing in scene.things]
    parts.append(scene.relation or str(scene.background))
    return zlib.crc32("|".join(parts).encode()) % _HELD_OUT_SHARE == 0


def any_scene(rng: random.Random, pair: bool) -> Scene:
    """A scene drawn from all that the vocabulary can say; two of five name a size."""
    colors = rng.sample(list(COLORS), 3)
    sizes = [rng.choice((None, None, None, "small", "large")) for _ in range(2)]
    first = Thing(colors[0], rng.choice(SHAPES), sizes[0])
    background = colors[2] if rng.random() < 0.75 else None
    if not pair:
        return Scene(first, background)
    # Things of one color are allowed; the ground must differ from both.
    color = colors[0] if rng.random() < 0.1 else colors[1]
    return Scene(
        first, background, rng.choice(RELATIONS), Thing(color, rng.choice(SHAPES), sizes[1])
    )


def random_scene(rng: random.Random, pair: bool, held: bool = False) -> Scene:
    """A scene to train on, or with `held` one to evaluate with."""
    while True:
        scene = any_scene(rng, pair)
        if scene.ground not in {thing.color for thing in scene.things} and (
            held_out(scene) == held
        ):
            return scene
