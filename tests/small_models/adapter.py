"""What repos hold to change a small SDXL: LoRA files, and UNets of other makers."""

from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from tests.small_models import clip
from tests.small_models.sdxl import TEXT_WIDTHS, small_unet

_RANK = 4
_STRENGTH = 0.2  # of the random weights: enough to be seen, too little to spoil the picture


def write_small_zb_tech(folder: Path, cross_attention: int | None = None, seed: int = 1) -> Path:
    """Write ZB-Tech's LoRA file into `folder` (created), named as diffusers' training names it.

    `cross_attention` has it be for a model whose tokens are as wide as that: one that does not fit
    the small SDXL.
    """
    torch.manual_seed(seed)
    tensors = {}
    for name, layer in _attention_layers():
        wide = cross_attention if cross_attention and "attn2.to_k" in name else layer.in_features
        down, up = _pair(wide, layer.out_features)
        tensors |= {f"unet.{name}.lora_A.weight": down, f"unet.{name}.lora_B.weight": up}
    return _save(tensors, folder / "pytorch_lora_weights.safetensors")


def write_small_lightning(folder: Path, steps: tuple[int, ...] = (2, 4, 8), seed: int = 2) -> Path:
    """Write ByteDance/SDXL-Lightning's repo into `folder` (created).

    For each number of steps a whole UNet, as a plain state dict, and a LoRA file with Kohya's
    names; and the UNet for a single step, which predicts the picture itself.
    """
    for count in steps:
        torch.manual_seed(seed + count)
        stem = f"sdxl_lightning_{count}step"
        _save(_unet(), folder / f"{stem}_unet.safetensors")
        _save(_kohya_lora(), folder / f"{stem}_lora.safetensors")
    torch.manual_seed(seed + 1)
    _save(_unet(), folder / "sdxl_lightning_1step_unet_x0.safetensors")
    return folder


def write_small_style(folder: Path, name: str, seed: int = 3) -> Path:
    """Write a LoRA file of that name into `folder` (created), as trainers for prompts make them.

    It changes the denoiser and both text encoders.
    """
    torch.manual_seed(seed)
    tensors = _kohya_lora()
    for number, width in enumerate(TEXT_WIDTHS, start=1):
        for layer in range(clip.LAYERS):
            for part in ("q", "k", "v", "out"):
                stem = f"lora_te{number}_text_model_encoder_layers_{layer}_self_attn_{part}_proj"
                tensors |= _kohya_layer(stem, width, width)
    _save(tensors, folder / f"{name}.safetensors")
    return folder


def _unet() -> dict[str, Tensor]:
    return {name: tensor.half() for name, tensor in small_unet().state_dict().items()}


def _kohya_lora() -> dict[str, Tensor]:
    tensors = {}
    for name, layer in _attention_layers():
        stem = f"lora_unet_{name.replace('.', '_')}"
        tensors |= _kohya_layer(stem, layer.in_features, layer.out_features)
    return tensors


def _kohya_layer(stem: str, inside: int, outside: int) -> dict[str, Tensor]:
    down, up = _pair(inside, outside)
    return {
        f"{stem}.lora_down.weight": down,
        f"{stem}.lora_up.weight": up,
        f"{stem}.alpha": torch.tensor(float(_RANK), dtype=torch.float16),
    }


def _attention_layers() -> Iterator[tuple[str, nn.Linear]]:
    """The layers that LoRA files change, by their names in diffusers' UNet."""
    for name, layer in small_unet().named_modules():
        if name.endswith(("to_q", "to_k", "to_v", "to_out.0")) and isinstance(layer, nn.Linear):
            yield name, layer


def _pair(inside: int, outside: int) -> tuple[Tensor, Tensor]:
    down, up = torch.randn(_RANK, inside), torch.randn(outside, _RANK)
    return (down * _STRENGTH).half(), (up * _STRENGTH).half()


def _save(tensors: dict[str, Tensor], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
    return path.parent
