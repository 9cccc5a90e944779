"""Small picture decoders: those inside the pipelines, and those that repos hold alone."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny


def small_vae(channels: int = 4, **changes: Any) -> AutoencoderKL:
    """A decoder of latents with `channels` channels, eight pixels for one."""
    # Any: what diffusers annotates its configurations with is narrower than what it takes.
    make: Any = AutoencoderKL
    options = {
        "block_out_channels": (8, 8, 16, 16),
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "latent_channels": channels,
        "norm_num_groups": 4,
        "sample_size": 512,
    }
    return make(**{**options, **changes})


def small_sdxl_vae(**changes: Any) -> AutoencoderKL:
    """The decoder of the SDXL family, which in 16 bits would overflow."""
    return small_vae(**{"scaling_factor": 0.13025, "force_upcast": True, **changes})


def small_flow_vae() -> AutoencoderKL:
    """The decoder of SD3, FLUX.1 and Z-Image: 16 channels, no quantization layers."""
    return small_vae(
        16,
        scaling_factor=1.5305,
        shift_factor=0.0609,
        use_quant_conv=False,
        use_post_quant_conv=False,
        force_upcast=False,
    )


def write_small_fp16_fix(folder: Path, seed: int = 0) -> Path:
    """Write a decoder alone, in madebyollin/sdxl-vae-fp16-fix's layout: no variant files."""
    torch.manual_seed(seed)
    vae: Any = small_sdxl_vae(force_upcast=False)
    vae.to(torch.float16).save_pretrained(folder)
    return folder


def write_small_taesd(folder: Path, channels: int = 4, seed: int = 0) -> Path:
    """Write a decoder for previews, in madebyollin/taesdxl's layout."""
    torch.manual_seed(seed)
    make: Any = AutoencoderTiny
    vae = make(
        encoder_block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        latent_channels=channels,
        num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    )
    vae.to(torch.float16).save_pretrained(folder)
    return folder
