"""Upscalers that are a pipeline of diffusers: they paint the detail anew, tile by tile."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from generation.catalog import ToolSpec
from generation.worker import room
from generation.worker.calls import left_as_found
from generation.worker.device import Device
from generation.worker.tiles import Floats, Pixels
from generation.worker.upscale import LEAST_SIDE

# Its networks halve the tile three times, and the decoder wants whole numbers.
_MULTIPLE = 8


class DiffusionEnlarger:
    """A pipeline, as `enlarge` takes it; what is painted follows the prompt and the seed."""

    def __init__(self, tool: ToolSpec, pipeline: Any, device: Device) -> None:
        """Take a pipeline that is on the device."""
        assert tool.scale is not None
        self.scale = tool.scale
        self.side = max(LEAST_SIDE, tool.tile)
        self._tool = tool
        self._pipeline = pipeline
        self._device = device
        self._prompt, self._seed = "", 0
        self._check: Callable[[], None] = lambda: None

    def prepare(self, prompt: str, seed: int, check: Callable[[], None]) -> None:
        """For one picture; `check` is called after each step, and what it raises ends it."""
        self._prompt, self._seed, self._check = prompt, seed, check

    def enlarge(self, pixels: Pixels, number: int) -> Floats:
        """The tile, enlarged."""
        height, width = pixels.shape[:2]
        padded = np.pad(pixels, ((0, -height % _MULTIPLE), (0, -width % _MULTIPLE), (0, 0)), "edge")
        batch = torch.tensor(padded).permute(2, 0, 1)[None].float().div(255)
        # Another noise for each tile: the same one would show as a pattern. The numbers are at home
        # on the processor, so that a seed means the same on every device.
        noise = torch.Generator("cpu").manual_seed((self._seed + number) % 2**53)

        def after_step(_step: int, _timestep: Any, _latents: Any) -> None:
            self._check()

        with left_as_found(self._pipeline):
            made = self._pipeline(
                prompt=self._prompt,
                image=batch,
                num_inference_steps=self._tool.steps,
                guidance_scale=self._tool.guidance,
                generator=noise,
                output_type="np",
                callback=after_step,
            ).images[0]
        return np.asarray(made[: height * self.scale, : width * self.scale], dtype=np.float32)

    def save_memory(self) -> None:
        """Give the device back what nothing refers to any more."""
        room.give_back(self._device)
