"""A request is complete and valid for its model, or refused with field, limit and remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.catalog import Catalog, ModelSpec
from generation.errors import RequestRefused
from generation.request import SEED_LIMIT, GenerationRequest, remarks

CATALOG = Catalog.load()
DEMO = CATALOG["demo"]
TURBO = CATALOG["sdxl-turbo"]
HOSTED = CATALOG["zb-tech"]
NO_LORA_HERE = "A LoRA changes the whole picture: none can be named here."


def test_defaults_come_from_the_model():
    request = GenerationRequest.build(DEMO, "a red circle")
    assert request.num_inference_steps == DEMO.steps.default
    assert request.guidance_scale == DEMO.guidance.default
    assert (request.width, request.height) == (256, 256)
    assert request.negative_prompt is None
    assert not request.seed_given


def test_a_seed_is_drawn_anew_each_time():
    seeds = {GenerationRequest.build(DEMO, "a red circle").seed for _ in range(20)}
    assert len(seeds) == 20
    assert all(0 <= seed <= SEED_LIMIT for seed in seeds)


def test_a_seed_of_minus_1_is_drawn_as_in_other_tools():
    requests = [GenerationRequest.build(DEMO, "a red circle", seed=-1) for _ in range(20)]
    assert len({request.seed for request in requests}) == 20
    assert all(0 <= request.seed <= SEED_LIMIT for request in requests)
    assert not any(request.seed_given for request in requests)


def test_the_same_request_is_equal():
    one, other = (GenerationRequest.build(DEMO, " a  red\ncircle ", seed=7) for _ in range(2))
    assert one == other
    assert one.prompt == "a red circle"


@pytest.mark.parametrize(
    ("spec", "options", "field", "says"),
    [
        (DEMO, {"prompt": ""}, "prompt", "empty"),
        (DEMO, {"prompt": " \n\t "}, "prompt", "empty"),
        (DEMO, {"prompt": "\u200b\u2800\u00ad\0"}, "prompt", "empty"),
        (DEMO, {"prompt": "\ud800"}, "prompt", "empty"),
        (DEMO, {"prompt": "x" * 1501}, "prompt", "1,501 characters; 1,500 are allowed"),
        (DEMO, {"negative_prompt": "x" * 1600}, "negative_prompt", "Shorten it by 100"),
        (DEMO, {"steps": 0}, "steps", "1 to 30, not 0"),
        (DEMO, {"steps": 31}, "steps", "1 to 30, not 31"),
        (DEMO, {"steps": -4}, "steps", "not -4"),
        (TURBO, {"steps": 5}, "steps", "1 to 4, not 5"),
        (TURBO, {"guidance": 7.5}, "guidance", "exactly 0, not 7.5"),
        (DEMO, {"guidance": -0.1}, "guidance", "not -0.1"),
        (DEMO, {"guidance": float("nan")}, "guidance", "not nan"),
        (DEMO, {"guidance": float("inf")}, "guidance", "not inf"),
        (DEMO, {"seed": -2}, "seed", "0 to 9007199254740991"),
        (DEMO, {"seed": SEED_LIMIT + 1}, "seed", "whole number"),
        (DEMO, {"size": "512x512"}, "size", "256x256, not 512x512"),
        (DEMO, {"size": "big"}, "size", "not big"),
        (DEMO, {"size": "256"}, "size", "not 256"),
        (DEMO, {"size": "-256x256"}, "size", "256x256"),
    ],
)
def test_what_the_model_does_not_take_is_refused(
    spec: ModelSpec, options: dict, field: str, says: str
):
    with pytest.raises(RequestRefused) as refusal:
        GenerationRequest.build(spec, **{"prompt": "a red circle", **options})
    assert refusal.value.field == field
    assert says in str(refusal.value)
    assert refusal.value.remedy


def test_what_no_file_can_hold_is_taken_out_of_a_prompt():
    request = GenerationRequest.build(DEMO, "a\0red\x1bcircle \ud800", negative_prompt="\udfff")
    assert request.prompt == "a red circle"
    assert request.negative_prompt is None


@pytest.mark.parametrize("size", ["832x1216", " 832 X 1216 ", "832×1216", "832*1216"])
def test_a_size_may_be_written_as_people_write_it(size: str):
    request = GenerationRequest.build(HOSTED, "a fox", size=size)
    assert (request.width, request.height) == (832, 1216)


@given(
    prompt=st.text(max_size=1600),
    steps=st.integers() | st.none(),
    guidance=st.floats() | st.none(),
    seed=st.integers() | st.none(),
    size=st.text(max_size=30) | st.none(),
    spec=st.sampled_from([DEMO, TURBO, HOSTED]),
)
def test_every_request_is_valid_or_refused(prompt, steps, guidance, seed, size, spec):
    try:
        request = GenerationRequest.build(
            spec, prompt, steps=steps, guidance=guidance, seed=seed, size=size
        )
    except RequestRefused:
        return
    assert request.prompt.strip()
    assert len(request.prompt) <= spec.prompt_limit
    assert spec.steps.min <= request.num_inference_steps <= spec.steps.max
    assert spec.guidance.min <= request.guidance_scale <= spec.guidance.max
    assert 0 <= request.seed <= SEED_LIMIT
    assert (request.width, request.height) in [(s.width, s.height) for s in spec.sizes]


@pytest.mark.parametrize(
    ("spec", "guidance", "acts"),
    [(DEMO, 2.0, True), (DEMO, 1.0, False), (DEMO, 0.0, False), (TURBO, 0.0, False)],
)
def test_a_negative_prompt_remarks_is_said(spec: ModelSpec, guidance: float, acts: bool):
    request = GenerationRequest.build(spec, "a fox", negative_prompt="blue", guidance=guidance)
    assert bool(remarks(spec, request)) is not acts


def test_no_negative_prompt_needs_no_note():
    assert not remarks(TURBO, GenerationRequest.build(TURBO, "a fox"))


def test_weights_without_effect_are_said():
    zb_tech = CATALOG["zb-tech"]
    request = GenerationRequest.build(zb_tech, "a (red:1.3) fox", negative_prompt="blur++")
    assert remarks(zb_tech, request) == (
        "ZB-Tech Text-to-Image knows no weighting: the marks were taken out of the prompt.",
    )
    assert not remarks(DEMO, GenerationRequest.build(DEMO, "a (red:1.3) fox"))


def test_the_prompt_is_kept_as_it_was_typed():
    assert GenerationRequest.build(DEMO, " a (red:1.3)  fox++ ").prompt == "a (red:1.3) fox++"


@pytest.mark.parametrize(
    ("prompt", "negative_prompt", "field", "limit"),
    [
        ("<lora:pixel:0.7>", None, "prompt", "Demo has no LoRAs to choose from here."),
        ("a fox <lora:pi:0.7>", None, "prompt", "Demo has no LoRAs to choose from here."),
        ("a fox", "<lora:pixel:0.7>", "negative_prompt", NO_LORA_HERE),
        (
            "a fox",
            '("a", "b").blend(1)',
            "negative_prompt",
            ".blend() has 2 prompts and 1 weights.",
        ),
    ],
)
def test_what_is_meant_but_wrong_is_refused_by_its_field(
    prompt: str, negative_prompt: str | None, field: str, limit: str
):
    with pytest.raises(RequestRefused) as refused:
        GenerationRequest.build(DEMO, prompt, negative_prompt=negative_prompt)
    assert (refused.value.field, refused.value.limit) == (field, limit)


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"steps": 6}, "Leave steps out: SDXL-Lightning 4 knows no other value."),
        ({"guidance": 5.0}, "Leave guidance out: SDXL-Lightning 4 knows no other value."),
        ({"size": "1x1"}, "Choose one of those, or leave size out for the default."),
    ],
)
def test_the_remedy_offers_a_choice_only_where_there_is_one(options: dict, remedy: str):
    with pytest.raises(RequestRefused) as refused:
        GenerationRequest.build(CATALOG["sdxl-lightning-4"], "a fox", **options)
    assert refused.value.remedy == remedy


def test_of_many_sizes_only_some_are_named():
    many = DEMO.model_copy(update={"sizes": CATALOG["sdxl"].sizes * 9})
    with pytest.raises(RequestRefused, match="and 51 more, not big"):
        GenerationRequest.build(many, "a fox", size="big")
