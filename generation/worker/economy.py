"""Ways to have a model on the device, each with less memory, and more time, than the one before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from generation.catalog import MemorySetting, ModelSpec
from generation.worker.device import Device
from generation.worker.precision import dtype_for, has_bitsandbytes

_GIB = 1024**3
_HALF = "16 bits"  # it only helps what was in 32


@dataclass(frozen=True, slots=True)
class Economy:
    """One way."""

    name: str  # for the log and the recipe
    #: What it is called in an entry's `memory_gib`; None: no entry says.
    setting: MemorySetting | None
    #: The memory it takes at its worst, by the weights' in that precision, where no entry says.
    factor: float
    #: Brings a pipeline whose weights are still on the host to the device, in that way.
    place: Callable[[Any, Device], None]
    half: bool = True  # in 16 bits, whatever the entry says
    four_bit: bool = False
    #: Whether its networks stay where they are, so that other entries may use them, too.
    shares: bool = False

    @property
    def lightens_loading(self) -> bool:
        """Whether less than all weights go to the device, or smaller ones."""
        return not self.shares or self.name == _HALF

    def need(self, spec: ModelSpec, device: Device, elements: int) -> int:
        """Bytes of the device it takes, by what the entry says, or by its count of weights."""
        if device.is_gpu and self.setting is not None and self.setting in spec.memory_gib:
            return int(spec.memory_gib[self.setting] * _GIB)
        size = dtype_for(spec, device, half=self.half).itemsize
        return int(elements * size * self.factor)


def _whole(pipeline: Any, device: Device) -> None:
    pipeline.to(device.torch_device)


def _sliced(pipeline: Any, device: Device) -> None:
    _slice(pipeline)
    _whole(pipeline, device)


def _offloaded(pipeline: Any, device: Device) -> None:
    _slice(pipeline)
    pipeline.enable_model_cpu_offload(device=device.torch_device)


def _offloaded_by_layer(pipeline: Any, device: Device) -> None:
    _slice(pipeline)
    pipeline.enable_sequential_cpu_offload(device=device.torch_device)


def _slice(pipeline: Any) -> None:
    """Decode in tiles, one picture at a time, where the parts know how.

    Attention is left as it is: in slices it would take more memory than PyTorch's own.
    """
    for part in pipeline.components.values():
        if hasattr(part, "enable_slicing"):
            part.enable_slicing()
        # The tiny one has little to save, and its tiles only fit the shape it was published in.
        if hasattr(part, "enable_tiling") and not isinstance(part, AutoencoderTiny):
            part.enable_tiling()


ECONOMIES = (
    Economy("whole", "whole", 1.3, _whole, half=False, shares=True),
    Economy(_HALF, "whole", 1.3, _whole, shares=True),
    Economy("slices and tiles", "sliced", 1.15, _sliced, shares=True),
    Economy("offload", "offload", 0.75, _offloaded),
    Economy("4 bits", "four_bit", 0.4, _offloaded, four_bit=True),
    Economy("offload by layer", "by_layer", 0.1, _offloaded_by_layer),
)

# With how much offloading an entry begins at least.
_FLOORS = {"none": "whole", "model": "offload", "layer": "offload by layer"}


def economies(spec: ModelSpec, device: Device) -> Sequence[Economy]:
    """The ways that help an entry on a device, in order; its levels count them from 0."""
    if spec.quantization is not None and spec.quantization.always:
        return [economy for economy in ECONOMIES if economy.four_bit]
    names = [economy.name for economy in ECONOMIES]
    floor = names.index(_FLOORS[spec.offload]) if device.is_gpu else 0
    return [economy for economy in ECONOMIES[floor:] if _helps(economy, spec, device)]


def choose(spec: ModelSpec, device: Device, elements: int, room: int) -> int:
    """The level that an entry begins with: the first one that fits into `room` bytes."""
    possible = economies(spec, device)
    for level, economy in enumerate(possible):
        if economy.need(spec, device, elements) <= room:
            return level
    return len(possible) - 1


def next_cheaper(
    spec: ModelSpec, level: int, device: Device, *, loading: bool = False
) -> int | None:
    """The level after that one; None where there is none.

    `loading`: the next one that helps where the weights alone are too much.
    """
    following = enumerate(economies(spec, device))
    return next(
        (n for n, each in following if n > level and (each.lightens_loading or not loading)), None
    )


def _helps(economy: Economy, spec: ModelSpec, device: Device) -> bool:
    if economy.name == _HALF:
        return dtype_for(spec, device) is torch.float32
    if economy.four_bit:
        return device.is_gpu and spec.may_be_in_4_bits and has_bitsandbytes()
    return device.is_gpu or economy.place in (_whole, _sliced)
