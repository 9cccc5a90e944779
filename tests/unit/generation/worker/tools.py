"""Tools for tests: entries of small networks."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from generation.catalog import Licence, ToolSpec
from generation.worker.device import Device
from generation.worker.tiles import Pixels

PROCESSOR = Device(torch.device("cpu"), "CPU", torch.float32)


def tool(path: Path, kind: str = "upscaler", **fields: Any) -> ToolSpec:
    """The entry of a file in a folder of this host."""
    return ToolSpec.model_validate(
        {
            "name": path.stem.lower().replace("_", "-"),
            "title": path.stem.title(),
            "description": "Small.",
            "kind": kind,
            "repo": str(path.parent),
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "0" * 64,
            "licence": Licence(name="MIT", commercial=True),
            **fields,
        }
    )


def picture(width: int, height: int, seed: int = 0) -> Pixels:
    """Soft spots of color, the same for a seed."""
    spots = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    image = Image.fromarray(spots).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.uint8)
