"""The judge is itself judged: by drawings that are right, and by drawings that are wrong."""

import random
from dataclasses import replace

import numpy as np

from demo_model.drawing import draw
from demo_model.judge import compare, look
from demo_model.sampling import random_scene
from demo_model.scene import FREEDOMS, Scene, Thing, lay_out
from demo_model.vocabulary import COLORS, RELATIONS, SHAPES


def drawn(scene: Scene, rng: random.Random) -> np.ndarray:
    return draw(lay_out(scene, [rng.gauss(0, 1) for _ in range(FREEDOMS)]))


def other(rng: random.Random, names, *taken: str) -> str:
    return rng.choice([name for name in names if name not in taken])


def test_drawings_of_the_scene_are_right_in_everything():
    rng = random.Random(0)
    scenes = [random_scene(rng, pair=number % 2 == 0) for number in range(120)]
    wrong = [scene for scene in scenes if not compare(look(drawn(scene, rng)), scene).all]
    assert wrong == []


def test_another_shape_color_or_background_is_wrong_in_just_that():
    rng = random.Random(1)
    for _ in range(40):
        scene = random_scene(rng, pair=False)
        seen = look(drawn(scene, rng))
        color, shape, size = scene.first.color, scene.first.shape, scene.first.size
        shape_changed = replace(scene, first=Thing(color, other(rng, SHAPES, shape), size))
        verdict = compare(seen, shape_changed)
        assert verdict.shapes == (False,)
        assert verdict.colors == (True,)
        fresh = other(rng, COLORS, color, scene.ground, "white")
        background = scene.background or "white"
        color_changed = Scene(Thing(fresh, shape, size), background)
        assert compare(seen, color_changed).colors == (False,)
        ground_changed = replace(scene, background=other(rng, COLORS, scene.ground))
        verdict = compare(seen, ground_changed)
        assert not verdict.background
        assert verdict.colors == (True,)


def test_the_inverse_relation_is_wrong():
    rng = random.Random(2)
    for _ in range(40):
        scene = random_scene(rng, pair=True)
        assert scene.relation is not None
        assert scene.second is not None
        if scene.first == replace(scene.second, size=scene.first.size):
            continue
        pair = RELATIONS.index(scene.relation) ^ 1  # left and right, above and below: side by side
        turned = replace(scene, relation=RELATIONS[pair])
        assert compare(look(drawn(scene, rng)), turned).relation is False


def test_a_missing_and_a_surplus_thing_are_miscounted():
    rng = random.Random(3)
    pair = Scene(Thing("red", "circle"), "blue", "above", Thing("green", "star"))
    alone = Scene(Thing("red", "circle"), "blue")
    assert not compare(look(drawn(alone, rng)), pair).count
    assert compare(look(drawn(alone, rng)), pair).relation is False
    assert not compare(look(drawn(pair, rng)), alone).count


def test_small_is_not_large():
    rng = random.Random(4)
    small, large = (Scene(Thing("red", "heart", size), "white") for size in ("small", "large"))
    assert compare(look(drawn(small, rng)), large).sizes == (False,)
    assert compare(look(drawn(large, rng)), small).sizes == (False,)


def test_a_blob_is_no_shape():
    rows, columns = np.mgrid[:256, :256]
    blob = (np.hypot(rows - 128, (columns - 128) / 2.5) < 40)[..., None]
    picture = np.where(blob, (220, 40, 40), (245, 245, 245)).astype(np.uint8)
    assert look(picture).things[0].shape is None


def test_a_flat_picture_holds_nothing():
    seen = look(np.full((256, 256, 3), COLORS["teal"], np.uint8))
    assert seen.background == "teal"
    assert seen.things == ()
