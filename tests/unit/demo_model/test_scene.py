"""Scenes, and the geometry that jitter gives them."""

import random

import numpy as np
import pytest

from demo_model.sampling import held_out, random_scene
from demo_model.scene import FREEDOMS, PIXELS, Scene, Thing, imagined, lay_out, squash

STILL = [0.0] * FREEDOMS


def test_an_unnamed_background_is_white_but_gray_behind_white_things():
    assert Scene(Thing("red", "circle")).ground == "white"
    assert Scene(Thing("white", "circle")).ground == "gray"
    assert Scene(Thing("red", "circle"), "blue").ground == "blue"


def test_squash_makes_normal_numbers_uniform():
    numbers = np.random.default_rng(0).normal(size=20_000)
    squashed = np.array([squash(number) for number in numbers])
    assert abs(squashed).max() <= 1
    assert squashed.std() == pytest.approx(1 / 3**0.5, abs=0.01)


@pytest.mark.parametrize(
    ("relation", "axis", "sign"),
    [("left of", 0, -1), ("right of", 0, 1), ("above", 1, -1), ("below", 1, 1)],
)
def test_the_first_thing_stands_in_the_relation_to_the_second(relation, axis, sign):
    scene = Scene(Thing("red", "circle"), None, relation, Thing("blue", "square"))
    first, second = lay_out(scene, STILL).things
    assert sign * ((first.x - second.x), (first.y - second.y))[axis] > 0


def test_things_stay_inside_the_picture_and_apart_whatever_the_jitter():
    rng = random.Random(0)
    for number in range(300):
        jitter = [rng.choice((-9.0, 0.0, 9.0)) for _ in range(FREEDOMS)]
        things = lay_out(random_scene(rng, pair=number % 2 == 0), jitter).things
        for thing in things:
            assert thing.radius < thing.x < PIXELS - thing.radius
            assert thing.radius < thing.y < PIXELS - thing.radius
        if len(things) == 2:
            apart = max(abs(things[0].x - things[1].x), abs(things[0].y - things[1].y))
            assert apart > (things[0].radius + things[1].radius)


def test_held_out_combinations_are_an_eighth_and_never_trained_on():
    rng = random.Random(1)
    trained = [random_scene(rng, pair=number % 2 == 0) for number in range(500)]
    assert not any(map(held_out, trained))
    tested = [random_scene(rng, pair=number % 2 == 0, held=True) for number in range(200)]
    assert all(map(held_out, tested))


def test_a_size_word_does_not_move_a_combination_across_the_split():
    for color in ("red", "blue", "green", "pink"):
        sizes = {held_out(Scene(Thing(color, "star", size), "gray")) for size in (None, "small")}
        assert len(sizes) == 1


def test_two_numbers_choose_the_scene_of_a_caption_that_names_nothing():
    scenes = {imagined([x / 5, y / 5]) for x in range(-12, 13) for y in range(-12, 13)}
    assert len({scene.first.color for scene in scenes}) >= 9
    assert len({scene.first.shape for scene in scenes}) == 8
    assert all(scene.first.color != scene.ground for scene in scenes)
