"""What can't be mixed is said without a look at weights, and a mix's entry says what it is."""

from typing import Any

import pytest

from generation.catalog import Catalog, Licence, LoraSpec, ModelSpec
from generation.mixing import Made, MixOrder, MixRefused, check, entry_of, licence_of, remarks

CATALOG = Catalog.load()
STRICT = Licence(
    name="strict", link="https://strict.example", commercial=False, must_be_acknowledged=True
)
OPEN = Licence(name="open", link="https://open.example", commercial=True)


def order(a: str, b: str, c: str | None = None, weight: float = 0.4) -> MixOrder:
    return MixOrder(a=CATALOG[a], b=CATALOG[b], c=CATALOG[c] if c else None, weight=weight)


def made(**changes: Any) -> Made:
    return Made(**{"weights": {"unet": 0.4}, "loras": (), "commits": {}, "resolved": {}, **changes})


def under(licence: Licence, name: str = "sdxl") -> ModelSpec:
    return CATALOG[name].model_copy(update={"licence": licence})


@pytest.mark.parametrize(
    ("a", "b", "c", "says"),
    [
        ("sdxl", "sd-2-1", None, "StableDiffusionXLPipeline and StableDiffusionPipeline"),
        ("sdxl", "realvisxl", "sd-2-1", "sdxl and sd-2-1 can't be mixed"),
        ("sdxl", "zb-tech", None, "zb-tech is painted by a hosted API"),
        ("sdxl-lightning-2", "sdxl-lightning-8", None, "exactly 2 steps, the other for 8"),
    ],
)
def test_what_does_not_fit_is_said_with_its_names(a: str, b: str, c: str | None, says: str) -> None:
    with pytest.raises(MixRefused, match=says):
        check(order(a, b, c))


@pytest.mark.parametrize(
    ("a", "b"), [("sdxl", "realvisxl"), ("sdxl", "sdxl-turbo"), ("sdxl-lightning-4", "sdxl")]
)
def test_relatives_may_be_mixed(a: str, b: str) -> None:
    check(order(a, b))


def test_the_terms_of_all_parents_hold() -> None:
    licence = licence_of((under(OPEN), under(STRICT)), "mine")
    assert licence == Licence(
        name="open and strict",
        link="https://strict.example",
        commercial=False,
        must_be_acknowledged=True,
    )


def test_the_same_terms_stay_what_they_are() -> None:
    assert licence_of((under(OPEN), under(OPEN)), "mine") == OPEN


def test_commercial_use_is_lost_without_an_acknowledgement_too() -> None:
    private = Licence(name="private", commercial=False)
    licence = licence_of((under(OPEN), under(private)), "mine")
    assert (licence.commercial, licence.must_be_acknowledged) == (False, False)


def test_names_of_licences_that_are_too_long_together_become_the_mixs() -> None:
    long = Licence(name="x" * 60, commercial=True)
    assert licence_of((under(OPEN), under(long)), "mine").name == "licences of mine"


def test_names_and_links_of_all_licences_are_in_the_remarks() -> None:
    mixed = MixOrder(a=under(OPEN), b=under(STRICT, "realvisxl"), weight=0.4)
    text = "\n".join(remarks(mixed, made()))
    for part in ("sdxl: open, https://open.example (commercial use allowed)", "unet 0.4"):
        assert part in text
    assert "realvisxl: strict, https://strict.example (no commercial use)" in text


def test_an_entry_says_what_is_different_from_what_it_is_based_on() -> None:
    fields = entry_of(order("realvisxl", "sdxl"), made(), "mine", CATALOG["sdxl"])
    assert fields["base"] == "sdxl"
    assert fields["steps"] == {"min": 30, "max": 50, "default": 30}
    assert fields["repo"] == "./models/mine"
    # The base has its VAE from elsewhere: the mix has its own.
    assert fields["vae"] == {"repo": "./models/mine", "subfolder": "vae"}
    assert "sizes" not in fields
    assert fields["description"] == "A mix: 60% RealVisXL V5.0, 40% SDXL."


def test_an_entry_without_a_base_says_all() -> None:
    fields = entry_of(order("sdxl", "realvisxl"), made(), "mine", None, "My own")
    own = {"name": "mine", "repo": "/models/mine"}
    spec = ModelSpec.model_validate({**fields, **own})
    changed = {"title": "My own", "description": spec.description, "variant": None}
    changed |= {"vae": None, "revision": None, **own}
    assert spec == CATALOG["sdxl"].model_copy(
        update={**changed, "licence": licence_of((CATALOG["sdxl"], CATALOG["realvisxl"]), "mine")}
    )


def test_loras_of_the_base_are_not_the_mixs() -> None:
    fields = entry_of(order("zb-tech-local", "sdxl"), made(), "mine", CATALOG["zb-tech-local"])
    assert fields["loras"] == []


def test_what_the_parents_loras_weigh_is_in_the_entry() -> None:
    lora = LoraSpec(repo="owner/name", file="a.safetensors", weight=0.6)
    fields = entry_of(order("sdxl", "realvisxl"), made(loras=(lora,)), "mine", CATALOG["sdxl"])
    assert fields["loras"] == [{"repo": "owner/name", "file": "a.safetensors", "weight": 0.6}]


def test_a_long_description_is_cut_to_what_the_catalog_takes() -> None:
    long = CATALOG["sdxl"].model_copy(update={"title": "word " * 12})
    fields = entry_of(MixOrder(a=long, b=long, weight=0.4), made(), "mine", None)
    assert len(fields["description"]) <= 100
    assert fields["description"].endswith("…")


def test_a_mix_is_looked_at_where_any_of_its_parents_is() -> None:
    free = CATALOG["sdxl"].model_copy(update={"name": "free", "screening": "none"})
    seen = CATALOG["sdxl"]
    mixes = ((free, free), (free, seen), (seen, free))
    looked_at = [
        entry_of(MixOrder(a=a, b=b, weight=0.5), made(), "mine", root).get("screening")
        for a, b in mixes
        for root in (free, seen, None)
    ]
    none, required, inherited = "none", "required", None
    assert looked_at == [
        *(inherited, none, none),
        *(required, required, required),
        *(required, inherited, inherited),
    ]
