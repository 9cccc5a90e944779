"""Small models that make pictures larger."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion_upscale import (
    StableDiffusionUpscalePipeline,
)
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from torch import Tensor

from tests.small_models import clip
from tests.small_models.saving import Layout, save
from tests.small_models.vae import small_vae

_FILTERS = 8
_GROWTH = 32  # what spandrel takes for granted


def write_small_x4(folder: Path, seed: int = 0) -> Path:
    """Write stabilityai/stable-diffusion-x4-upscaler's repo into `folder` (created)."""
    torch.manual_seed(seed)
    tokenizer = clip.tokenizer(folder / "tokenizer", pad="!")
    noise: dict[str, Any] = {
        "beta_start": 0.0001,
        "beta_end": 0.02,
        "beta_schedule": "scaled_linear",
    }
    # Any: what diffusers annotates its configurations with is narrower than what it takes.
    make: Any = StableDiffusionUpscalePipeline
    pipeline = make(
        vae=small_vae(
            block_out_channels=(8, 8, 16),
            down_block_types=("DownEncoderBlock2D",) * 3,
            up_block_types=("UpDecoderBlock2D",) * 3,
            scaling_factor=0.08333,
        ),
        text_encoder=clip.text_encoder(tokenizer),
        tokenizer=tokenizer,
        unet=_unet(),
        low_res_scheduler=DDPMScheduler(**noise),
        scheduler=DDIMScheduler(**noise, clip_sample=False, prediction_type="v_prediction"),
        max_noise_level=350,
    )
    save(pipeline, folder, Layout(dtype=torch.float32))
    return save(pipeline, folder, Layout(variant="fp16"))


def _unet() -> UNet2DConditionModel:
    make: Any = UNet2DConditionModel
    return make(
        sample_size=128,
        in_channels=7,
        out_channels=4,
        block_out_channels=(32, 64),
        layers_per_block=2,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        attention_head_dim=8,
        use_linear_projection=True,
        num_class_embeds=1000,
        cross_attention_dim=clip.WIDTH,
    )


def write_small_esrgan(folder: Path, seed: int = 0) -> Path:
    """Write databuzzword/esrgan's `RRDB_ESRGAN_x4.pth` into `folder` (created)."""
    torch.manual_seed(seed)
    tensors = _convolution("model.0", 3, _FILTERS)
    for block in ("RDB1", "RDB2", "RDB3"):
        for layer in range(5):
            outside = _FILTERS if layer == 4 else _GROWTH
            name = f"model.1.sub.0.{block}.conv{layer + 1}.0"
            tensors |= _convolution(name, _FILTERS + layer * _GROWTH, outside)
    for name in ("model.1.sub.1", "model.3", "model.6", "model.8"):
        tensors |= _convolution(name, _FILTERS, _FILTERS)
    tensors |= _convolution("model.10", _FILTERS, 3)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(tensors, folder / "RRDB_ESRGAN_x4.pth")
    return folder


def _convolution(name: str, inside: int, outside: int) -> dict[str, Tensor]:
    weight = torch.randn(outside, inside, 3, 3) / (3 * inside**0.5)
    return {f"{name}.weight": weight, f"{name}.bias": torch.zeros(outside)}
