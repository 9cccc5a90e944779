"""A small SD 3.5, in the layout of stabilityai/stable-diffusion-3.5-medium."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.transformers.transformer_sd3 import SD3Transformer2DModel
from diffusers.pipelines.stable_diffusion_3.pipeline_stable_diffusion_3 import (
    StableDiffusion3Pipeline,
)
from diffusers.schedulers.scheduling_flow_match_euler_discrete import (
    FlowMatchEulerDiscreteScheduler,
)

from tests.small_models import clip, t5
from tests.small_models.saving import Layout, save
from tests.small_models.vae import small_flow_vae


def write_small_sd3(folder: Path, seed: int = 0) -> Path:
    """Write the repo into `folder` (created): bf16 under plain names, T5 in several files."""
    torch.manual_seed(seed)
    tokenizer = clip.tokenizer(folder / "tokenizer")
    tokenizer_3 = t5.tokenizer()
    # Any: what diffusers annotates its configurations with is narrower than what it takes.
    make: Any = StableDiffusion3Pipeline
    pipeline = make(
        transformer=_transformer(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=small_flow_vae(),
        text_encoder=clip.text_encoder_with_projection(tokenizer),
        tokenizer=tokenizer,
        text_encoder_2=clip.text_encoder_with_projection(tokenizer),
        tokenizer_2=clip.tokenizer(folder / "tokenizer_2", pad="!"),
        text_encoder_3=t5.text_encoder(tokenizer_3),
        tokenizer_3=tokenizer_3,
    )
    layout = Layout(
        dtype=torch.bfloat16,
        sharded=("text_encoder_3",),
        names={"tokenizer_3": "T5TokenizerFast"},
    )
    return save(pipeline, folder, layout)


def _transformer() -> SD3Transformer2DModel:
    make: Any = SD3Transformer2DModel
    return make(
        sample_size=32,
        patch_size=2,
        in_channels=16,
        num_layers=4,
        attention_head_dim=8,
        num_attention_heads=4,
        joint_attention_dim=t5.WIDTH,
        caption_projection_dim=32,
        pooled_projection_dim=2 * clip.WIDTH,
        out_channels=16,
        pos_embed_max_size=96,
        dual_attention_layers=(0,),
        qk_norm="rms_norm",
    )
