"""What was typed becomes a request: flags in the prompt, options beside it."""

import pytest

from generation.catalog import Catalog, Size
from generation.errors import RequestRefused
from generation.reading import read
from tests.support.jobs import CATALOG, DEMO

WIDE = DEMO.model_copy(
    update={
        "name": "wide",
        "sizes": (Size(width=512, height=512), Size(width=768, height=512)),
    }
)
BOTH = Catalog({"demo": DEMO, "wide": WIDE})


def test_a_prompt_without_flags_is_taken_as_it_is():
    request, remarks = read(CATALOG, DEMO, "a red circle")
    assert (request.prompt, request.model, request.seed_given) == ("a red circle", "demo", False)
    assert remarks == ()


def test_flags_are_options_and_not_part_of_the_prompt():
    request, remarks = read(
        BOTH, DEMO, "a red circle --seed 7 --steps 4 --cfg 2.5 --no blue, green --model wide"
    )
    assert request.prompt == "a red circle"
    assert (request.seed, request.seed_given) == (7, True)
    assert request.num_inference_steps == 4
    assert request.guidance_scale == 2.5
    assert request.negative_prompt == "blue, green"
    assert request.model == "wide"
    assert remarks == ()


def test_the_whole_line_of_the_manual_asks_for_turbo():
    catalog = Catalog.load().accepting({"sai-nc-community"})
    request, remarks = read(
        catalog, DEMO, "a fox --ar 3:2 --seed 7 --steps 4 --no hands --model turbo"
    )
    assert (request.model, request.prompt, request.negative_prompt) == (
        "sdxl-turbo",
        "a fox",
        "hands",
    )
    assert (request.seed, request.num_inference_steps) == (7, 4)
    assert remarks == ("The nearest to 3:2 that this model paints is 512x512.",)


def test_an_option_wins_and_says_so():
    request, remarks = read(BOTH, DEMO, "a red circle --seed 7 --model wide", seed=8, model="demo")
    assert (request.seed, request.model) == (8, "demo")
    assert remarks == (
        "The option model was given: --model is left out.",
        "The option seed was given: --seed is left out.",
    )


def test_a_shape_is_the_nearest_size_of_the_model():
    request, remarks = read(BOTH, WIDE, "a red circle --ar 3:2")
    assert (request.width, request.height) == (768, 512)
    assert remarks == ()


def test_a_shape_that_the_model_does_not_paint_is_said():
    request, remarks = read(BOTH, WIDE, "a red circle --ar 21:9")
    assert (request.width, request.height) == (768, 512)
    assert remarks == ("The nearest to 21:9 that this model paints is 768x512.",)


def test_a_size_beats_a_shape():
    request, remarks = read(BOTH, WIDE, "a red circle --ar 3:2", size="512x512")
    assert (request.width, request.height) == (512, 512)
    assert remarks == ("A size was given: --ar is left out.",)


def test_an_unknown_flag_is_named():
    request, remarks = read(CATALOG, DEMO, "a red circle --sed 7")
    assert request.prompt == "a red circle"
    assert remarks == ("There is no flag --sed; it was left out. Did you mean --seed?",)


def test_an_empty_option_gives_its_flag_way():
    request, _ = read(CATALOG, DEMO, "a red circle --no blue", negative_prompt="")
    assert request.negative_prompt == "blue"


@pytest.mark.parametrize(
    ("prompt", "field"),
    [
        ("a red circle --seed red", "--seed"),
        ("a red circle --steps 99", "steps"),
        ("a red circle --model nobody", "model"),
        ("--seed 7", "prompt"),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(prompt: str, field: str):
    with pytest.raises(RequestRefused) as refused:
        read(CATALOG, DEMO, prompt)
    assert refused.value.field == field
