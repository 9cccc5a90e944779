"""Which decoder makes small pictures of a model's latents, and what it makes of them."""

import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.pipelines.flux.pipeline_flux import FluxPipeline

from generation.catalog import Catalog, ToolSpec
from generation.worker import decoders
from generation.worker.decoders import Decoders, is_small, open_tiny, to_pixels, unpacked
from generation.worker.load_errors import ToolError
from tests.small_models.cache import small_repos
from tests.unit.generation.worker.entries import CPU, entry, load

CATALOG = Catalog.load()
TAESDXL = CATALOG.tools["taesdxl"]


def local(tool: ToolSpec, **changes: Any) -> ToolSpec:
    """The same with the small one's folder for a repo."""
    return tool.model_copy(update={"repo": str(small_repos() / str(tool.repo)), **changes})


def large_vae() -> Any:
    """As much of a decoder as is looked at, with more weights than a small one has."""
    decoder = torch.nn.Linear(2000, 1 + decoders.SMALL // 2000)
    return SimpleNamespace(decoder=decoder, config=SimpleNamespace())


@pytest.mark.parametrize(
    ("model", "tool"),
    [
        ("sdxl", "taesdxl"),
        ("realvisxl-lightning-8", "taesdxl"),
        ("sd-2-1", "taesd"),
        ("sd-3-5-medium", "taesd3"),
        ("flux-1-schnell", "taef1"),
        ("z-image-turbo", "taef1"),
        ("flux-2-klein", None),
        ("demo", None),
        ("sdxl-hosted", None),
    ],
)
def test_a_model_has_the_decoder_of_its_latents_family(model: str, tool: str | None) -> None:
    found = CATALOG.tools.decoder_of(CATALOG[model].latents_family)
    assert (found and found.name) == tool


def test_an_entry_says_itself_whose_latents_it_has_where_its_pipeline_does_not() -> None:
    spec = entry("flux-2-klein", latents="flux")
    assert spec.latents_family == "flux"


def test_a_model_with_a_small_decoder_uses_that() -> None:
    model = load(entry("demo"))
    held = Decoders(CPU)
    found = held.of(model.pipeline, local(TAESDXL))
    assert found is not None
    assert found is held.of(model.pipeline, None)


def test_its_own_decoder_makes_the_picture_that_the_pipeline_makes() -> None:
    pipeline = load(entry("demo")).pipeline
    config = pipeline.vae.config
    latents = torch.randn(1, config.latent_channels, 16, 16, generator=torch.manual_seed(1))
    with torch.inference_mode():
        made = Decoders(CPU).of(pipeline, None)(latents)  # pyright: ignore[reportOptionalCall]
        expected = pipeline.vae.decode(latents / config.scaling_factor).sample
    assert torch.equal(made, pipeline.image_processor.denormalize(expected))


def test_a_decoder_of_a_kind_with_a_shift_is_given_it() -> None:
    pipeline = load(entry("z-image-turbo")).pipeline
    vae = pipeline.vae
    latents = torch.randn(1, vae.config.latent_channels, 8, 8, generator=torch.manual_seed(1))
    with torch.inference_mode():
        made = Decoders(CPU).of(pipeline, None)(latents)  # pyright: ignore[reportOptionalCall]
        undone = latents / vae.config.scaling_factor + vae.config.shift_factor
        expected = vae.decode(undone.to(vae.dtype)).sample.float() / 2 + 0.5
    assert (made - expected.clamp(0, 1)).abs().max() < 1e-3


def test_a_copy_goes_on_when_the_models_own_was_made_more_precise() -> None:
    pipeline = load(entry("demo")).pipeline
    found = Decoders(CPU).of(pipeline, None)
    pipeline.vae.to(torch.float64)
    try:
        made = found(torch.zeros(1, 12, 8, 8))  # pyright: ignore[reportOptionalCall]
    finally:
        pipeline.vae.to(torch.float32)
    assert made.isfinite().all()


def test_a_large_decoder_is_not_used() -> None:
    assert not is_small(large_vae())


def test_latents_that_are_measured_channel_by_channel_are_not_guessed_at() -> None:
    pipeline = load(entry("demo")).pipeline
    config = SimpleNamespace(latents_mean=[0.0] * 12)
    assert not is_small(SimpleNamespace(decoder=pipeline.vae.decoder, config=config))


def test_layers_that_are_elsewhere_between_two_steps_are_not_used() -> None:
    decoder = torch.nn.Linear(8, 8, device="meta")
    assert not is_small(SimpleNamespace(decoder=decoder, config=SimpleNamespace()))


def test_a_tool_decodes_as_the_library_does() -> None:
    tool = local(TAESDXL)
    latents = torch.randn(1, 4, 16, 16, generator=torch.manual_seed(1))
    library: Any = AutoencoderTiny
    network = library.from_pretrained(tool.repo, torch_dtype=torch.float32)
    with torch.inference_mode():
        made = open_tiny(Path(str(tool.repo)), tool, CPU)(latents)
        expected = network.decode(latents).sample.div(2).add(0.5).clamp(0, 1)
    assert torch.equal(made, expected)


def test_opening_one_draws_no_random_number() -> None:
    tool = local(TAESDXL)
    before = torch.get_rng_state()
    open_tiny(Path(str(tool.repo)), tool, CPU)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_large_decoder_is_replaced_by_the_tool() -> None:
    pipeline = SimpleNamespace(vae=large_vae())
    made = Decoders(CPU).of(pipeline, local(TAESDXL))
    assert made is not None
    assert made(torch.zeros(1, 4, 8, 6)).shape == (1, 3, 64, 48)


def test_without_a_tool_there_is_none() -> None:
    assert Decoders(CPU).of(SimpleNamespace(vae=large_vae()), None) is None


def test_a_tool_that_is_not_here_is_fetched_in_the_background(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held, asked, came = Decoders(CPU), [], threading.Event()

    def fetch(tool: ToolSpec) -> None:
        came.wait(5)
        asked.append(tool.name)

    monkeypatch.setattr(held._toolbox, "is_ready", lambda _: False)
    monkeypatch.setattr(held._toolbox, "fetch", fetch)
    pipeline = SimpleNamespace(vae=large_vae())
    assert held.of(pipeline, TAESDXL) is None
    assert held.of(pipeline, TAESDXL) is None
    came.set()
    while not asked:
        time.sleep(0.01)
    assert asked == ["taesdxl"]


def test_a_hub_that_is_away_is_asked_again_only_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    held, tries = Decoders(CPU, lambda: now[0]), threading.Semaphore(0)

    def fetch(_: ToolSpec) -> None:
        tries.release()
        raise ToolError("The hub can't be reached.")

    monkeypatch.setattr(held._toolbox, "is_ready", lambda _: False)
    monkeypatch.setattr(held._toolbox, "fetch", fetch)
    pipeline = SimpleNamespace(vae=large_vae())
    for now[0] in (0.0, 500.0, 601.0):
        assert held.of(pipeline, TAESDXL) is None
    assert tries.acquire(timeout=5)
    assert tries.acquire(timeout=5)
    assert not tries.acquire(blocking=False)


def test_large_latents_are_made_smaller_before_they_are_decoded() -> None:
    tool = local(TAESDXL)
    made = open_tiny(Path(str(tool.repo)), tool, CPU)(torch.zeros(1, 4, 128, 96))
    assert made.shape == (1, 3, 512, 384)


def test_pixels_have_no_side_over_the_limit_and_keep_their_shape() -> None:
    assert to_pixels(torch.rand(1, 3, 512, 384), 256).shape == (256, 192, 3)
    assert to_pixels(torch.rand(1, 3, 64, 48), 256).shape == (64, 48, 3)


def test_packed_latents_of_flux_are_unpacked() -> None:
    latents = torch.randn(1, 16, 8, 12, generator=torch.manual_seed(1))
    packed = FluxPipeline._pack_latents(latents, 1, 16, 8, 12)
    assert packed.ndim == 3
    pipeline = SimpleNamespace(_unpack_latents=FluxPipeline._unpack_latents, vae_scale_factor=8)
    assert torch.equal(unpacked(pipeline, packed, 96, 64), latents)


def test_latents_that_nobody_knows_how_to_unpack_are_refused() -> None:
    with pytest.raises(ValueError, match="3 dimensions"):
        unpacked(SimpleNamespace(), torch.zeros(1, 8, 128), 64, 64)
