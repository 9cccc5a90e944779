"""The words the model knows, and the numbers behind them."""

from __future__ import annotations

# sRGB, in the order of a rainbow and then from dark to light: prompts that name no color choose one
# by a number, and neighbors in this order look alike, so a slightly wrong number does little harm.
COLORS: dict[str, tuple[int, int, int]] = {
    "red": (220, 40, 40),
    "orange": (245, 140, 30),
    "yellow": (250, 215, 50),
    "green": (50, 170, 70),
    "teal": (30, 160, 160),
    "blue": (45, 90, 220),
    "purple": (135, 60, 190),
    "pink": (245, 120, 180),
    "brown": (130, 80, 45),
    "black": (25, 25, 30),
    "gray": (130, 130, 135),
    "white": (245, 245, 245),
}

SHAPES: tuple[str, ...] = (
    "circle",
    "square",
    "diamond",
    "triangle",
    "star",
    "cross",
    "heart",
    "moon",
)

SIZES: tuple[str, ...] = ("small", "large")

RELATIONS: tuple[str, ...] = ("left of", "right of", "above", "below")

# Words a person may well type and the model should not mind. They stand in training captions and
# have no effect; having tokens of their own keeps such prompts short.
FILLERS: tuple[str, ...] = (
    "a",
    "an",
    "the",
    "of",
    "on",
    "with",
    "and",
    "in",
    "to",
    "is",
    "at",
    "one",
    "two",
    "please",
    "paint",
    "draw",
    "photo",
    "picture",
    "image",
    "painting",
    "drawing",
    "beautiful",
    "nice",
    "simple",
    "shape",
    "object",
    "color",
    "colored",
    "side",
)

SPATIAL: tuple[str, ...] = ("left", "right", "above", "below")


def words() -> tuple[str, ...]:
    """Every word that is one token: colors, shapes, sizes, relations, "background" and fillers."""
    return (*COLORS, *SHAPES, *SIZES, *SPATIAL, "background", *FILLERS)
