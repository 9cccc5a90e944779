"""Small picture decoders: those inside the pipelines, and those that repos hold alone."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

# Large enough that sums of numbers leave the range of 16 bits, small enough that weights stay in.
_OVERFLOW = 2.0**15


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


def write_overflowing_vaes(folder: Path, seed: int = 0) -> tuple[Path, Path]:
    """Write a VAE that overflows in 16 bits, and its twin that does not, as stock/ and mended/.

    In 32 bits both decode to the same picture: what runs from layer to layer is larger in the stock
    one by a factor, and the normalization that all is read through takes that out again.
    """
    torch.manual_seed(seed)
    mended: Any = small_sdxl_vae(force_upcast=False)
    mended.to(torch.float16).save_pretrained(folder / "mended")
    mended.register_to_config(force_upcast=True)
    with torch.no_grad():
        for name, tensor in mended.decoder.named_parameters():
            if _writes_to_stream(name):
                tensor.mul_(_OVERFLOW)
    mended.save_pretrained(folder / "stock")
    return folder / "stock", folder / "mended"


def _writes_to_stream(name: str) -> bool:
    """Whether a decoder's weights decide how large the numbers between its layers are."""
    if "norm" in name or name.startswith("conv_out"):
        return False
    # What reads those numbers as they are makes large ones of them by itself, but for its bias.
    if "conv_shortcut" in name or "upsamplers" in name:
        return name.endswith("bias")
    return name.startswith("conv_in") or "conv2" in name or "to_out" in name


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
