"""Ways to have a model on the device, each with less memory, and more time, than the one before."""

import sys
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
_TILE = 512  # pixels of a side


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
    #: How much of the weights, in that precision, the host's memory holds at least beside a GPU.
    on_host: float = 0

    @property
    def lightens_loading(self) -> bool:
        """Whether less than all weights go to the device, or smaller ones."""
        return not self.shares or self.name == _HALF

    def need(self, spec: ModelSpec, device: Device, elements: int) -> int:
        """Bytes of the device it takes, by what the entry says, or by its count of weights."""
        if device.is_gpu and self.setting is not None and self.setting in spec.memory_gib:
            return int(spec.memory_gib[self.setting] * _GIB)
        return int(self._weights(spec, device, elements) * self.factor)

    def host_need(self, spec: ModelSpec, device: Device, elements: int) -> int:
        """Bytes of the host's memory without which its weights have no place, at the least."""
        return int(self._weights(spec, device, elements) * (self.on_host if device.is_gpu else 1))

    def may_fit(self, spec: ModelSpec, device: Device, elements: int, room: int) -> bool:
        """Whether so many bytes of the device may do: what it takes is mostly estimated."""
        if not device.is_gpu or self.on_host:
            return True
        return self._weights(spec, device, elements) <= room

    def _weights(self, spec: ModelSpec, device: Device, elements: int) -> int:
        return elements * dtype_for(spec, device, half=self.half).itemsize


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
            _cut_tiles(part)


def _cut_tiles(part: Any) -> None:
    """Have tiles no larger than `_TILE` where they would be as large as what it was trained on.

    What is no larger than a tile isn't cut at all: of a picture of 1024 a side there would be one.
    Kinds that name their tiles otherwise have none larger.
    """
    side, latents = (
        getattr(part, name, None) for name in ("tile_sample_min_size", "tile_latent_min_size")
    )
    if isinstance(side, int) and isinstance(latents, int) and side > _TILE:
        part.tile_sample_min_size = _TILE
        part.tile_latent_min_size = latents * _TILE // side


ECONOMIES = (
    Economy("whole", "whole", 1.3, _whole, half=False, shares=True),
    Economy(_HALF, "whole", 1.3, _whole, shares=True),
    Economy("slices and tiles", "sliced", 1.15, _sliced, shares=True),
    Economy("offload", "offload", 0.75, _offloaded, on_host=1),
    Economy("4 bits", "four_bit", 0.4, _offloaded, four_bit=True, on_host=0.25),
    Economy("offload by layer", "by_layer", 0.1, _offloaded_by_layer, on_host=1),
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


def choose(
    spec: ModelSpec,
    device: Device,
    elements: int,
    room: int,
    *,
    host_room: int = sys.maxsize,
    floor: int = 0,
) -> int | None:
    """The level that an entry begins with: from `floor` on, the first one that fits.

    That is into `room` bytes of the device and `host_room` of the host's memory. Where the device
    has too little for any, the last one that may fit all the same; None where none can.
    """
    possible = [
        (level, economy)
        for level, economy in enumerate(economies(spec, device))
        if level >= floor
        and economy.host_need(spec, device, elements) <= host_room
        and economy.may_fit(spec, device, elements, room)
    ]
    for level, economy in possible:
        if economy.need(spec, device, elements) <= room:
            return level
    return possible[-1][0] if possible else None


def least_on_host(spec: ModelSpec, device: Device, elements: int) -> int:
    """Bytes of the host's memory that its weights take where they don't all fit a GPU."""
    ways = [each for each in economies(spec, device) if each.on_host or not device.is_gpu]
    return min(each.host_need(spec, device, elements) for each in ways)


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
