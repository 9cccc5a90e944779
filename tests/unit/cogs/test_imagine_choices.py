"""What autocomplete offers for /imagine: what the chosen model takes."""

import pytest
from discord import app_commands
from hypothesis import given
from hypothesis import strategies as st

from cogs.imagine._choices import chosen_model, guidance_choices, size_choices, step_choices
from generation.catalog import Catalog, ModelSpec
from tests.support.jobs import CATALOG, DEMO

TURBO, LIGHTNING, SDXL = (CATALOG[name] for name in ("sdxl-turbo", "sdxl-lightning-4", "sdxl"))


def values(choices: list[app_commands.Choice]) -> list[object]:
    return [choice.value for choice in choices]


@pytest.mark.parametrize(
    ("option", "prompt", "chosen"),
    [
        (None, None, "demo"),
        ("sdxl", None, "sdxl"),
        ("SDXL-Turbo", None, "sdxl-turbo"),
        (None, "a fox --model sdxl-turbo", "sdxl-turbo"),
        ("sdxl", "a fox --model sdxl-turbo", "sdxl"),
        ("nothing of the kind", None, "demo"),
        (None, "a fox --seed", "demo"),
    ],
)
def test_the_model_is_the_options_or_the_prompts_or_the_default(
    option: str | None, prompt: str | None, chosen: str
):
    assert chosen_model(CATALOG, DEMO, option, prompt).name == chosen


@pytest.mark.parametrize(
    ("typed", "found"), [("", 5), ("8", 2), ("1024×", 1), ("1024X", 1), ("7", 0)]
)
def test_sizes_are_found_by_their_beginning(typed: str, found: int):
    assert len(size_choices(CATALOG["zb-tech"], typed)) == found


def test_sizes_tell_their_shape_and_which_is_the_default():
    names = [choice.name for choice in size_choices(SDXL, "")][:3]
    assert names == ["1024x1024 – square, default", "1152x896 – wide", "896x1152 – tall"]


@pytest.mark.parametrize(("ratio", "first"), [("16:9", "1344x768"), ("2:3", "832x1216")])
def test_a_ratio_brings_the_nearest_size_first(ratio: str, first: str):
    assert size_choices(SDXL, ratio)[0].value == first


def test_a_model_with_one_number_of_steps_offers_that_one_whatever_was_typed():
    for typed in ("", "6", "many"):
        (choice,) = step_choices(LIGHTNING, typed)
        assert (choice.name, choice.value) == ("4 – SDXL-Lightning 4 takes exactly 4", 4)
    (choice,) = guidance_choices(TURBO, "7.5")
    assert (choice.name, choice.value) == ("0 – SDXL-Turbo takes exactly 0", 0.0)


@pytest.mark.parametrize(
    ("spec", "typed", "offered"),
    [
        (TURBO, "", [1, 2, 3, 4]),
        (DEMO, "", [1, 5, 6, 10, 15, 20, 25, 30]),
        (DEMO, "2", [2, 20, 25]),
        (DEMO, " 7 ", [7]),
        (DEMO, "31", [30]),
        (DEMO, "-1", [1]),
        (DEMO, "2.5", [1, 5, 6, 10, 15, 20, 25, 30]),
        (SDXL, "1e9", [40]),
    ],
)
def test_steps_are_what_the_model_takes(spec: ModelSpec, typed: str, offered: list[int]):
    assert values(step_choices(spec, typed)) == offered


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("", [5, 5.5, 6, 6.5, 7, 7.5, 8]), ("6", [6, 6.5]), ("5,2", [5.2]), ("99", [8])],
)
def test_guidances_are_what_the_model_takes(typed: str, offered: list[float]):
    assert values(guidance_choices(SDXL, typed)) == offered


def test_the_default_and_the_ends_are_named():
    names = {choice.value: choice.name for choice in step_choices(DEMO, "")}
    assert names[1] == "1 – the least that Demo takes"
    assert names[6] == "6 – the default of Demo"
    assert names[30] == "30 – the most that Demo takes"
    assert names[10] == "10"


@given(st.text(max_size=8) | st.floats().map(str), st.sampled_from(list(CATALOG.values())))
def test_every_choice_is_taken_by_the_model_and_fits_into_discords_list(
    typed: str, spec: ModelSpec
):
    steps, guidances = step_choices(spec, typed), guidance_choices(spec, typed)
    assert all(spec.steps.min <= choice.value <= spec.steps.max for choice in steps)
    assert all(isinstance(choice.value, int) for choice in steps)
    assert all(spec.guidance.min <= choice.value <= spec.guidance.max for choice in guidances)
    for choices in (steps, guidances):
        assert 1 <= len(choices) <= 25
        assert all(1 <= len(choice.name) <= 100 for choice in choices)
        assert len(set(values(choices))) == len(choices)


def test_a_very_wide_range_still_fits():
    wide = {"min": 1, "max": 100_000, "default": 30}
    spec = DEMO.model_copy(update={"steps": DEMO.steps.model_copy(update=wide)})
    assert len(step_choices(Catalog({"demo": spec})["demo"], "")) <= 25
