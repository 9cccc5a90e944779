"""In how many bits a model's weights are kept on the device."""

import importlib.util
from typing import Any

import torch

from generation.catalog import ModelSpec
from generation.worker.device import Device
from generation.worker.load_errors import LoadError

_DTYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32}


def dtype_for(spec: ModelSpec, device: Device, *, half: bool = False) -> torch.dtype:
    """The precision of an entry on a device; with `half`, one of 16 bits in any case."""
    wanted = device.dtype
    if device.is_gpu and spec.dtype is not None:
        wanted = _DTYPES[spec.dtype]
    if wanted is torch.bfloat16 and not _has_bfloat16(device):
        # What was trained in it may overflow in the other one of 16 bits.
        wanted = torch.float32
    if half and wanted is torch.float32:
        return torch.bfloat16 if _has_bfloat16(device) else torch.float16
    return wanted


def refuse_what_cannot_be(spec: ModelSpec, device: Device) -> None:
    """Raise LoadError, before anything is downloaded, where this device can't hold the model."""
    if spec.quantization is None or not spec.quantization.always:
        return
    if not device.is_gpu:
        raise LoadError(
            f"{spec.title} is kept in 4 bits, which needs an NVIDIA GPU, and this host paints"
            " without one. Choose another model."
        )
    if not has_bitsandbytes():
        raise LoadError(
            f"{spec.title} is kept in 4 bits, which needs the library bitsandbytes. Whoever runs"
            " Easel has to install its extra `quantized`."
        )


def has_bitsandbytes() -> bool:
    """Whether the library for weights of 4 bits is installed."""
    return importlib.util.find_spec("bitsandbytes") is not None


def quantization_config(spec: ModelSpec, dtype: torch.dtype) -> Any:
    """What `from_pretrained` takes to load an entry's networks in 4 bits."""
    from diffusers.quantizers.pipe_quant_config import PipelineQuantizationConfig

    assert spec.quantization is not None
    # Any: what diffusers annotates is narrower than what it takes.
    how: dict[str, Any] = {
        "load_in_4bit": True,
        "bnb_4bit_quant_type": spec.quantization.kind,
        "bnb_4bit_compute_dtype": dtype,
    }
    return PipelineQuantizationConfig(
        quant_backend="bitsandbytes_4bit",
        quant_kwargs=how,
        components_to_quantize=list(spec.quantization.components),
    )


def _has_bfloat16(device: Device) -> bool:
    # Torch answers for the current one, which `choose_device` has made it.
    return not device.is_gpu or torch.cuda.is_bf16_supported(including_emulation=False)
