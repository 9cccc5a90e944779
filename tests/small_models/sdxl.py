"""A small SDXL in the layout of stabilityai/sdxl-turbo: fp16 files under their variant's name."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import (
    StableDiffusionXLPipeline,
)
from diffusers.schedulers.scheduling_euler_ancestral_discrete import (
    EulerAncestralDiscreteScheduler,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
)

from tests.small_models.tokenizer import BEGIN, END, write_tokenizer


def write_small_turbo(folder: Path, seed: int = 0) -> Path:
    """Write the repo into `folder` (created). The same seed gives the same weights."""
    torch.manual_seed(seed)
    tokens = write_tokenizer(folder / "tokenizer")
    write_tokenizer(folder / "tokenizer_2", pad="!")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    tokenizer_2 = CLIPTokenizer.from_pretrained(folder / "tokenizer_2")
    text = _text_config(tokens, tokenizer.convert_tokens_to_ids([BEGIN, END]))
    # Any: what diffusers annotates its configurations with is narrower than what it takes.
    make: Any = StableDiffusionXLPipeline
    pipeline = make(
        vae=_vae(),
        text_encoder=CLIPTextModel(text),
        text_encoder_2=CLIPTextModelWithProjection(text),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer_2,
        unet=_unet(),
        scheduler=EulerAncestralDiscreteScheduler(
            num_train_timesteps=1000,
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            timestep_spacing="leading",
            steps_offset=1,
        ),
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )
    pipeline.to(dtype=torch.float16, silence_dtype_warnings=True)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.save_pretrained(folder, variant="fp16", safe_serialization=True)
    return folder


def _text_config(tokens: int, ends: list[int]) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=tokens,
        hidden_size=32,
        intermediate_size=37,
        projection_dim=32,
        num_hidden_layers=5,
        num_attention_heads=4,
        bos_token_id=ends[0],
        eos_token_id=ends[1],
        pad_token_id=ends[1],
    )


def _unet() -> UNet2DConditionModel:
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
        projection_class_embeddings_input_dim=6 * 8 + 32,
        cross_attention_dim=64,
    )


def _vae() -> AutoencoderKL:
    make: Any = AutoencoderKL
    return make(
        block_out_channels=(8, 8, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=512,
        scaling_factor=0.13025,
        force_upcast=True,
    )
