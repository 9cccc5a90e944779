"""The picture classifier on the device: how likely a picture is one that not everybody may see."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification

from generation.catalog import ToolSpec
from generation.worker.device import Device
from generation.worker.load_errors import LoadError
from generation.worker.tiles import Pixels

_CONFIG = "config.json"
# Looked at once when it is opened, in a shape that no classifier is made for.
_TRIED_WITH = (48, 64)


class NoScore(Exception):
    """The classifier says nothing of a picture that could be gone by."""


class Screener:
    """An image classifier of transformers, read from a folder; of its labels, some are unsafe."""

    def __init__(self, folder: Path, tool: ToolSpec, device: Device) -> None:
        """Open it, and have it look at a gray picture.

        Raises LoadError where it has none of the tool's labels, NoScore where it says nothing of
        that picture, and what the library raises.
        """
        self._unsafe = unsafe_numbers(folder, tool)
        self._device = device
        # Any: the library makes these signatures at run time.
        make_processor: Any = AutoImageProcessor.from_pretrained
        make_model: Any = AutoModelForImageClassification.from_pretrained
        where = {"local_files_only": True, "trust_remote_code": False}
        self._processor: Any = make_processor(folder, **where)
        model: Any = make_model(folder, use_safetensors=True, dtype=torch.float32, **where)
        self._model = model.eval().to(device.torch_device)
        # Its labels leave each other alone, or there is but one: no share of anything.
        self._is_each_alone = (
            model.config.problem_type == "multi_label_classification"
            or model.config.num_labels == 1
        )
        self.scores([np.full((*_TRIED_WITH, 3), 127, dtype=np.uint8)])

    @torch.inference_mode()
    def scores(self, pictures: Sequence[Pixels]) -> list[float]:
        """Of each picture, how likely it is unsafe: from 0 to 1. Raises NoScore."""
        return [self._score(picture) for picture in pictures]  # they differ in size

    def _score(self, picture: Pixels) -> float:
        prepared = self._processor(images=Image.fromarray(picture), return_tensors="pt")
        there = prepared["pixel_values"].to(self._device.torch_device)
        said = self._model(pixel_values=there).logits[0].float()
        if not bool(said.isfinite().all()):
            raise NoScore("what it says is no number")
        if self._is_each_alone:
            return float(said.sigmoid()[self._unsafe].max())
        return min(1.0, float(said.softmax(-1)[self._unsafe].sum()))


def unsafe_numbers(folder: Path, tool: ToolSpec) -> list[int]:
    """Where the tool's labels stand among those of the classifier. Raises LoadError."""
    try:
        said = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        known = {str(label).casefold(): int(number) for number, label in said["id2label"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise LoadError(
            f"The files of {tool.title} are not those of a picture classifier. Whoever runs Easel"
            " has to check its entry in models.toml."
        ) from error
    unknown = [label for label in tool.labels if label.casefold() not in known]
    if unknown:
        raise LoadError(
            f"{tool.title} knows no label {', '.join(unknown)}, only {', '.join(known)}. Whoever"
            " runs Easel has to correct `labels` in models.toml."
        )
    return sorted({known[label.casefold()] for label in tool.labels})
