"""How much memory there is for models: on the GPU, or on the host where that paints itself."""

import ctypes
import gc
import sys
from collections.abc import Iterable
from typing import Any

import torch

from generation.host import free_memory
from generation.worker.device import Device

_MIB = 1024**2
# What is left to others: the driver's and the libraries' own needs; on the host, the bot's as well.
_GPU_RESERVE = 512 * _MIB
_HOST_RESERVE = 1024 * _MIB


def free_bytes(device: Device) -> int:
    """What models may still take on the device."""
    if not device.is_gpu:
        return max(0, host_bytes() - _HOST_RESERVE)
    free, _ = torch.cuda.mem_get_info(device.torch_device)
    # What torch keeps for later is free for the next model, too.
    kept = torch.cuda.memory_reserved(device.torch_device)
    used = torch.cuda.memory_allocated(device.torch_device)
    return max(0, free + kept - used - _GPU_RESERVE)


def host_bytes() -> int:
    """What the host itself has left, to the last byte."""
    free = free_memory()
    return sys.maxsize if free is None else free


def taken_bytes(device: Device, pipelines: Iterable[Any]) -> int:
    """What the networks of these pipelines take of the device, each counted once."""
    kind = device.torch_device.type
    sizes = {
        tensor.data_ptr(): tensor.nbytes
        for pipeline in pipelines
        for network in pipeline.components.values()
        if isinstance(network, torch.nn.Module)
        for tensor in network.parameters()
        if tensor.device.type == kind
    }
    return sum(sizes.values())


def give_back(device: Device) -> None:
    """Give the device and the host back what nothing refers to any more."""
    gc.collect()
    if device.is_gpu:
        torch.cuda.empty_cache()
    if sys.platform == "linux":
        # The C library would keep it for later.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
