"""A small Z-Image, in the layout of Tongyi-MAI/Z-Image-Turbo."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.transformers.transformer_z_image import ZImageTransformer2DModel
from diffusers.pipelines.z_image.pipeline_z_image import ZImagePipeline
from diffusers.schedulers.scheduling_flow_match_euler_discrete import (
    FlowMatchEulerDiscreteScheduler,
)
from transformers import Qwen3Model

from tests.small_models import qwen
from tests.small_models.saving import Layout, save
from tests.small_models.vae import small_flow_vae


def write_small_z_image(folder: Path, seed: int = 0) -> Path:
    """Write the repo into `folder` (created): bf16, the large components in several files."""
    torch.manual_seed(seed)
    tokenizer = qwen.tokenizer()
    # Any: what diffusers annotates its configurations with is narrower than what it takes.
    make: Any = ZImagePipeline
    transformer: Any = ZImageTransformer2DModel
    pipeline = make(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=small_flow_vae(),
        text_encoder=Qwen3Model(qwen.config(tokenizer, 4)),
        tokenizer=tokenizer,
        transformer=transformer(
            in_channels=16,
            dim=48,
            n_layers=2,
            n_refiner_layers=1,
            n_heads=2,
            n_kv_heads=2,
            cap_feat_dim=qwen.WIDTH,
            axes_dims=[8, 8, 8],
        ),
    )
    layout = Layout(dtype=torch.bfloat16, sharded=("text_encoder", "transformer"))
    return save(pipeline, folder, layout)
