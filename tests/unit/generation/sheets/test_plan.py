"""What a member compares, as one request with parts."""

import pytest

from generation.catalog import Catalog
from generation.errors import RequestRefused
from generation.sheets.plan import compare, label, sweep
from tests.support.jobs import CATALOG, DEMO


def test_models_are_compared_with_the_same_words_and_seed_and_their_own_defaults():
    request, _ = compare(CATALOG, DEMO, "a red circle", "demo, SDXL-Turbo")
    parts = [part.request for part in request.parts]
    assert request.varied == "model"
    assert [part.model for part in parts] == ["demo", "sdxl-turbo"]
    assert len({part.seed for part in parts}) == 1
    assert {part.prompt for part in parts} == {"a red circle"}
    assert [part.num_inference_steps for part in parts] == [
        DEMO.steps.default,
        CATALOG["sdxl-turbo"].steps.default,
    ]
    assert not any(part.seed_given for part in parts)


def test_a_seed_that_was_given_is_that_of_all():
    request, _ = compare(CATALOG, DEMO, "a red circle", "demo,sdxl-turbo", seed=7)
    assert {part.request.seed for part in request.parts} == {7}
    assert all(part.request.seed_given for part in request.parts)


def test_flags_in_the_prompt_hold_for_all():
    request, _ = compare(CATALOG, DEMO, "a fox --steps 2 --seed 5", "demo, sdxl-turbo")
    assert {part.request.num_inference_steps for part in request.parts} == {2}
    assert {part.request.seed for part in request.parts} == {5}


@pytest.mark.parametrize(
    ("models", "options", "field", "said"),
    [
        ("demo", {}, "models", "One alone"),
        ("demo, Demo", {}, "models", "One alone"),
        (" , ", {}, "models", "None is"),
        ("demo, nonsense", {}, "models", "no model “nonsense”"),
        (", ".join(list(CATALOG)[:5]), {}, "models", "5 are more than one sheet has room for"),
        ("demo, sdxl-turbo", {"steps": 20}, "steps", "SDXL-Turbo takes 1 to 4, not 20"),
        ("demo, sdxl-turbo", {"size": "256x256"}, "size", "SDXL-Turbo paints"),
        ("demo, sdxl-turbo", {"guidance": 5.0}, "guidance", "SDXL-Turbo takes exactly 0"),
    ],
)
def test_what_one_of_them_can_t_is_refused(models: str, options: dict, field: str, said: str):
    with pytest.raises(RequestRefused) as refused:
        compare(CATALOG, DEMO, "a red circle", models, **options)
    assert refused.value.field == field
    assert said in refused.value.limit


@pytest.mark.parametrize(
    ("over", "values", "name", "numbers"),
    [
        ("steps", "1, 2, 4", "num_inference_steps", [1, 2, 4]),
        ("guidance", "0-2 step 0.5", "guidance_scale", [0, 0.5, 1, 1.5, 2]),
        ("seed", "1-8", "seed", [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_one_option_differs_and_nothing_else(over, values: str, name: str, numbers: list[float]):
    request, _ = sweep(CATALOG, DEMO, "a red circle", over, values)
    parts = [part.request for part in request.parts]
    assert [getattr(part, name) for part in parts] == numbers
    same = [part.model_copy(update={name: numbers[0], "seed_given": False}) for part in parts]
    assert all(part == same[0] for part in same)
    assert request.varied == over


@pytest.mark.parametrize(
    ("over", "values", "options", "field", "said"),
    [
        ("steps", "1, 2.5", {}, "values", "2.5 is no whole number"),
        ("seed", "0.5, 1", {}, "values", "no whole number"),
        ("steps", "1, 500", {}, "steps", "Demo takes 1 to 30, not 500"),
        ("guidance", "1, 99", {}, "guidance", "not 99"),
        ("steps", "1, 2", {"steps": 4}, "steps", "what differs"),
        ("strength", "0.2, 0.5", {}, "strength", "picture"),
        ("steps", "2", {}, "values", "nothing to compare"),
    ],
)
def test_a_sweep_that_can_t_be_is_refused(over, values: str, options: dict, field: str, said: str):
    with pytest.raises(RequestRefused) as refused:
        sweep(CATALOG, DEMO, "a red circle", over, values, **options)
    assert refused.value.field == field
    assert said in refused.value.limit


def test_a_sweep_by_a_model_that_knows_one_value_is_refused():
    with pytest.raises(RequestRefused) as refused:
        sweep(CATALOG, DEMO, "a fox", "guidance", "0, 1", model="sdxl-turbo")
    assert "exactly 0" in refused.value.limit


@pytest.mark.parametrize(
    ("over", "values", "labels"),
    [
        ("steps", "1, 2", ["1 step", "2 steps"]),
        ("guidance", "1, 1.5", ["guidance 1", "guidance 1.5"]),
        ("seed", "7, 8", ["seed 7", "seed 8"]),
    ],
)
def test_each_part_says_what_is_its_own(over, values: str, labels: list[str]):
    request, _ = sweep(CATALOG, DEMO, "a fox", over, values)
    assert [label(CATALOG, request.varied, part.request) for part in request.parts] == labels


def test_a_model_is_called_by_its_title_or_by_its_name_where_it_is_gone():
    request, _ = compare(CATALOG, DEMO, "a fox", "demo, sdxl-turbo")
    assert [label(CATALOG, "model", part.request) for part in request.parts] == [
        "Demo",
        "SDXL-Turbo",
    ]
    assert label(Catalog({}), "model", request.parts[0].request) == "demo"
