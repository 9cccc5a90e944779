"""LoRAs in a prompt: those that the model's host offers, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.catalog import Catalog, ModelSpec
from generation.errors import RequestRefused
from generation.loras import AskedLora
from generation.recipe import recipe
from generation.request import GenerationRequest, remarks
from generation.revisions import Revisions
from tests.support.jobs import DEMO, HOSTED, LORAS, WITH_LORAS

COMMIT = "c" * 40
TURBO = Catalog.load()["sdxl-turbo"]


def asked(prompt: str) -> dict[str, float]:
    return {lora.name: lora.weight for lora in GenerationRequest.build(WITH_LORAS, prompt).loras}


def refusal_of(
    prompt: str, spec: ModelSpec = WITH_LORAS, negative_prompt: str | None = None
) -> RequestRefused:
    with pytest.raises(RequestRefused) as refusal:
        GenerationRequest.build(spec, prompt, negative_prompt=negative_prompt)
    return refusal.value


@pytest.mark.parametrize(
    ("prompt", "loras"),
    [
        ("a fox", {}),
        ("a fox <lora:pixel-art:0.7>", {"pixel-art": 0.7}),
        ("a fox <lora:Pixel-Art:.7>", {"pixel-art": 0.7}),
        ("a fox <lora:pixel art:0.7>", {"pixel-art": 0.7}),
        ("a fox lora:pixel-art:0.7", {"pixel-art": 0.7}),
        ("a fox lora:pixel-art", {"pixel-art": 0.8}),
        ("a fox <lora:grain:-0.5>", {"grain": -0.5}),
        ("a fox <lora:grain> <lora:pixel-art:0>", {"grain": 1.0, "pixel-art": 0.0}),
        ("a fox <lora:pixel-art:0.7> <lora:Pixel Art:0.3>", {"pixel-art": 0.3}),
    ],
)
def test_a_prompt_names_loras_by_name_or_title_and_how_strong_they_are(
    prompt: str, loras: dict[str, float]
):
    assert asked(prompt) == loras


def test_a_request_has_all_that_its_loras_are_loaded_from():
    (lora,) = GenerationRequest.build(WITH_LORAS, "a fox <lora:grain:0.5>").loras
    assert lora == AskedLora(
        name="grain",
        repo="someone/grain",
        file="grain.safetensors",
        weight=0.5,
        licence="Apache-2.0",
        commercial=True,
    )


def test_a_request_from_before_the_terms_of_loras_were_kept_can_still_be_read():
    stored = GenerationRequest.build(WITH_LORAS, "a fox <lora:grain>").model_dump(mode="json")
    for lora in stored["loras"]:
        del lora["licence_link"], lora["commercial"]
    (lora,) = GenerationRequest.model_validate(stored).loras
    assert (lora.licence, lora.licence_link, lora.commercial) == ("Apache-2.0", "", None)


def test_a_name_that_nobody_offers_is_refused_with_those_that_are():
    refusal = refusal_of("a fox <lora:nobody:0.7>")
    assert refusal.field == "prompt"
    assert refusal.limit == "There is no LoRA “nobody” for Demo. There are: pixel-art, grain."
    assert refusal.remedy == "Choose one of those, or leave it out."


def test_a_lora_of_another_base_is_refused():
    refusal = refusal_of("a fox <lora:pixel-art:0.7>", TURBO)
    assert refusal.limit == "SDXL-Turbo has no LoRAs to choose from here."
    assert refusal.remedy == "Leave it out, or choose another model."


def test_a_hosted_model_takes_none():
    assert "painted by a hosted API, which takes no LoRAs" in str(
        refusal_of("a fox <lora:grain:1>", HOSTED)
    )


@pytest.mark.parametrize("weight", ["1.6", "-0.1", "999999999"])
def test_a_weight_beyond_the_loras_own_range_is_refused(weight: str):
    refusal = refusal_of(f"a fox <lora:pixel-art:{weight}>")
    assert f"The LoRA pixel-art takes 0 to 1.5, not {float(weight):g}." in refusal.limit
    assert "<lora:pixel-art:0.8>" in refusal.remedy


def test_a_negative_prompt_names_none():
    refusal = refusal_of("a fox", negative_prompt="blur <lora:grain:1>")
    assert refusal.field == "negative_prompt"
    assert "none can be named here" in refusal.limit


@pytest.mark.parametrize(
    ("name", "told"), [("grain", True), ("Film Grain", True), ("pixel-art", False), ("x", False)]
)
def test_that_it_can_do_the_opposite_is_told_of_a_lora_that_can(name: str, told: bool):
    refusal = refusal_of("a fox", negative_prompt=f"blur <lora:{name}:1>")
    assert ("with a weight below 0 it does the opposite" in refusal.remedy) is told


def test_a_lora_alone_is_no_prompt():
    assert "It is empty" in refusal_of("<lora:pixel-art:1>").limit


def test_the_words_that_stand_for_a_lora_are_told_where_they_are_missing():
    request = GenerationRequest.build(WITH_LORAS, "a fox <lora:pixel-art:1>")
    (note,) = remarks(WITH_LORAS, request)
    assert note.startswith("The LoRA pixel-art knows these words: pixel art, 8 bit.")


@pytest.mark.parametrize(
    "prompt", ["a fox, Pixel Art <lora:pixel-art:1>", "a fox <lora:grain:1>", "a fox"]
)
def test_nothing_is_told_of_words_that_are_there_or_that_a_lora_has_not(prompt: str):
    assert not remarks(WITH_LORAS, GenerationRequest.build(WITH_LORAS, prompt))


def test_the_recipe_has_the_loras_but_no_folder_of_the_host():
    request = GenerationRequest.build(WITH_LORAS, "a fox <lora:pixel-art> <lora:grain:0.5>")
    told = recipe(WITH_LORAS, request.pinned({"someone/grain": COMMIT}))
    assert told["prompt_loras"] == [
        {
            "name": "pixel-art",
            "repo": None,
            "file": "pixel.safetensors",
            "weight": 0.8,
            "licence": "MIT",
        },
        {
            "name": "grain",
            "repo": "someone/grain",
            "revision": COMMIT,
            "file": "grain.safetensors",
            "weight": 0.5,
            "licence": "Apache-2.0",
        },
    ]


def test_the_recipe_of_a_picture_without_any_says_nothing_of_them():
    assert "prompt_loras" not in recipe(DEMO, GenerationRequest.build(DEMO, "a fox"))


def test_a_commit_of_the_first_download_is_kept_for_a_lora_as_well(tmp_path: Path):
    revisions = Revisions(tmp_path / "models.lock")
    revisions.record({"someone/grain": COMMIT})
    request = GenerationRequest.build(WITH_LORAS, "a fox <lora:pixel-art> <lora:grain>")
    pinned = Revisions(tmp_path / "models.lock").pin(request)
    assert [lora.revision for lora in pinned.loras] == [None, COMMIT]


@given(
    st.lists(
        st.sampled_from(
            [
                *("<lora:", "lora:", "withLora(", "pixel-art", "Grain", "nobody", ":", "0.5", "9"),
                *(">", ")", "(", " ", ",", "a fox", "[", "]", "\\", "<", "-", "++", '"', "--no "),
            ]
        ),
        max_size=30,
    ).map("".join)
    | st.text(max_size=60).map(lambda text: f"a <lora:{text}>")
)
def test_no_text_crashes_the_choice(text: str):
    try:
        request = GenerationRequest.build(WITH_LORAS, text)
    except RequestRefused:
        return
    ranges = {lora.name: lora.weight for lora in LORAS}
    assert all(
        ranges[lora.name].min <= lora.weight <= ranges[lora.name].max for lora in request.loras
    )
    remarks(WITH_LORAS, request)
