"""Small FLUX models: FLUX.1-schnell and FLUX.2-klein."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl_flux2 import AutoencoderKLFlux2
from diffusers.models.transformers.transformer_flux import FluxTransformer2DModel
from diffusers.models.transformers.transformer_flux2 import Flux2Transformer2DModel
from diffusers.pipelines.flux.pipeline_flux import FluxPipeline
from diffusers.pipelines.flux2.pipeline_flux2_klein import Flux2KleinPipeline
from diffusers.schedulers.scheduling_flow_match_euler_discrete import (
    FlowMatchEulerDiscreteScheduler,
)
from transformers import Qwen3ForCausalLM

from tests.small_models import clip, qwen, t5
from tests.small_models.saving import Layout, save
from tests.small_models.vae import small_flow_vae

# The layers of its text encoder that klein takes the words from are 9, 18 and 27.
_KLEIN_LAYERS = 28


def write_small_schnell(folder: Path, seed: int = 0) -> Path:
    """Write black-forest-labs/FLUX.1-schnell's repo into `folder` (created)."""
    torch.manual_seed(seed)
    tokenizer = clip.tokenizer(folder / "tokenizer")
    tokenizer_2 = t5.tokenizer()
    # Any: what diffusers annotates its configurations with is narrower than what it takes.
    make: Any = FluxPipeline
    transformer: Any = FluxTransformer2DModel
    pipeline = make(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0),
        vae=small_flow_vae(),
        text_encoder=clip.text_encoder(tokenizer),
        tokenizer=tokenizer,
        text_encoder_2=t5.text_encoder(tokenizer_2),
        tokenizer_2=tokenizer_2,
        transformer=transformer(
            in_channels=64,
            num_layers=1,
            num_single_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=t5.WIDTH,
            pooled_projection_dim=clip.WIDTH,
            axes_dims_rope=(4, 6, 6),
        ),
    )
    layout = Layout(
        dtype=torch.bfloat16,
        sharded=("text_encoder_2", "transformer"),
        names={"tokenizer_2": "T5TokenizerFast"},
    )
    return save(pipeline, folder, layout)


def write_small_klein(folder: Path, seed: int = 0) -> Path:
    """Write black-forest-labs/FLUX.2-klein-4B's repo into `folder` (created)."""
    torch.manual_seed(seed)
    tokenizer = qwen.tokenizer()
    make: Any = Flux2KleinPipeline
    transformer: Any = Flux2Transformer2DModel
    pipeline = make(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True),
        vae=_klein_vae(),
        text_encoder=Qwen3ForCausalLM(qwen.config(tokenizer, _KLEIN_LAYERS)),
        tokenizer=tokenizer,
        transformer=transformer(
            in_channels=4 * 4,
            num_layers=1,
            num_single_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=3 * qwen.WIDTH,
            timestep_guidance_channels=32,
            axes_dims_rope=(4, 4, 4, 4),
            guidance_embeds=False,
        ),
        is_distilled=True,
    )
    layout = Layout(
        dtype=torch.bfloat16,
        sharded=("text_encoder",),
        names={"tokenizer": "Qwen2TokenizerFast"},
    )
    return save(pipeline, folder, layout)


def _klein_vae() -> AutoencoderKLFlux2:
    make: Any = AutoencoderKLFlux2
    return make(
        block_out_channels=(8, 8, 16, 16),
        latent_channels=4,
        norm_num_groups=4,
        sample_size=512,
    )
