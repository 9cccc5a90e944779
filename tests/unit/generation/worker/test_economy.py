"""The settings that save memory, on a pipeline that tells what is done to it."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_kl_flux2 import AutoencoderKLFlux2
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from generation.catalog import Catalog
from generation.worker.device import Device
from generation.worker.economy import ECONOMIES, next_cheaper
from generation.worker.loader import Loader

CPU = Device(torch.device("cpu"), "CPU", torch.float32)
GPU = Device(torch.device("cuda"), "GPU", torch.float16)
TURBO = Catalog.load()["sdxl-turbo"]


class Told:
    """Notes each method that is called on it, whatever its name."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *values, **named: self.calls.append((name, *values, *named.values()))


class Pipeline(Told):
    """One with a decoder that knows slices and tiles, and a part that knows neither."""

    def __init__(self) -> None:
        super().__init__()
        self.vae = Told()
        self.components = {"vae": self.vae, "scheduler": SimpleNamespace()}


@pytest.mark.parametrize(
    ("level", "placed"),
    [
        (0, ("to", GPU.torch_device)),
        (1, ("to", GPU.torch_device)),
        (2, ("to", GPU.torch_device)),
        (3, ("enable_model_cpu_offload", GPU.torch_device)),
        (4, ("enable_model_cpu_offload", GPU.torch_device)),
        (5, ("enable_sequential_cpu_offload", GPU.torch_device)),
    ],
)
def test_a_setting_places_the_pipeline_and_leaves_attention_alone(
    level: int, placed: tuple[Any, ...]
) -> None:
    pipeline = Pipeline()
    ECONOMIES[level].place(pipeline, GPU)
    assert pipeline.calls == [placed]
    sliced = [("enable_slicing",), ("enable_tiling",)] if level > 1 else []
    assert pipeline.vae.calls == sliced


def test_the_tiny_decoder_is_sliced_and_not_tiled() -> None:
    pipeline = Pipeline()
    tiny = AutoencoderTiny(
        encoder_block_out_channels=(8,),
        decoder_block_out_channels=(8,),
        num_encoder_blocks=(1,),
        num_decoder_blocks=(1,),
    )
    pipeline.components = {"vae": tiny}
    ECONOMIES[2].place(pipeline, CPU)
    assert (tiny.use_slicing, tiny.use_tiling) == (True, False)


@pytest.mark.parametrize("kind", [AutoencoderKL, AutoencoderKLFlux2])
@pytest.mark.parametrize(("trained_on", "side"), [(256, 256), (512, 512), (768, 512), (1024, 512)])
def test_tiles_are_smaller_than_the_picture_whatever_the_decoder_was_trained_on(
    kind: Any, trained_on: int, side: int
) -> None:
    vae = decoder(kind, trained_on)
    pipeline = Pipeline()
    pipeline.components = {"vae": vae}
    for _ in range(2):  # as when LoRAs are taken off
        ECONOMIES[2].place(pipeline, CPU)
    assert (vae.tile_sample_min_size, vae.tile_latent_min_size) == (side, side // 8)


def test_a_picture_in_tiles_is_as_large_as_it_is_in_one_piece() -> None:
    latents = torch.randn(1, 4, 96, 80, generator=torch.manual_seed(1))
    vae = decoder(AutoencoderKL, 1024)
    pipeline = Pipeline()
    pipeline.components = {"vae": vae}
    sizes: list[Any] = []
    vae.decoder.register_forward_pre_hook(lambda _, values: sizes.append(values[0].shape[2:]))
    with torch.no_grad():
        whole = vae.decode(latents).sample
        assert sizes == [(96, 80)]
        sizes.clear()
        ECONOMIES[2].place(pipeline, CPU)
        tiled = vae.decode(latents).sample
    assert len(sizes) == 4
    assert max(max(size) for size in sizes) == 64
    assert tiled.shape == whole.shape


def decoder(kind: Any, trained_on: int) -> Any:
    """One of few weights that makes a picture 8 times as large as its latents."""
    return kind(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(4,) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=2,
        mid_block_add_attention=False,
        sample_size=trained_on,
    ).eval()


@pytest.mark.parametrize(
    ("level", "device", "loading", "following"),
    [
        # whole, slices and tiles, offload, offload by layer
        (0, GPU, False, 1),
        (1, GPU, False, 2),
        (0, GPU, True, 2),
        (2, GPU, True, 3),
        (3, GPU, False, None),
        # whole, 16 bits, slices and tiles
        (0, CPU, False, 1),
        (0, CPU, True, 1),
        (1, CPU, False, 2),
        (1, CPU, True, None),
        (2, CPU, False, None),
    ],
)
def test_the_next_setting_is_one_that_helps(
    level: int, device: Device, loading: bool, following: int | None
) -> None:
    assert next_cheaper(TURBO, level, device, loading=loading) == following


def test_a_loader_goes_on_from_where_one_before_it_ended() -> None:
    loader = Loader(CPU)
    loader.begin_at(TURBO, 1)
    loader.begin_at(TURBO, 0)
    assert loader.level(TURBO) == 1
    assert loader.economize(TURBO, loading=False) is ECONOMIES[2]
    assert loader.economize(TURBO, loading=False) is None


def test_a_loader_begins_no_further_down_than_its_device_knows_settings() -> None:
    loader = Loader(CPU)
    loader.begin_at(TURBO, 3)
    assert loader.level(TURBO) == 2
