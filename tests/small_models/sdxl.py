"""A small SDXL, in the layouts of stabilityai/sdxl-turbo and its relatives."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import (
    StableDiffusionXLPipeline,
)
from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler
from diffusers.schedulers.scheduling_euler_ancestral_discrete import (
    EulerAncestralDiscreteScheduler,
)
from diffusers.schedulers.scheduling_euler_discrete import EulerDiscreteScheduler

from tests.small_models import clip
from tests.small_models.checkpoint import write_checkpoint
from tests.small_models.saving import Layout, save
from tests.small_models.vae import small_sdxl_vae

# The second encoder's is twice as wide: in a single file the two are told apart by that alone.
_WIDTH_2 = 2 * clip.WIDTH

#: What the cross-attention takes of a token: both encoders' vectors, side by side.
CROSS_ATTENTION = clip.WIDTH + _WIDTH_2

#: Of the two text encoders.
TEXT_WIDTHS = (clip.WIDTH, _WIDTH_2)

_FP16 = Layout(variant="fp16")
_NOISE: dict[str, Any] = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "timestep_spacing": "leading",
    "steps_offset": 1,
}


def write_small_turbo(folder: Path, seed: int = 0) -> Path:
    """Write SDXL-Turbo's repo into `folder` (created). The same seed gives the same weights."""
    return save(_pipeline(folder, EulerAncestralDiscreteScheduler(**_NOISE), seed), folder, _FP16)


def write_small_sdxl(folder: Path, seed: int = 0) -> Path:
    """Write SDXL base's repo into `folder` (created): each file of weights in 32 and in 16 bits."""
    pipeline = _pipeline(folder, EulerDiscreteScheduler(**_NOISE), seed)
    save(pipeline, folder, Layout(dtype=torch.float32))
    write_checkpoint(pipeline, folder / "sd_xl_base_1.0.safetensors")
    return save(pipeline, folder, _FP16)


def write_small_photographic(folder: Path, single_file: str, seed: int = 0) -> Path:
    """Write a repo as Juggernaut XL's and RealVisXL's into `folder` (created).

    `single_file` is the name of the file that holds all weights once more.
    """
    scheduler = DPMSolverMultistepScheduler(**_NOISE, use_karras_sigmas=True)
    pipeline = _pipeline(folder, scheduler, seed)
    write_checkpoint(pipeline, folder / single_file)
    return save(pipeline, folder, _FP16)


def small_unet() -> UNet2DConditionModel:
    """A denoiser of SDXL's kind."""
    make: Any = UNet2DConditionModel
    return make(
        sample_size=64,
        block_out_channels=(32, 64),
        layers_per_block=2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 2),
        projection_class_embeddings_input_dim=6 * 8 + _WIDTH_2,
        cross_attention_dim=CROSS_ATTENTION,
    )


def _pipeline(folder: Path, scheduler: Any, seed: int) -> Any:
    torch.manual_seed(seed)
    tokenizer = clip.tokenizer(folder / "tokenizer")
    # Any: what diffusers annotates its configurations with is narrower than what it takes.
    make: Any = StableDiffusionXLPipeline
    return make(
        vae=small_sdxl_vae(),
        text_encoder=clip.text_encoder(tokenizer),
        text_encoder_2=clip.text_encoder_with_projection(tokenizer, _WIDTH_2),
        tokenizer=tokenizer,
        tokenizer_2=clip.tokenizer(folder / "tokenizer_2", pad="!"),
        unet=small_unet(),
        scheduler=scheduler,
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )
