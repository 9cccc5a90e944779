"""Small networks in single files, in each shape that upscalers and face restorers come in."""

from pathlib import Path
from typing import Any

import torch
from spandrel.architectures.RestoreFormer import RestoreFormer
from torch import Tensor

from tests.small_models.detector import write_small_detector

_FILTERS = 8
_GROWTH = 32  # what spandrel takes for granted


def write_releases(folder: Path) -> Path:
    """Write a file of each kind into `folder` (created)."""
    write_small_real_esrgan(folder / "x4.pth")
    write_small_real_esrgan(folder / "x2.pth", 2)
    write_small_general(folder / "general.pth")
    write_small_restorer(folder / "restorer.pth")
    write_small_detector(folder / "detector.onnx")
    return folder


def write_small_real_esrgan(path: Path, scale: int = 4, seed: int = 0) -> Path:
    """Write a file like Real-ESRGAN's RealESRGAN_x4plus.pth; of a `scale` of 2, like x2plus."""
    torch.manual_seed(seed)
    # The one that doubles takes each 2x2 pixels as one with four times as many channels.
    inside = 3 * (4 // scale) ** 2
    tensors = _convolution("conv_first", inside, _FILTERS)
    for block in ("rdb1", "rdb2", "rdb3"):
        for layer in range(5):
            outside = _FILTERS if layer == 4 else _GROWTH
            name = f"body.0.{block}.conv{layer + 1}"
            tensors |= _convolution(name, _FILTERS + layer * _GROWTH, outside)
    for name in ("conv_body", "conv_up1", "conv_up2", "conv_hr"):
        tensors |= _convolution(name, _FILTERS, _FILTERS)
    tensors |= _convolution("conv_last", _FILTERS, 3, towards=0.5)
    return _save({"params_ema": tensors}, path)


def write_small_general(path: Path, seed: int = 0) -> Path:
    """Write a file like Real-ESRGAN's realesr-general-x4v3.pth."""
    torch.manual_seed(seed)
    tensors = _convolution("body.0", 3, _FILTERS)
    tensors |= _convolution("body.2", _FILTERS, _FILTERS)
    tensors |= {f"body.{number}.weight": torch.full((_FILTERS,), 0.1) for number in (1, 3)}
    tensors |= _convolution("body.4", _FILTERS, 3 * 4**2)
    return _save({"params": tensors}, path)


def write_small_restorer(path: Path, seed: int = 0) -> Path:
    """Write a file like RestoreFormer's: it mends faces of 512x512 pixels."""
    torch.manual_seed(seed)
    # Any: the library annotates its networks in part.
    make: Any = RestoreFormer
    network = make(
        n_embed=16,
        embed_dim=32,
        ch=32,
        ch_mult=(1,) * 6,
        num_res_blocks=1,
        attn_resolutions=(16,),
        dropout=0.0,
        in_channels=3,
        out_ch=3,
        resolution=512,
        z_channels=32,
        double_z=False,
        enable_mid=True,
        head_size=8,
    )
    return _save(network.state_dict(), path)


def _convolution(name: str, inside: int, outside: int, towards: float = 0.0) -> dict[str, Tensor]:
    weight = torch.randn(outside, inside, 3, 3) / (3 * inside**0.5)
    return {f"{name}.weight": weight, f"{name}.bias": torch.full((outside,), towards)}


def _save(tensors: dict[str, Any], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(tensors, path)
    return path
