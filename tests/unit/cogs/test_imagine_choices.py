"""What autocomplete offers for /imagine."""

import pytest

from cogs.imagine._choices import model_choices, size_choices
from generation.catalog import Catalog

CATALOG = Catalog.load()


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
        ("hosted", ["zb-tech"]),
        ("x1x", []),
    ],
)
def test_models_are_found_by_name_title_and_description(typed: str, found: list[str]):
    assert [choice.value for choice in model_choices(CATALOG, CATALOG["demo"], typed)] == found


def test_labels_keep_to_discords_limit():
    long = CATALOG["demo"].model_copy(update={"title": "T" * 60, "description": "d" * 100})
    (choice,) = model_choices(Catalog({"demo": long}), long, "")
    assert len(choice.name) == 100


def test_at_most_25_are_offered():
    many = {f"m{n}": CATALOG["demo"].model_copy(update={"name": f"m{n}"}) for n in range(40)}
    assert len(model_choices(Catalog(many), many["m0"], "")) == 25


@pytest.mark.parametrize(
    ("typed", "found"), [("", 5), ("8", 2), ("1024×", 1), ("1024X", 1), ("7", 0)]
)
def test_sizes_are_found_by_their_beginning(typed: str, found: int):
    assert len(size_choices(CATALOG["zb-tech"], typed)) == found
