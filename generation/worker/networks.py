"""Networks that come as a single file of weights: which they are is told from the weights.

Files that could hold code are only opened by spandrel's own reader, which knows tensors and nothing
else.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from spandrel import ImageModelDescriptor, ModelLoader, UnsupportedModelError

from generation.catalog import ToolSpec
from generation.worker import room
from generation.worker.device import Device
from generation.worker.load_errors import LoadError
from generation.worker.tiles import MARGIN, Floats, Pixels
from generation.worker.upscale import LEAST_SIDE

# What tiles may take of the host's memory, and of the part of the GPU's that is free.
_HOST_BYTES = 900 * 1024**2
_GPU_PART = 0.8
# The widest layers of these networks have 64 channels, at the full size; some are there at once.
_NUMBERS_A_PIXEL = 64 * 3


class NotFinite(Exception):
    """A network has made no numbers of a picture."""


class Network:
    """A network on the device."""

    def __init__(self, path: Path, tool: ToolSpec, device: Device, purpose: str) -> None:
        """Open a file. Raises LoadError where it holds no network for that purpose."""
        try:
            # On the processor first: only what is really wanted goes to the device.
            found = ModelLoader("cpu").load_from_file(path)
        except UnsupportedModelError as error:
            raise _unfit(tool, "holds no network that Easel knows") from error
        if not isinstance(found, ImageModelDescriptor) or found.purpose != purpose:
            raise _unfit(tool, "holds a network for something else")
        if (found.input_channels, found.output_channels) != (3, 3):
            raise _unfit(tool, "holds a network that takes no pictures in color")
        if tool.scale is not None and found.scale != tool.scale:
            raise _unfit(tool, f"makes pictures {found.scale} times as large, not {tool.scale}")
        self._device = device
        self.dtype = _dtype(found, tool, device)
        self.network: ImageModelDescriptor[Any] = found.eval().to(device.torch_device, self.dtype)

    @torch.inference_mode()
    def run(self, pixels: Pixels) -> Floats:
        """What it makes of a picture, from 0 to 1.

        Raises NotFinite, where even 32 bits are too few for it.
        """
        made = self._run(pixels)
        if not np.isfinite(made).all() and self.dtype is not torch.float32:
            # Some overflow in 16 bits. From now on it has all of them.
            self.dtype = torch.float32
            self.network.float()
            made = self._run(pixels)
        if not np.isfinite(made).all():
            raise NotFinite
        return made

    def _run(self, pixels: Pixels) -> Floats:
        there = torch.tensor(pixels).to(self._device.torch_device)
        batch = there.permute(2, 0, 1)[None].to(self.dtype).div_(255)
        made = self._call(batch)[0].permute(1, 2, 0)
        return made.float().cpu().numpy()

    def _call(self, batch: torch.Tensor) -> torch.Tensor:
        return self.network(batch)


class FaceNetwork(Network):
    """A network that mends a face of 512x512 pixels."""

    def _call(self, batch: torch.Tensor) -> torch.Tensor:
        if self.network.architecture.id != "GFPGAN":
            return super()._call(batch)
        # The library gives it numbers from 0 to 1, but it learned from -1 to 1.
        made = self.network.model(batch * 2 - 1, randomize_noise=False)[0]
        return made.add(1).div(2).clamp(0, 1)


class NetworkEnlarger:
    """An upscaler of that kind, as `enlarge` takes it."""

    def __init__(self, path: Path, tool: ToolSpec, device: Device) -> None:
        """Open a file. Raises LoadError."""
        self._network = Network(path, tool, device, "SR")
        self._device = device
        self.scale: int = self._network.network.scale
        self.side = _side(tool, self.scale, self._network.dtype, device)

    def enlarge(self, pixels: Pixels, number: int) -> Floats:  # noqa: ARG002 - the protocol's
        """The tile, enlarged."""
        return self._network.run(pixels)

    def save_memory(self) -> None:
        """Give the device back what nothing refers to any more."""
        room.give_back(self._device)


def _side(tool: ToolSpec, scale: int, dtype: torch.dtype, device: Device) -> int:
    """The entry's, or as much less as should fit."""
    budget = _GPU_PART * room.free_bytes(device) if device.is_gpu else _HOST_BYTES
    seen = math.sqrt(budget / (_NUMBERS_A_PIXEL * dtype.itemsize)) / scale
    fitting = int(seen - 2 * MARGIN) // 8 * 8
    return max(LEAST_SIDE, min(tool.tile, fitting))


def _dtype(found: ImageModelDescriptor[Any], tool: ToolSpec, device: Device) -> torch.dtype:
    if device.is_gpu and tool.dtype == "float16" and found.supports_half:
        return torch.float16
    if device.is_gpu and tool.dtype == "bfloat16" and found.supports_bfloat16:
        return torch.bfloat16
    return torch.float32


def _unfit(tool: ToolSpec, why: str) -> LoadError:
    return LoadError(
        f"The file of {tool.title} {why}. Whoever runs Easel has to check its entry in models.toml."
    )
