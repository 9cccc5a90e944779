"""The device this worker paints on, and how much of the host it takes."""

import importlib.metadata
import os
from dataclasses import dataclass
from typing import Any

import torch

from generation.worker.cores import usable_cores

_NICENESS = 5


class DeviceUnavailable(Exception):
    """The device asked for is not there; str() is a plain sentence."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where the networks live, and in which precision they run."""

    torch_device: torch.device
    name: str  # for people
    dtype: torch.dtype

    @property
    def is_gpu(self) -> bool:
        """Whether it is more than the host's processor."""
        return self.torch_device.type != "cpu"

    def hello(self) -> dict[str, Any]:
        """The first frame to the bot."""
        return {
            "kind": "hello",
            "device": str(self.torch_device),
            "device_name": self.name,
            "gpu": self.is_gpu,
            "gpus": torch.cuda.device_count() if self.is_gpu else 0,
            "torch": torch.__version__,
            "diffusers": importlib.metadata.version("diffusers"),
        }


def choose_device(wanted: str) -> Device:
    """The device for auto, cpu, cuda or cuda:N. Raises DeviceUnavailable."""
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        chosen = torch.device(wanted)
    except RuntimeError:
        raise DeviceUnavailable(
            f"There is no device “{wanted}”; choose auto, cpu or cuda."
        ) from None
    if chosen.type == "cpu":
        _leave_room()
        return Device(chosen, "CPU", torch.float32)
    if chosen.type != "cuda":
        raise DeviceUnavailable(f"Easel paints on cpu or cuda, not on “{wanted}”.")
    return Device(chosen, _gpu_name(chosen), torch.float16)


def _gpu_name(device: torch.device) -> str:
    if not torch.cuda.is_available():
        raise DeviceUnavailable(
            "No NVIDIA GPU can be used: is there one, is its driver installed, and may this"
            " process or container see"
            " it? Or choose the device “cpu”."
        )
    try:
        torch.zeros(1, device=device)  # the driver may list what it can't use
        return torch.cuda.get_device_name(device)
    except (RuntimeError, AssertionError) as error:
        raise DeviceUnavailable(f"The GPU “{device}” can't be used: {error}") from error


def _leave_room() -> None:
    """Leave a core, and the right of way, to the bot: its heartbeat must not wait for a matrix."""
    torch.set_num_threads(max(1, usable_cores() - 1))
    os.nice(_NICENESS)
