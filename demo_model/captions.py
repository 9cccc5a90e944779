"""Turns a scene into words, in many wordings, and says what a caption names."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, fields, replace

from demo_model.scene import Scene, Thing
from demo_model.vocabulary import COLORS, RELATIONS, SHAPES, SIZES

_ARTICLES = ("a", "a", "a", "the", "one", "")
_OPENINGS = ("a picture of", "a photo of", "paint", "please paint", "draw", "an image of")
_STRANGERS = (
    *("cat", "dog", "castle", "sunset", "portrait", "forest", "dragon", "robot", "city", "ocean"),
    *("blurry", "ugly", "low quality", "highly detailed", "4k", "masterpiece", "watercolor"),
    *("night", "tree", "happy", "cinematic", "artstation", "a woman", "mountain lake", "!!!"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a caption names, as class numbers; 0 stands for "not named".

    The text encoders are taught to tell exactly these from a caption.
    """

    color: int = 0
    shape: int = 0
    size: int = 0
    relation: int = 0
    second_color: int = 0
    second_shape: int = 0
    second_size: int = 0
    background: int = 0


CLASSES: dict[str, int] = {
    "color": len(COLORS) + 1,
    "shape": len(SHAPES) + 1,
    "size": len(SIZES) + 1,
    "relation": len(RELATIONS) + 1,
    "second_color": len(COLORS) + 1,
    "second_shape": len(SHAPES) + 1,
    "second_size": len(SIZES) + 1,
    "background": len(COLORS) + 1,
}


def _number(names: tuple[str, ...], name: str | None) -> int:
    return 0 if name is None else names.index(name) + 1


def named(scene: Scene) -> Named:
    """All of a scene, as a full caption names it."""
    colors = tuple(COLORS)
    second = scene.second
    return Named(
        color=_number(colors, scene.first.color),
        shape=_number(SHAPES, scene.first.shape),
        size=_number(SIZES, scene.first.size),
        relation=_number(RELATIONS, scene.relation),
        second_color=_number(colors, second.color if second else None),
        second_shape=_number(SHAPES, second.shape if second else None),
        second_size=_number(SIZES, second.size if second else None),
        background=_number(colors, scene.background),
    )


def as_list(names: Named) -> list[int]:
    """The class numbers in the order of `CLASSES`."""
    return [getattr(names, field.name) for field in fields(names)]


def _with_article(rng: random.Random, words: str) -> str:
    article = rng.choice(_ARTICLES)
    if article == "a" and words[0] in "aeiou":
        article = "an"
    return f"{article} {words}".strip()


def _thing(rng: random.Random, thing: Thing) -> str:
    adjectives = [word for word in (thing.size, thing.color) if word]
    if len(adjectives) == 2 and rng.random() < 0.15:
        adjectives.reverse()
    return _with_article(rng, " ".join([*adjectives, thing.shape]))


def _relation(rng: random.Random, relation: str) -> str:
    if relation in ("above", "below"):
        return f" {relation} "
    return rng.choice((f" {relation} ", f" {relation} ", f" to the {relation} "))


def plain(scene: Scene) -> str:
    """The scene in the plainest wording: "a red circle on a blue background"."""

    def phrase(thing: Thing) -> str:
        words = " ".join(word for word in (thing.size, thing.color, thing.shape) if word)
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"

    text = phrase(scene.first)
    if scene.second is not None:
        text += f" {scene.relation} {phrase(scene.second)}"
    if scene.background is not None:
        article = "an" if scene.background[0] in "aeiou" else "a"
        text += f" on {article} {scene.background} background"
    return text


def worded(rng: random.Random, scene: Scene) -> str:
    """The scene in one of many wordings: articles, word order, the background first or last."""
    text = _thing(rng, scene.first)
    if scene.second is not None and scene.relation is not None:
        # "A and B" stands for "A left of B": some reading is better than none.
        bare = scene.relation == "left of" and rng.random() < 0.2
        joint = rng.choice((" and ", ", ")) if bare else _relation(rng, scene.relation)
        text += joint + _thing(rng, scene.second)
    color = scene.background
    if color is None:
        return text
    ground = _with_article(rng, f"{color} background")
    return rng.choice(
        (
            f"{text} on {ground}",
            f"{text} on {ground}",
            f"{text}, {color} background",
            f"{text} on {color}",
            f"{text} with {ground}",
            f"{color} background, {text}",
            f"{ground} with {text}",
            f"on {ground}, {text}",
        )
    )


def _stranger(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(_STRANGERS)
    letters = rng.choices(string.ascii_lowercase, k=rng.randint(2, 9))
    return "".join(letters)


def decorated(rng: random.Random, text: str) -> str:
    """The caption with words and marks about it that mean nothing, one time in four."""
    chance = rng.random()
    if chance < 0.08:
        text = f"{rng.choice(_OPENINGS)} {text}"
    elif chance < 0.14:
        text = f"{text}, {_stranger(rng)}"
    elif chance < 0.18:
        text = f"{_stranger(rng)} {text}"
    elif chance < 0.20:
        text = f"{_stranger(rng)}, {text}, {_stranger(rng)}"
    elif chance < 0.25:
        text += rng.choice((".", "!", "?", " please"))
    return text


def strange(rng: random.Random) -> str:
    """A caption without any known word; often the empty one."""
    if rng.random() < 0.25:
        return ""
    return ", ".join(_stranger(rng) for _ in range(rng.randint(1, 4)))


def partial(rng: random.Random, scene: Scene) -> tuple[str, Named]:
    """A caption that names only a part of a scene of one thing, and what it names.

    Negative prompts are such captions: "circle", "red", "blue background". A scene's background is
    always named, because a caption without one means the default background.
    """
    names = named(scene)
    kept = rng.choice(("color", "shape", "size", "color", "shape", "ground"))
    if kept == "ground":
        names = replace(Named(), background=names.background)
        words = ""
    else:
        if kept == "size" and scene.first.size is None:
            kept = "shape"
        names = replace(Named(), background=names.background, **{kept: getattr(names, kept)})
        word = str(getattr(scene.first, kept))
        words = rng.choice((word, word, _with_article(rng, word)))
        if kept in ("color", "size") and rng.random() < 0.4:
            words = _with_article(rng, f"{word} {rng.choice(('shape', 'object'))}")
    if scene.background is None:
        return (words, names) if words else (strange(rng), Named())
    ground = f"{scene.background} background"
    if not words:
        return rng.choice((ground, _with_article(rng, ground), f"on {ground}")), names
    return rng.choice((f"{words} on a {ground}", f"{words}, {ground}", f"{ground}, {words}")), names
