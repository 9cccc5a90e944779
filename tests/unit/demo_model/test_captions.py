"""Captions say what is in a scene, and the tokenizer keeps their words whole."""

import random

import pytest

from demo_model.captions import CLASSES, as_list, decorated, named, partial, plain, strange, worded
from demo_model.sampling import random_scene
from demo_model.scene import Scene, Thing
from demo_model.tokenizer import new_tokenizer
from demo_model.vocabulary import COLORS, SHAPES, SIZES, words


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return new_tokenizer(tmp_path_factory.mktemp("tokenizer"))


def test_the_plain_wording_is_the_readmes():
    assert plain(Scene(Thing("red", "circle"), "blue")) == "a red circle on a blue background"
    pair = Scene(Thing("yellow", "star", "small"), None, "above", Thing("orange", "moon"))
    assert plain(pair) == "a small yellow star above an orange moon"


def test_every_wording_names_all_that_the_scene_names():
    rng = random.Random(0)
    for number in range(300):
        scene = random_scene(rng, pair=number % 2 == 0)
        text = decorated(rng, worded(rng, scene))
        for thing in scene.things:
            assert thing.color in text
            assert thing.shape in text
            assert thing.size is None or thing.size in text
        assert scene.background is None or scene.background in text


def test_partial_captions_name_only_what_they_claim():
    rng = random.Random(1)
    for _ in range(300):
        scene = random_scene(rng, pair=False)
        text, names = partial(rng, scene)
        assert (scene.first.shape in text) == (names.shape > 0)
        if scene.first.color != scene.background:
            assert (scene.first.color in text) == (names.color > 0)


def test_strange_captions_name_nothing():
    rng = random.Random(2)
    known = {*COLORS, *SHAPES}
    assert not any(known & set(strange(rng).replace(",", "").split()) for _ in range(500))


def test_class_numbers_fit_their_classes():
    rng = random.Random(3)
    for number in range(200):
        numbers = as_list(named(random_scene(rng, pair=number % 2 == 0)))
        assert len(numbers) == len(CLASSES)
        assert all(0 <= n < count for n, count in zip(numbers, CLASSES.values(), strict=True))


def test_every_known_word_is_one_token(tokenizer):
    for word in words():
        assert len(tokenizer(word).input_ids) == 3, word


def test_captions_survive_the_round_trip_lower_cased(tokenizer):
    text = "A small RED circle left of a Blue square"
    ids = tokenizer(text).input_ids
    assert tokenizer.decode(ids, skip_special_tokens=True).strip() == text.lower()


@pytest.mark.parametrize(
    "text", ["", "zzqy", "日本語 émoji 🎨", "\x00\x07", "a" * 3000, "red " * 500]
)
def test_any_text_becomes_77_tokens(tokenizer, text):
    ids = tokenizer(
        text, padding="max_length", truncation=True, max_length=tokenizer.model_max_length
    ).input_ids
    assert len(ids) == tokenizer.model_max_length == 77
    assert max(ids) < len(tokenizer)


def test_unknown_words_share_no_token_with_known_ones(tokenizer):
    known = {tokenizer(word).input_ids[1] for word in (*COLORS, *SHAPES, *SIZES)}
    assert not known & set(tokenizer("zebra kangaroo xylophone redness starry").input_ids)
