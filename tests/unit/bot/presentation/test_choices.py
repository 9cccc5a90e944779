"""Models as autocomplete offers them."""

import pytest

from bot.presentation.choices import model_choices
from generation.catalog import Catalog
from tests.support.jobs import CATALOG, DEMO


def test_without_typing_all_models_are_offered_the_default_first():
    choices = model_choices(CATALOG, CATALOG["zb-tech"], "")
    others = [name for name in CATALOG if name != "zb-tech"]
    assert [choice.value for choice in choices] == ["zb-tech", *others]
    assert "(default)" in choices[0].name


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("turbo", ["sdxl-turbo", "z-image-turbo"]),
        ("SDXL-TURBO ", ["sdxl-turbo"]),
        ("hosted", ["zb-tech", "sdxl-hosted", "flux-1-schnell-hosted"]),
        ("x1x", []),
    ],
)
def test_models_are_found_by_name_title_and_description(typed: str, found: list[str]):
    assert [choice.value for choice in model_choices(CATALOG, DEMO, typed)] == found


def test_labels_keep_to_discords_limit():
    long = DEMO.model_copy(update={"title": "T" * 60, "description": "d" * 100})
    (choice,) = model_choices(Catalog({"demo": long}), long, "")
    assert len(choice.name) == 100


def test_at_most_25_are_offered():
    many = {f"m{n}": DEMO.model_copy(update={"name": f"m{n}"}) for n in range(40)}
    assert len(model_choices(Catalog(many), many["m0"], "")) == 25
