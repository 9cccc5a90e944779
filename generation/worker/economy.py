"""Settings that need less of the device's memory, and more time, one cheaper than the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from generation.worker.device import Device


@dataclass(frozen=True, slots=True)
class Economy:
    """One step down."""

    name: str  # for the log and the recipe
    needs_gpu: bool  # False: it also saves memory of the host
    lightens_loading: bool  # False: all weights go to the device
    #: Brings a pipeline whose weights are still on the host to the device, in that way.
    place: Callable[[Any, Device], None]


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
    Economy("whole", needs_gpu=False, lightens_loading=False, place=_whole),
    Economy("slices and tiles", needs_gpu=False, lightens_loading=False, place=_sliced),
    Economy("offload", needs_gpu=True, lightens_loading=True, place=_offloaded),
    Economy("offload by layer", needs_gpu=True, lightens_loading=True, place=_offloaded_by_layer),
)


def next_cheaper(level: int, device: Device, *, loading: bool = False) -> int | None:
    """The level after that one which helps on the device; None where there is none.

    `loading`: that helps where the weights alone are too much.
    """
    following = range(level + 1, len(ECONOMIES))
    return next((n for n in following if _helps(ECONOMIES[n], device, loading)), None)


def _helps(economy: Economy, device: Device, loading: bool) -> bool:
    if economy.needs_gpu and not device.is_gpu:
        return False
    return economy.lightens_loading or not loading
