"""Training state on disk, written so that a kill at any moment loses minutes at most."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import Any

import torch

FOLDER = Path(__file__).parent / ".checkpoints"

_SAVE_EVERY = 120.0  # seconds


class Clock:
    """How far a stage of `minutes` has got, and when it should save."""

    def __init__(self, minutes: float) -> None:
        """Starts now."""
        self._start = self._saved = time.monotonic()
        self._seconds = minutes * 60

    @property
    def progress(self) -> float:
        """0 at the start, 1 at the end and after."""
        return min(1.0, (time.monotonic() - self._start) / max(1e-9, self._seconds))

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.progress >= 1

    def cosine(self, flat: float = 0.3) -> float:
        """A factor for the learning rate: 1 for the share `flat`, then a half cosine to 0.02."""
        falling = max(0.0, self.progress - flat) / (1 - flat)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * falling))

    def time_to_save(self) -> bool:
        """True once every two minutes."""
        if time.monotonic() - self._saved < _SAVE_EVERY:
            return False
        self._saved = time.monotonic()
        return True


def save(name: str, step: int, parts: dict[str, Any]) -> None:
    """Writes the `state_dict` of each part to `.checkpoints/{name}.pt`, whole or not at all."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.pt"
    temporary = path.with_suffix(".tmp")
    state = {key: part.state_dict() for key, part in parts.items()}
    torch.save({"step": step, **state}, temporary)
    os.replace(temporary, path)


def load(name: str, parts: dict[str, Any]) -> int:
    """Fills each part from the checkpoint and returns its step; 0, and no change, without one."""
    path = FOLDER / f"{name}.pt"
    if not path.exists():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    for key, part in parts.items():
        part.load_state_dict(state[key])
    return int(state["step"])
