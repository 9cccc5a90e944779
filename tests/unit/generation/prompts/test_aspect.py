"""A ratio as it is typed, and the size that comes nearest to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.catalog import Catalog, Size
from generation.prompts import Aspect

HOSTED = Catalog.load()["zb-tech"].sizes


def sizes(*texts: str) -> list[Size]:
    pairs = [text.split("x") for text in texts]
    return [Size(width=int(width), height=int(height)) for width, height in pairs]


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("3:2", Aspect(3, 2)),
        (" 16 : 9 ", Aspect(16, 9)),
        ("3x2", Aspect(3, 2)),
        ("3/2", Aspect(3, 2)),
        ("2.39:1", Aspect(2.39, 1)),
        ("wide", None),
        ("3", None),
        ("3:", None),
        ("-3:2", None),
        ("0:1", None),
        ("1:0", None),
        ("3:2:1", None),
        ("1e9:1", None),
        ("", None),
    ],
)
def test_a_ratio_is_read_as_people_write_it(text: str, aspect: Aspect | None):
    assert Aspect.read(text) == aspect


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ("1:1", "1024x1024"),
        ("3:2", "1216x832"),
        ("2:3", "832x1216"),
        ("5:4", "1152x896"),
        ("4:5", "896x1152"),
        ("100:1", "1216x832"),
        ("1:99999", "832x1216"),
    ],
)
def test_the_size_of_the_nearest_shape_is_taken(ratio: str, size: str):
    aspect = Aspect.read(ratio)
    assert aspect is not None
    assert str(aspect.nearest(HOSTED)) == size


def test_twice_as_wide_is_as_far_as_twice_as_high():
    offered = sizes("1024x1024", "2048x1024", "1024x2048")
    assert Aspect(2, 1).distance(offered[0]) == pytest.approx(Aspect(1, 2).distance(offered[0]))


def test_of_the_same_shape_the_area_nearest_to_the_default_is_taken():
    offered = sizes("512x512", "1536x1024", "768x512", "384x256")
    assert str(Aspect(3, 2).nearest(offered)) == "768x512"


def test_another_shape_than_asked_is_told():
    (square,) = sizes("512x512")
    assert Aspect(3, 2).note(square) == ("The nearest to 3:2 that this model paints is 512x512.")


@pytest.mark.parametrize("size", ["1024x1024", "1024x1008"])
def test_the_same_shape_or_nearly_needs_no_note(size: str):
    assert Aspect(1, 1).note(sizes(size)[0]) is None


@given(st.from_regex(r"\A[0-9]{1,5}(\.[0-9]{1,5})?:[0-9]{1,5}\Z"))
def test_every_ratio_has_a_nearest_size(text: str):
    aspect = Aspect.read(text)
    if aspect is not None:
        assert aspect.nearest(HOSTED) in HOSTED
