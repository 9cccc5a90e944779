"""The pool of training pictures, encoded once: scenes, their freedoms and their latents.

Entry i follows from the number i alone; only latents and weights are stored, in parts of 1,000
under `.checkpoints/pool/`, so the pool can grow while training goes on.
"""

from __future__ import annotations

import logging
import os
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from demo_model.checkpoints import FOLDER
from demo_model.coupling import NUMBERS
from demo_model.drawing import coverage, draw
from demo_model.latents import encode
from demo_model.sampling import random_scene
from demo_model.scene import FREEDOMS, PIXELS, Layout, Scene, imagined, lay_out

log = logging.getLogger(__name__)

PART = 1000
_PAIRS = 0.58  # share of scenes with two things: they are the harder ones
_IMAGINED = 0.06  # share of scenes for captions that name nothing


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture to be: its scene, its freedoms, and whether these chose the scene itself."""

    scene: Scene
    numbers: list[float]
    imagined: bool


def entry(number: int) -> Entry:
    """The pool's entry of this number."""
    rng = random.Random(f"pool {number}")
    numbers = [rng.gauss(0, 1) for _ in range(NUMBERS)]
    if rng.random() < _IMAGINED:
        return Entry(imagined(numbers[FREEDOMS:]), numbers, True)
    return Entry(random_scene(rng, pair=rng.random() < _PAIRS), numbers, False)


def weights_of(layout: Layout) -> np.ndarray:
    """How much each latent cell counts: 1 on the ground, 3 inside a thing, 6 on an outline.

    Things are a small part of a picture, and their outlines, which make the shape, a smaller one.
    """
    weights = np.ones((PIXELS // 16, PIXELS // 16), np.float32)
    for thing in layout.things:
        cells = coverage(thing).reshape(PIXELS // 16, 16, PIXELS // 16, 16)
        mean = cells.mean(axis=(1, 3))
        edge = (mean > 0.002) & (mean < 0.998)
        weights = np.maximum(weights, np.where(edge, 6.0, 1.0 + 2.0 * mean))
    return weights


def _build_part(part: int, folder: Path) -> None:
    latents: list[Tensor] = []
    weights: list[np.ndarray] = []
    for start in range(part * PART, (part + 1) * PART, 20):
        layouts = []
        for number in range(start, start + 20):
            item = entry(number)
            layouts.append(lay_out(item.scene, item.numbers[:FREEDOMS]))
        latents.append(encode(np.stack([draw(layout) for layout in layouts])).half())
        weights += [weights_of(layout) for layout in layouts]
    temporary = folder / f"{part:04d}.{os.getpid()}.tmp"
    both = {"latents": torch.cat(latents), "weights": torch.from_numpy(np.stack(weights)).half()}
    torch.save(both, temporary)
    os.replace(temporary, folder / f"{part:04d}.pt")


def build(count: int, first: int = 0, stride: int = 1) -> None:
    """Adds parts until the pool holds `count` pictures.

    Several processes can share the work: each takes every `stride`th part from `first` on.
    """
    folder = FOLDER / "pool"
    folder.mkdir(parents=True, exist_ok=True)
    for part in range(first, (count + PART - 1) // PART, stride):
        if not (folder / f"{part:04d}.pt").exists():
            _build_part(part, folder)
            log.info("pool: part %d", part)


class Pool:
    """The parts there are. `refresh` takes in those added since."""

    def __init__(self) -> None:
        """Loads what there is."""
        self._latents: list[Tensor] = []
        self._weights: list[Tensor] = []
        self.refresh()

    def __len__(self) -> int:
        return len(self._latents) * PART

    def refresh(self) -> None:
        """Loads parts that have appeared."""
        while (path := FOLDER / "pool" / f"{len(self._latents):04d}.pt").exists():
            part = torch.load(path, weights_only=True)
            self._latents.append(part["latents"])
            self._weights.append(part["weights"])

    def take(self, numbers: list[int]) -> tuple[Tensor, Tensor]:
        """Latents [count, 12, 16, 16] and weights [count, 1, 16, 16] of these entries."""
        latents = [self._latents[number // PART][number % PART] for number in numbers]
        weights = [self._weights[number // PART][number % PART] for number in numbers]
        return torch.stack(latents).float(), torch.stack(weights).float()[:, None]
