"""Numbers by which the models are known to run as their makers meant: each can be told wrong."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from generation.catalog import ModelSpec, SchedulerSpec, VaeSpec
from generation.worker.device import Device
from generation.worker.loader import Loader
from tests.small_models.vae import write_overflowing_vaes
from tests.unit.generation.worker.entries import CPU, entry, load, pixels

#: From the code on SDXL-Lightning's card: EulerDiscreteScheduler, timestep_spacing="trailing".
LIGHTNING = {
    "sdxl-lightning-2": [999, 499],
    "sdxl-lightning-4": [999, 749, 499, 249],
    "sdxl-lightning-8": [999, 874, 749, 624, 499, 374, 249, 124],
    "realvisxl-lightning": [999, 749, 499, 249],
    "realvisxl-lightning-2": [999, 499],
    "realvisxl-lightning-8": [999, 874, 749, 624, 499, 374, 249, 124],
}
HALF = Device(torch.device("cpu"), "CPU", torch.float16)


def asked_of_denoiser(spec: ModelSpec) -> list[float]:
    """The timesteps with which a picture's denoiser is called."""
    loader = Loader(CPU)
    asked: list[float] = []
    unet = load(spec, loader).pipeline.unet
    hook = unet.register_forward_pre_hook(lambda _, given: asked.append(float(given[1])))
    pixels(spec, loader)
    hook.remove()
    return asked


@pytest.mark.parametrize("name", LIGHTNING)
def test_lightnings_denoiser_is_asked_for_its_cards_timesteps(name: str) -> None:
    assert asked_of_denoiser(entry(name)) == LIGHTNING[name]


def test_without_trailing_steps_lightning_would_be_asked_for_others() -> None:
    plain = SchedulerSpec(name="EulerDiscreteScheduler")
    asked = asked_of_denoiser(entry("sdxl-lightning-4", scheduler=plain))
    assert asked != LIGHTNING["sdxl-lightning-4"]


def reached(spec: ModelSpec, predicts: str, steps: int) -> tuple[Tensor, Tensor]:
    """Where a denoiser leads that knows the picture, and that picture; both as latents.

    It says the noise in what it is given (epsilon) or the velocity, as such a model would.
    """
    model = load(spec)
    pipeline = model.pipeline
    pipeline.scheduler = model.new_scheduler(spec)
    kept: Tensor = pipeline.scheduler.alphas_cumprod
    picture = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))

    def knows(sample: Tensor, timestep: Tensor, *_: Any, **__: Any) -> tuple[Tensor]:
        alpha = kept[int(timestep)].sqrt()
        sigma = (1 - alpha**2).sqrt()
        noise = (sample - alpha * picture) / sigma
        return (noise if predicts == "epsilon" else alpha * noise - sigma * picture,)

    pipeline.unet.forward = knows
    made = pipeline(
        prompt="a red fox",
        num_inference_steps=steps,
        guidance_scale=spec.guidance.default,
        width=64,
        height=64,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    )
    return made.images, picture


@pytest.mark.parametrize(
    ("name", "predicts"),
    [
        ("sd-2-1", "velocity"),
        ("sdxl", "epsilon"),
        ("sdxl-turbo", "epsilon"),
        ("sdxl-lightning-4", "epsilon"),
    ],
)
def test_a_denoiser_that_knows_the_picture_leads_there(name: str, predicts: str) -> None:
    spec = entry(name)
    found, picture = reached(spec, predicts, spec.steps.default)
    torch.testing.assert_close(found, picture, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "wrong",
    [
        SchedulerSpec(name="DPMSolverMultistepScheduler", options={"prediction_type": "epsilon"}),
        SchedulerSpec(name="DDIMScheduler", options={"prediction_type": "epsilon"}),
        SchedulerSpec(name="DPMSolverMultistepScheduler", options={"prediction_type": "sample"}),
    ],
    ids=lambda spec: f"{spec.name} {spec.options['prediction_type']}",
)
def test_with_a_wrong_scheduler_sd_2_1_does_not_get_there(wrong: SchedulerSpec) -> None:
    found, picture = reached(entry("sd-2-1", scheduler=wrong), "velocity", 30)
    assert not (found - picture).abs().max() < 0.1


@pytest.fixture(scope="module")
def vaes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A VAE that overflows in 16 bits, and the same one mended."""
    return write_overflowing_vaes(tmp_path_factory.mktemp("vaes"))


def decoded(spec: ModelSpec, device: Device) -> Tensor:
    """What the entry's VAE makes of some latents, in the precision it is loaded in."""
    vae = load(spec, Loader(device)).pipeline.vae
    latents = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3)) * 4
    with torch.no_grad():
        return vae.decode(latents.to(vae.dtype)).sample


def with_vae(folder: Path) -> ModelSpec:
    return entry("sdxl", vae=VaeSpec(repo=str(folder)))


def test_the_mended_vae_is_finite_where_the_stock_one_overflows(vaes: tuple[Path, Path]) -> None:
    stock, mended = (with_vae(folder) for folder in vaes)
    for tensor in load_file(vaes[0] / "diffusion_pytorch_model.safetensors").values():
        assert torch.isfinite(tensor).all()  # it is the numbers between layers that overflow
    assert not torch.isfinite(decoded(stock, HALF)).all()
    assert torch.isfinite(decoded(mended, HALF)).all()


def test_in_32_bits_both_decode_to_the_same(vaes: tuple[Path, Path]) -> None:
    ours, theirs = (decoded(with_vae(folder), CPU) for folder in vaes)
    torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3)


# What diffusers' own pipeline does is about to change there.
@pytest.mark.filterwarnings("ignore:`upcast_vae` is deprecated:FutureWarning")
def test_the_catalogs_vae_takes_the_place_of_the_one_that_overflows(
    vaes: tuple[Path, Path], tmp_path: Path
) -> None:
    """As the entry has it: the repo holds the stock one, `vae` the mended one."""
    assert entry("sdxl").vae is not None
    repo = tmp_path / "repo"
    shutil.copytree(entry("sdxl").repo, repo)
    shutil.rmtree(repo / "vae")
    shutil.copytree(vaes[0], repo / "vae")
    swapped = entry("sdxl", repo=str(repo), vae=VaeSpec(repo=str(vaes[1])))
    loader = Loader(HALF)
    picture = pixels(swapped, loader, num_inference_steps=2).astype(int)
    vae = load(swapped, loader).pipeline.vae
    assert (vae.dtype, vae.config.force_upcast) == (torch.float16, False)
    # Without the swap the repo's own decodes in 32 bits, as its configuration says: the same.
    stock = pixels(entry("sdxl", repo=str(repo), vae=None), Loader(HALF), num_inference_steps=2)
    assert np.abs(picture - stock).mean() < 1


def skipped(spec: ModelSpec, steps: int) -> list[list[int]]:
    """The layers that were skipped, call by call, where any were."""
    loader = Loader(CPU)
    transformer = load(spec, loader).pipeline.transformer
    calls: list[list[int]] = []

    def note(_: Any, __: Any, given: dict[str, Any]) -> None:
        if given.get("skip_layers") is not None:
            calls.append(list(given["skip_layers"]))

    hook = transformer.register_forward_pre_hook(note, with_kwargs=True)
    pixels(spec, loader, num_inference_steps=steps)
    hook.remove()
    return calls


@pytest.mark.parametrize(("steps", "calls"), [(4, 0), (5, 0), (6, 1), (10, 1), (20, 3)])
def test_skip_layer_guidance_acts_from_six_steps_on_in_the_first_fifth(
    steps: int, calls: int
) -> None:
    spec = entry("sd-3-5-medium", quantization=None)
    assert skipped(spec, steps) == [[7, 8, 9]] * calls
