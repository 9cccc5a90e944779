"""A request that is too much work is refused, with what to lower and to what."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from generation.catalog import ModelSpec
from generation.errors import RequestRefused
from generation.request import GenerationRequest
from generation.workload import check_workload
from tests.support.jobs import DEMO

#: 512x512 × 20 steps is 5.24288 megapixel-steps.
MODEL = ModelSpec.model_validate(
    DEMO.model_dump()
    | {
        "steps": {"min": 4, "max": 50, "default": 20},
        "sizes": [
            {"width": 512, "height": 512},
            {"width": 768, "height": 512},
            {"width": 256, "height": 256},
        ],
    }
)


def ask(steps: int | None = None, size: str | None = None) -> GenerationRequest:
    return GenerationRequest.build(MODEL, "a red circle", steps=steps, size=size)


def refused(limit: float, steps: int | None = None, size: str | None = None) -> RequestRefused:
    with pytest.raises(RequestRefused) as caught:
        check_workload(MODEL, ask(steps, size), limit)
    return caught.value


def test_without_a_limit_nothing_is_too_much():
    check_workload(MODEL, ask(steps=50, size="768x512"), None)


def test_as_much_as_is_allowed_is_taken_and_not_a_step_more():
    check_workload(MODEL, ask(steps=20), 5.24288)
    assert refused(5.24288, steps=21).remedy.startswith("Lower steps to 20,")


def test_the_refusal_names_how_much_it_is_and_how_much_is_allowed():
    assert refused(2.5, steps=20).limit == (
        "512x512 pixels × 20 steps is 5.243 megapixel-steps; 2.5 are allowed."
    )


def test_either_option_is_named_where_either_is_enough():
    refusal = refused(2.5, steps=20)
    assert refusal.field == "steps"
    assert refusal.remedy == "Lower steps to 9, or size to 256x256."


def test_steps_alone_are_named_where_no_size_is_small_enough():
    refusal = refused(1.3, steps=20, size="256x256")
    assert (refusal.field, refusal.remedy) == ("steps", "Lower steps to 19.")


def test_the_size_alone_is_named_where_the_model_takes_no_fewer_steps():
    refusal = refused(1.0, steps=10)
    assert (refusal.field, refusal.remedy) == ("size", "Lower size to 256x256.")


def test_both_are_named_where_one_is_not_enough():
    refusal = refused(0.3, steps=20)
    assert (refusal.field, refusal.remedy) == ("size", "Lower size to 256x256, and steps to 4.")


def test_another_model_is_named_where_this_one_takes_more_whatever_is_asked():
    refusal = refused(0.1, steps=20)
    assert refusal.field == "model"
    assert "choose another model" in refusal.remedy


@given(
    st.floats(0.05, 25),
    st.integers(4, 50),
    st.sampled_from(["256x256", "512x512", "768x512"]),
)
def test_whoever_does_as_told_is_taken(limit: float, steps: int, size: str):
    request = ask(steps, size)
    try:
        check_workload(MODEL, request, limit)
    except RequestRefused as refusal:
        assume(refusal.field != "model")
        fewer = re.search(r"steps to (\d+)", refusal.remedy)
        smaller = re.search(r"size to (\w+)", refusal.remedy)
        if "and" in refusal.remedy:
            assert fewer
            assert smaller
            check_workload(MODEL, ask(int(fewer[1]), smaller[1]), limit)
            return
        if fewer:
            check_workload(MODEL, ask(int(fewer[1]), size), limit)
        if smaller:
            check_workload(MODEL, ask(steps, smaller[1]), limit)
