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
    name = _gpu_name(chosen)
    if chosen.index is not None:
        # What is not told of a device takes the current one: bitsandbytes where it loads, and torch
        # where it is asked what a GPU can do.
        torch.cuda.set_device(chosen)
    return Device(chosen, name, torch.float16)


def _gpu_name(device: torch.device) -> str:
    if not torch.cuda.is_available():
        raise DeviceUnavailable(
            "No NVIDIA GPU can be used: is there one, is its driver installed, and may this"
            " process or container see"
            " it? Or choose the device “cpu”."
        )
    try:
        torch.ones(1, device=device).item()  # the driver may list what it can't use
        return torch.cuda.get_device_name(device)
    except (RuntimeError, AssertionError) as error:
        why = too_old(device, error) or f"The GPU “{device}” can't be used: {error}"
        raise DeviceUnavailable(why) from error


def too_old(device: torch.device, error: Exception) -> str | None:
    """That this torch has no code for a GPU, if the error says so; for which it has some."""
    if "no kernel image" not in str(error):
        return None
    name = torch.cuda.get_device_name(device)
    major, minor = torch.cuda.get_device_capability(device)
    return (
        f"The GPU “{device}”, {name}, can't be used: it is of compute capability {major}.{minor},"
        f" and torch {torch.__version__} was built for {', '.join(torch.cuda.get_arch_list())}."
        " Choose the device “cpu”, or install a torch that was built for this GPU, too."
    )


def _leave_room() -> None:
    """Leave a core, and the right of way, to the bot: its heartbeat must not wait for a matrix."""
    torch.set_num_threads(max(1, usable_cores() - 1))
    os.nice(_NICENESS)
