"""From a picture on at least one step is made, and what is changed for that is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation import strength as module
from generation.batching import Batching
from generation.catalog import IntegerRange, NumberRange, Size
from generation.errors import RequestRefused
from generation.inputs.store import InputImage
from generation.reading import read
from generation.recipe import a1111_line, recipe
from generation.request import GenerationRequest
from generation.workload import check_workload
from tests.support.jobs import CATALOG, DEMO, HOSTED, make_job

WIDE = InputImage(sha256="ab" * 32, width=1600, height=900)
SQUARE = WIDE.model_copy(update={"width": 500, "height": 500})
TURBO, LIGHTNING = CATALOG["sdxl-turbo"], CATALOG["sdxl-lightning-4"]


@given(
    least=st.integers(1, 150),
    more=st.integers(0, 150),
    given_steps=st.integers(1, 300),
    strength=st.floats(0.05, 1.0),
)
def test_at_least_one_step_is_made_and_no_more_is_changed_than_that_needs(
    least: int, more: int, given_steps: int, strength: float
):
    steps = IntegerRange(min=least, max=least + more, default=least)
    spec = DEMO.model_copy(update={"steps": steps})
    asked = min(max(given_steps, steps.min), steps.max)
    made, far = module.fitted(spec, asked, strength)
    assert int(made * far) >= 1
    assert steps.min <= made <= steps.max
    assert strength <= far <= 1.0
    if int(asked * strength) >= 1:
        assert (made, far) == (asked, strength)
    elif far == strength:
        assert int((made - 1) * strength) < 1 or made == steps.min
    else:
        assert made == steps.max
        assert int(steps.max * (far - 0.0002)) < 1


@given(
    steps=st.integers(1, 300), strength=st.none() | st.floats(0.05, 1.0), rounds_up=st.booleans()
)
def test_no_more_steps_are_made_than_were_asked_for(
    steps: int, strength: float | None, rounds_up: bool
):
    assert 1 <= module.steps_made(steps, strength, rounds_up=rounds_up) <= steps


def test_turbo_with_its_single_step_gets_a_second():
    request, notes = read(CATALOG, TURBO, "a fox", image=SQUARE)
    assert (request.num_inference_steps, request.strength) == (2, 0.6)
    assert request.steps_made == 1
    assert notes == (
        "With 1 step and strength 0.6, not even one step would be made from your picture: it is"
        " painted with 2 steps.",
    )


def test_where_there_are_no_more_steps_the_strength_is_raised():
    request, notes = read(CATALOG, LIGHTNING, "a fox", image=SQUARE, strength=0.1)
    assert (request.num_inference_steps, request.strength) == (4, 0.25)
    assert notes[0].endswith("it is painted with strength 0.25.")


@pytest.mark.parametrize(
    ("name", "steps", "strength", "made"),
    [
        ("flux-1-schnell", 1, 0.05, 1),
        ("flux-1-schnell", 4, 0.6, 3),
        ("z-image-turbo", 8, 0.1, 1),
        ("sd-3-5-medium", 40, 0.63, 26),
        ("sd-3-5-medium", 40, 0.75, 30),
    ],
)
def test_where_a_part_of_a_step_is_made_as_a_whole_one_nothing_has_to_change(
    name: str, steps: int, strength: float, made: int
):
    spec = CATALOG[name]
    request, notes = read(CATALOG, spec, "a fox", image=SQUARE, steps=steps, strength=strength)
    assert (request.num_inference_steps, request.strength) == (steps, strength)
    assert request.steps_made == made
    assert notes == ()


def test_what_needs_no_change_is_not_spoken_of():
    request, notes = read(CATALOG, DEMO, "a fox", image=SQUARE, steps=20, strength=0.3)
    assert (request.num_inference_steps, request.strength) == (20, 0.3)
    assert notes == ()


@pytest.mark.parametrize("strength", [0.0, 0.04, 1.01, -1.0, float("nan"), float("inf")])
def test_a_strength_out_of_range_is_refused(strength: float):
    with pytest.raises(RequestRefused) as caught:
        GenerationRequest.build(DEMO, "a fox", image=SQUARE, strength=strength)
    assert caught.value.field == "strength"
    assert "0.05 to 1" in caught.value.limit


def test_a_strength_without_a_picture_is_refused():
    with pytest.raises(RequestRefused, match="you brought none") as caught:
        GenerationRequest.build(DEMO, "a fox", strength=0.5)
    assert caught.value.field == "strength"


@pytest.mark.parametrize("spec", [HOSTED, CATALOG["flux-2-klein"]], ids=lambda spec: spec.name)
def test_a_model_that_can_not_start_from_one_says_so(spec):
    with pytest.raises(RequestRefused, match="can't start from a picture") as caught:
        GenerationRequest.build(spec, "a fox", image=SQUARE)
    assert caught.value.field == "image"


def test_an_entry_may_have_strengths_of_its_own():
    allowed = NumberRange(min=0.3, max=0.8, default=0.4)
    spec = DEMO.model_copy(update={"strength": allowed})
    assert GenerationRequest.build(spec, "a fox", image=SQUARE).strength == 0.4
    with pytest.raises(RequestRefused, match=r"0\.3 to 0\.8"):
        GenerationRequest.build(spec, "a fox", image=SQUARE, strength=0.9)


def test_without_a_size_the_nearest_shape_is_taken():
    sdxl = CATALOG["sdxl"]
    request = GenerationRequest.build(sdxl, "a fox", image=WIDE)
    assert request.width > request.height
    assert abs(request.width / request.height - 16 / 9) < 0.1
    square = GenerationRequest.build(sdxl, "a fox", image=SQUARE)
    assert (square.width, square.height) == (1024, 1024)


def test_a_size_that_was_asked_for_is_kept_and_the_cut_is_spoken_of():
    request, notes = read(CATALOG, CATALOG["sdxl"], "a fox", image=WIDE, size="1024x1024")
    assert (request.width, request.height) == (1024, 1024)
    assert "another shape than 1024x1024" in notes[0]


def test_a_model_with_one_size_says_what_it_cuts():
    _, notes = read(CATALOG, DEMO, "a fox", image=WIDE)
    assert "another shape than 256x256" in notes[0]


def test_the_work_is_that_of_the_steps_that_are_made():
    """20 steps of 0.065536 megapixels are 1.31; half of them are made."""
    request = GenerationRequest.build(DEMO, "a fox", image=SQUARE, steps=20, strength=0.5)
    check_workload(DEMO, request, 0.7)
    with pytest.raises(RequestRefused) as caught:
        check_workload(DEMO, request, 0.6)
    assert "10 steps" in caught.value.limit
    # 19 x 0.5 makes 9 steps: 0.59 megapixel-steps.
    assert caught.value.remedy == "Lower steps to 19."


def test_whoever_does_as_told_is_taken_where_a_part_of_a_step_is_made_as_a_whole_one():
    """40 × 0.63 makes 26 steps of 1.048576 megapixels; 20 are allowed, which 31 × 0.63 makes."""
    spec = CATALOG["sd-3-5-medium"]
    ask = {"image": SQUARE, "strength": 0.63, "size": "1024x1024"}
    limit = 20.98  # megapixel-steps
    with pytest.raises(RequestRefused) as caught:
        check_workload(spec, GenerationRequest.build(spec, "a fox", **ask), limit)
    assert "26 steps" in caught.value.limit
    assert caught.value.remedy == "Lower steps to 31."
    check_workload(spec, GenerationRequest.build(spec, "a fox", steps=31, **ask), limit)
    with pytest.raises(RequestRefused):
        check_workload(spec, GenerationRequest.build(spec, "a fox", steps=32, **ask), limit)


def test_who_brings_a_picture_is_painted_for_alone():
    job = make_job(1)
    request = job.request.model_copy(update={"seed_given": False})
    alone = request.model_copy(update={"image": SQUARE, "strength": 0.5})
    batching = Batching(CATALOG)
    from dataclasses import replace

    assert batching.key(replace(job, request=request)) is not None
    assert batching.key(replace(job, request=alone)) is None


def test_the_recipe_names_the_picture_by_its_hash_and_the_strength():
    request = GenerationRequest.build(DEMO, "a fox", image=SQUARE, strength=0.5)
    made = recipe(DEMO, request)
    assert (made["image"], made["strength"]) == (SQUARE.sha256, 0.5)
    assert "Denoising strength: 0.5" in a1111_line(made)
    assert "image" not in recipe(DEMO, GenerationRequest.build(DEMO, "a fox"))


def test_an_entry_whose_pipeline_takes_none_may_not_have_a_strength():
    data = CATALOG["flux-2-klein"].model_dump() | {
        "strength": {"min": 0.1, "max": 1.0, "default": 0.5}
    }
    with pytest.raises(ValueError, match="leave `strength` out"):
        type(DEMO).model_validate(data)


def test_sizes_are_what_the_model_has():
    request = GenerationRequest.build(CATALOG["sdxl"], "a fox", image=WIDE)
    assert Size(width=request.width, height=request.height) in CATALOG["sdxl"].sizes
