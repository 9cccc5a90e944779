"""What an entry says of diffusers' classes is refused where it can't be so, and nothing else is."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import diffusers
import pytest
from diffusers.pipelines.auto_pipeline import AUTO_TEXT2IMAGE_PIPELINES_MAPPING
from diffusers.pipelines.pipeline_utils import DiffusionPipeline

from generation.catalog import (
    ExtraArguments,
    FileSource,
    LoraSpec,
    ModelSpec,
    Quantization,
    SchedulerSpec,
    VaeSpec,
)
from generation.worker import claims, signatures
from generation.worker.load_errors import LoadError
from generation.worker.loader import Loader
from tests.unit.generation.worker.entries import CATALOG, CPU, entry, load

LOCAL = [name for name, spec in CATALOG.items() if spec.executor == "local" and name != "demo"]
PLAIN = {"weighting": False, "negative_prompt_above": None, "vae": None}


def changed(name: str = "sdxl", **changes: Any) -> ModelSpec:
    return CATALOG[name].model_copy(update=changes)


def index_of(spec: ModelSpec) -> dict[str, Any]:
    return json.loads(Path(spec.repo, "model_index.json").read_text())


@pytest.mark.parametrize("name", CATALOG)
def test_no_entry_of_the_catalog_is_mistaken(name: str) -> None:
    if CATALOG[name].executor == "local":
        assert claims.mistakes(CATALOG[name]) == []


@pytest.mark.parametrize("name", LOCAL)
def test_no_entry_of_the_catalog_is_mistaken_about_its_repo(name: str) -> None:
    spec = entry(name)
    assert claims.mistakes(spec, index_of(spec)) == []


@pytest.mark.parametrize(
    ("changes", "field", "says", "instead"),
    [
        (
            {"pipeline": "StableDifusionXLPipeline"},
            "pipeline",
            "is StableDifusionXLPipeline, which diffusers",
            "the nearest is StableDiffusionXLPipeline",
        ),
        (
            {"pipeline": "StablediffusionXlPipeline"},
            "pipeline",
            "does not have",
            "the nearest is StableDiffusionXLPipeline",
        ),
        (
            {"pipeline": "StableDiffusionXLImg2ImgPipeline"},
            "pipeline",
            "begins with a picture",
            "the nearest is StableDiffusionXLPipeline",
        ),
        (
            {"pipeline": "StableDiffusion3InpaintPipeline"},
            "pipeline",
            "begins with a picture",
            "the nearest is StableDiffusion3Pipeline",
        ),
        ({"pipeline": "WanPipeline"}, "pipeline", "makes films", ""),
        ({"pipeline": "DiffusionPipeline"}, "pipeline", "no pipeline that Easel can use", ""),
        ({"pipeline": "PixArtSigmaPipeline"}, "pipeline", "takes no `callback_on_step_end`", ""),
        ({"pipeline": "SanaImageToVideoPipeline"}, "pipeline", "is SanaImageToVideoPipeline", ""),
        (
            {"scheduler": SchedulerSpec(name="EulerDiscretScheduler")},
            "scheduler.name",
            "which diffusers",
            "the nearest is EulerDiscreteScheduler",
        ),
        (
            {
                "scheduler": SchedulerSpec(
                    name="EulerDiscreteScheduler", options={"timestep_spacin": "trailing"}
                )
            },
            "scheduler.options",
            "has timestep_spacin, which EulerDiscreteScheduler does not take",
            "the nearest is timestep_spacing",
        ),
        (
            # A member of another class.
            {
                "scheduler": SchedulerSpec(
                    name="EulerDiscreteScheduler", options={"algorithm_type": "sde-dpmsolver++"}
                )
            },
            "scheduler.options",
            "has algorithm_type",
            "",
        ),
        (
            {"quantization": Quantization(components=("unt",))},
            "quantization.components",
            "has unt, which is no network of StableDiffusionXLPipeline",
            "the nearest is unet",
        ),
        (
            {"quantization": Quantization(components=("tokenizer",))},
            "quantization.components",
            "has tokenizer, which is no network",
            "there are image_encoder, text_encoder, text_encoder_2, unet, vae",
        ),
        (
            {"left_out": ("text_encoder_3",)},
            "left_out",
            "has text_encoder_3, which is no component",
            "the nearest is text_encoder_2",
        ),
        (
            {"extra_arguments": ExtraArguments(values={"clip_skp": 2})},
            "extra_arguments.values",
            "has clip_skp, which StableDiffusionXLPipeline does not take",
            "the nearest is clip_skip",
        ),
        (
            # What it would swallow and not act on.
            {"extra_arguments": ExtraArguments(values={"kwargs": 1})},
            "extra_arguments.values",
            "has kwargs",
            "",
        ),
        (
            {"pipeline": "Flux2KleinPipeline", "weighting": False},
            "negative_prompt_above",
            "Flux2KleinPipeline takes no negative prompts",
            "leave it out",
        ),
        (
            {
                "pipeline": "LuminaPipeline",
                **PLAIN,
                "loras": (LoraSpec(repo="a/b", file="c.safetensors"),),
            },
            "loras",
            "LuminaPipeline takes no LoRAs",
            "leave it out",
        ),
        (
            {
                "pipeline": "Flux2KleinPipeline",
                **PLAIN,
                "checkpoint": FileSource(repo="a/b", file="c.safetensors"),
            },
            "checkpoint",
            "can't be loaded from a single file",
            "",
        ),
        (
            {"pipeline": "Kandinsky3Pipeline", **PLAIN, "vae": VaeSpec(repo="a/b")},
            "vae",
            "is given, but Kandinsky3Pipeline has none",
            "",
        ),
    ],
)
def test_what_can_not_be_is_told_with_the_nearest_that_can(
    changes: Mapping[str, Any], field: str, says: str, instead: str
) -> None:
    (mistake,) = claims.mistakes(changed(**changes))
    assert mistake.field == field
    assert says in mistake.what
    assert mistake.instead == instead


@pytest.mark.parametrize(
    "pipeline", ["FluxPipeline", "StableDiffusion3Pipeline", "ZImagePipeline", "SanaPipeline"]
)
def test_words_are_weighed_only_where_clip_alone_reads_them(pipeline: str) -> None:
    (mistake,) = claims.mistakes(changed(**{**PLAIN, "pipeline": pipeline, "weighting": True}))
    assert mistake.field == "weighting"
    assert f"{pipeline} can't weigh words" in mistake.what


@pytest.mark.parametrize("pipeline", ["StableDiffusionPAGPipeline", "StableDiffusionXLPAGPipeline"])
def test_pipelines_that_no_entry_has_weigh_words_as_well(pipeline: str) -> None:
    assert claims.mistakes(changed(pipeline=pipeline)) == []


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("EulerDiscreteScheduler", {"timestep_spacing": "trailling"}, "trailling"),
        ("EulerDiscreteScheduler", {"beta_schedule": "lineal"}, "lineal"),
        ("DPMSolverMultistepScheduler", {"algorithm_type": "dpm++"}, "dpm++"),
        ("EulerDiscreteScheduler", {"beta_start": "little"}, "can't do"),
        ("FlowMatchEulerDiscreteScheduler", {"time_shift_type": "cubic"}, "time_shift_type"),
        # These say it only when a step is taken.
        ("EulerDiscreteScheduler", {"prediction_type": "vprediction"}, "vprediction"),
        ("DPMSolverMultistepScheduler", {"prediction_type": "vprediction"}, "vprediction"),
        ("UniPCMultistepScheduler", {"prediction_type": "velocity"}, "velocity"),
    ],
)
def test_a_value_that_the_scheduler_can_not_do_is_told_with_its_own_words(
    name: str, options: dict[str, Any], says: str
) -> None:
    (mistake,) = claims.mistakes(changed(scheduler=SchedulerSpec(name=name, options=options)))
    assert mistake.field == "scheduler.options"
    assert says in mistake.what


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("FlowMatchEulerDiscreteScheduler", {"use_dynamic_shifting": True, "shift": 3.0}),
        ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True, "solver_order": 3}),
        ("LCMScheduler", {"timestep_spacing": "trailing"}),
        ("UniPCMultistepScheduler", {"use_flow_sigmas": True, "flow_shift": 3.0}),
        ("DDIMScheduler", {"rescale_betas_zero_snr": True, "set_alpha_to_one": False}),
        ("EulerDiscreteScheduler", {"prediction_type": "v_prediction"}),
        ("DDPMScheduler", {"variance_type": "learned_range"}),
        ("SCMScheduler", {"prediction_type": "trigflow"}),
    ],
)
def test_values_that_the_scheduler_can_do_are_none_of_its_mistakes(
    name: str, options: dict[str, Any]
) -> None:
    assert claims.mistakes(changed(scheduler=SchedulerSpec(name=name, options=options))) == []


def test_a_scheduler_whose_library_lacks_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dummy:
        _backends = ("torch", "not_there")

    monkeypatch.setattr(diffusers, "LMSDiscreteScheduler", Dummy)
    (mistake,) = claims.mistakes(changed(scheduler=SchedulerSpec(name="LMSDiscreteScheduler")))
    assert mistake.what == "is LMSDiscreteScheduler, which needs not_there installed"


def test_all_mistakes_of_an_entry_are_told_at_once_with_model_and_table() -> None:
    scheduler = SchedulerSpec(name="EulerDiscreteScheduler", options={"spacing": "trailing"})
    with pytest.raises(LoadError) as refused:
        claims.refuse(changed(scheduler=scheduler, left_out=("unett",)))
    said = str(refused.value)
    assert said.startswith("SDXL can't be loaded: its entry's `scheduler.options` has spacing")
    assert "`left_out` has unett" in said
    assert said.endswith("Whoever runs Easel has to correct [sdxl] in models.toml.")


def test_what_diffusers_calls_text_to_image_is_refused_only_for_what_it_can_not_take() -> None:
    """Of those that begin with words, and paint."""
    for pipeline in AUTO_TEXT2IMAGE_PIPELINES_MAPPING.values():
        why = signatures.why_not_painting(pipeline)
        with_picture = "Control" in pipeline.__name__
        assert why is None or "takes no" in why or with_picture or "Helios" in pipeline.__name__


def test_no_pipeline_that_starts_from_a_picture_paints() -> None:
    names = [
        name for name in dir(diffusers) if name.endswith(("Img2ImgPipeline", "InpaintPipeline"))
    ]
    classes = [getattr(diffusers, name) for name in names]
    real = [each for each in classes if issubclass(each, DiffusionPipeline)]
    assert len(real) > 20
    assert all(signatures.why_not_painting(each) for each in real)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        # Its repo holds more than the pipeline has a place for.
        (
            {"pipeline": "StableDiffusionPipeline"},
            "pipeline",
            "has no place for the text_encoder_2 of",
        ),
        (
            {"quantization": Quantization(components=("image_encoder",))},
            "quantization.components",
            "has image_encoder, which",
        ),
    ],
)
def test_what_does_not_go_with_the_repo_is_told(
    changes: Mapping[str, Any], field: str, says: str
) -> None:
    spec = entry("sdxl", **changes)
    assert claims.mistakes(spec) == []
    (mistake,) = claims.mistakes(spec, index_of(entry("sdxl")))
    assert mistake.field == field
    assert says in mistake.what


def test_a_pipeline_whose_components_the_repo_lacks_is_told_with_the_repos_own() -> None:
    spec = entry("sd-2-1", pipeline="StableDiffusion3Pipeline", weighting=False, scheduler=None)
    lacking = [each for each in claims.mistakes(spec, index_of(spec)) if "not hold" in each.what]
    assert any("whose transformer" in each.what for each in lacking)
    assert {each.instead for each in lacking} == {"its own is StableDiffusionPipeline"}


def test_a_component_that_is_left_out_or_comes_from_elsewhere_is_not_lacking() -> None:
    index = {**index_of(entry("sd-3-5-medium")), "text_encoder_3": [None, None]}
    index["tokenizer_3"] = [None, None]
    spec = entry("sd-3-5-medium", quantization=None)
    assert len(claims.mistakes(spec, index)) == 2
    without = entry("sd-3-5-medium", quantization=None, left_out=("text_encoder_3", "tokenizer_3"))
    assert claims.mistakes(without, index) == []
    index = {**index_of(entry("sdxl")), "vae": [None, None]}
    assert claims.mistakes(entry("sdxl"), index) == []
    assert len(claims.mistakes(entry("sdxl", vae=None), index)) == 1


@pytest.mark.parametrize(
    ("name", "pipeline", "component"),
    [
        ("sdxl", "StableDiffusionXLPipeline", "text_encoder"),
        ("sdxl", "StableDiffusionXLPipeline", "text_encoder_2"),
        ("sdxl", "StableDiffusionXLPipeline", "tokenizer"),
        ("sdxl", "StableDiffusionXLPipeline", "unet"),
        ("sdxl", "StableDiffusionXLPipeline", "vae"),
        ("sd-2-1", "StableDiffusionPipeline", "text_encoder"),
        ("sd-3-5-medium", "StableDiffusion3Pipeline", "text_encoder"),
        ("sd-3-5-medium", "StableDiffusion3Pipeline", "transformer"),
    ],
)
def test_what_no_picture_can_do_without_can_not_be_left_out(
    name: str, pipeline: str, component: str
) -> None:
    (mistake,) = claims.mistakes(changed(name, left_out=(component,), quantization=None))
    assert mistake.field == "left_out"
    assert mistake.what == f"has {component}, which {pipeline} can't paint without"


def test_what_a_picture_can_do_without_can_be_left_out() -> None:
    assert claims.mistakes(changed("sd-2-1", left_out=("safety_checker", "image_encoder"))) == []
    t5 = ("text_encoder_3", "tokenizer_3")
    assert claims.mistakes(changed("sd-3-5-medium", left_out=t5, quantization=None)) == []


@pytest.mark.parametrize("name", ["AutoencoderKL", "AutoencoderTiny", "AsymmetricAutoencoderKL"])
def test_vaes_of_several_kinds_are_taken_from_elsewhere(name: str) -> None:
    spec = changed(vae=VaeSpec(repo="a/b"))
    assert claims.mistakes(spec, vae={"_class_name": name}) == []


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"_class_name": "UNet2DConditionModel"}, "which holds UNet2DConditionModel, and no VAE"),
        ({"_class_name": "AutoencoderOfTomorrow"}, "which holds AutoencoderOfTomorrow"),
        ({"architectures": ["CLIPModel"]}, "which holds a network of no known kind"),
    ],
)
def test_what_is_no_vae_is_none_from_elsewhere(config: Mapping[str, Any], says: str) -> None:
    spec = changed(vae=VaeSpec(repo="a/b", subfolder="unet"))
    (mistake,) = claims.mistakes(spec, vae=config)
    assert mistake.field == "vae"
    assert mistake.what.startswith("is the folder unet of a/b, ")
    assert says in mistake.what


def test_a_vae_that_is_none_is_refused_before_any_weights_are_looked_at(tmp_path: Path) -> None:
    whole = entry("sdxl")
    (tmp_path / "model_index.json").write_text(json.dumps(index_of(whole)))
    vae = VaeSpec(repo=whole.repo, subfolder="unet")
    with pytest.raises(LoadError, match="holds UNet2DConditionModel, and no VAE"):
        load(entry("sdxl", repo=str(tmp_path), vae=vae))


def test_words_are_not_weighed_where_the_repo_has_them_read_by_another() -> None:
    spec = entry("sd-2-1")
    index = {**index_of(spec), "text_encoder": ["transformers", "XLMRobertaModel"]}
    (mistake,) = claims.mistakes(spec, index)
    assert mistake.field == "weighting"
    assert "read by XLMRobertaModel, not by CLIP" in mistake.what


def test_a_mistaken_entry_is_refused_before_its_repo_is_looked_at() -> None:
    asked: list[str] = []
    spec = entry("sdxl", repo="/nowhere", extra_arguments=ExtraArguments(values={"clip_skp": 2}))
    with pytest.raises(LoadError, match="has clip_skp"):
        Loader(CPU).get(spec, lambda _: asked.append("x"))
    assert not asked


def test_what_does_not_go_with_the_repo_is_refused_before_its_weights_are_looked_at(
    tmp_path: Path,
) -> None:
    index = index_of(entry("sdxl"))
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(LoadError, match="no place for the text_encoder_2"):
        load(entry("sdxl", repo=str(tmp_path), pipeline="StableDiffusionPipeline"))
