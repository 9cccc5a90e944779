"""A small model that says whether a picture is fit for all, as Falconsai/nsfw_image_detection."""

from pathlib import Path
from typing import Any

import torch
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor


def write_small_classifier(folder: Path, seed: int = 0) -> Path:
    """Write the repo into `folder` (created). What it says of a picture is by chance."""
    torch.manual_seed(seed)
    # Any: transformers makes these signatures at run time.
    config: Any = ViTConfig
    processor: Any = ViTImageProcessor
    small = config(
        hidden_size=32,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=32,
        patch_size=8,
        id2label={0: "normal", 1: "nsfw"},
        label2id={"normal": 0, "nsfw": 1},
    )
    ViTForImageClassification(small).save_pretrained(folder)
    processor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder
