"""The tables of docs/models.md say what the catalog says."""

import re
import tomllib

import pytest

from generation.catalog import SHIPPED, Catalog, IntegerRange, Licence, NumberRange
from generation.catalog.page import PAGE, page

CATALOG = Catalog.load()
TEXT = PAGE.read_text(encoding="utf-8")


def rows(heading: str, catalog: Catalog = CATALOG) -> dict[str, list[str]]:
    """The cells of each entry in the table below a heading, as the maker writes them."""
    (section,) = (
        part
        for part in re.split(r"^## ", page(TEXT, catalog), flags=re.MULTILINE)
        if part.startswith(heading)
    )
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if "| `" in line]
    return {cells[0].strip("`"): cells[1:] for cells in lines}


def changed(name: str, **fields: object) -> Catalog:
    """A catalog of that entry alone, with other values."""
    return Catalog({name: CATALOG[name].model_copy(update=fields)})


def test_the_page_is_what_the_catalog_makes_of_it():
    assert page(TEXT, CATALOG) == TEXT, "docs/models.md is behind: run `make docs`"


def test_the_tables_have_every_entry_of_the_file():
    entries = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    assert set(rows("Tools\n")) == set(entries.pop("tools"))
    names = list(entries)
    assert list(rows("All of them")) == names
    assert list(rows("Under what terms")) == names


def test_what_is_written_by_hand_stays():
    kept = "by hand\n<!-- models: written by `make docs` -->\nold\n<!-- end of models -->\nas well"
    made = page(kept, CATALOG)
    assert made.startswith("by hand\n")
    assert made.endswith("\nas well")
    assert "\nold\n" not in made


def test_a_page_without_markers_is_left_alone():
    with pytest.raises(ValueError, match="needs a line"):
        page("no markers", CATALOG)


def test_fixed_values_and_ranges_are_told_apart():
    fixed = changed(
        "sdxl",
        steps=IntegerRange(min=3, max=3, default=3),
        guidance=NumberRange(min=1.5, max=1.5, default=1.5),
    )
    assert rows("All of them")["sdxl"][3:5] == ["20–40, default 30", "5–8, default 6.5"]
    assert rows("All of them", fixed)["sdxl"][3:5] == ["exactly 3", "always 1.5"]


@pytest.mark.parametrize(
    ("above", "least", "says"),
    [(None, 0.0, "no effect"), (1.0, 0.0, "acts above guidance 1"), (1.0, 5.0, "acts")],
)
def test_it_is_said_when_a_negative_prompt_acts(above: float | None, least: float, says: str):
    guidance = NumberRange(min=least, max=8.0, default=6.0)
    one = changed("sdxl", negative_prompt_above=above, guidance=guidance)
    assert rows("All of them", one)["sdxl"][5] == says


def test_the_work_is_the_default_steps_over_the_default_size():
    assert rows("All of them")["sdxl-lightning-4"][6] == "4.2"


def test_a_setting_that_an_entry_does_not_have_is_a_dash():
    one = changed("sdxl", memory_gib={"whole": 10.0, "by_layer": 2.5})
    assert rows("What they take", one)["sdxl"] == ["float16", "10", "–", "–", "–", "2.5"]


def test_terms_to_be_accepted_are_told_with_what_accepts_them():
    licence = Licence(
        name="strict", link="https://example.org", commercial=False, must_be_acknowledged=True
    )
    assert rows("Under what terms", changed("sdxl", licence=licence))["sdxl"] == [
        "[strict](https://example.org)",
        "not freely: read the terms",
        "to be accepted: `EASEL_ACCEPT_LICENSES=strict`",
    ]
