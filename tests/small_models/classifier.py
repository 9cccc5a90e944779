"""A small model that says whether a picture is fit for all, as Falconsai/nsfw_image_detection.

What it takes for unfit is red: its weights are made by hand, so that it is known what it says.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

_HIDDEN = 32
_PATCH = 8
_SIDE = 32
_PATCHES = (_SIDE // _PATCH) ** 2
# Beside so large a number, what a normalization does to a small one is to divide it by this.
_LARGE = 10.0
_NORM = (2 * _LARGE**2 / _HIDDEN) ** 0.5
# Redness goes from -2 to 2: that of gray is 0, that of nothing but red 2.
_FROM = 1.2
_STEEPNESS = 6.0


def write_small_classifier(folder: Path) -> Path:
    """Write the repo into `folder` (created). It calls pictures unsafe that are mostly red."""
    # Any: transformers makes these signatures at run time.
    config: Any = ViTConfig
    processor: Any = ViTImageProcessor
    small = config(
        hidden_size=_HIDDEN,
        intermediate_size=37,
        num_hidden_layers=1,
        num_attention_heads=1,
        image_size=_SIDE,
        patch_size=_PATCH,
        id2label={0: "normal", 1: "nsfw"},
        label2id={"normal": 0, "nsfw": 1},
    )
    model = ViTForImageClassification(small)
    _look_for_red(model)
    model.save_pretrained(folder)
    processor(size={"height": _SIDE, "width": _SIDE}).save_pretrained(folder)
    return folder


@torch.no_grad()
def _look_for_red(model: Any) -> None:
    for name, weights in model.named_parameters():
        is_scale = "layernorm" in name and name.endswith("weight")
        nn.init.constant_(weights, 1.0 if is_scale else 0.0)
    found: dict[str, Tensor] = dict(model.named_parameters())

    def of(end: str) -> Tensor:
        (name,) = (each for each in found if each.endswith(end))
        return found[name]

    # Of each patch: how red it is, and numbers that outweigh that, so that norms are nearly linear.
    for sign, row in ((1.0, 0), (-1.0, 1)):
        for channel, share in enumerate((1.0, -0.5, -0.5)):
            of("patch_embeddings.projection.weight")[row, channel] = sign * share / _PATCH**2
    of("patch_embeddings.projection.bias")[2:4] = torch.tensor([_LARGE, -_LARGE])
    of("cls_token")[0, 0, 2:4] = torch.tensor([_LARGE, -_LARGE])
    # All patches count the same, and what they say comes to the token that is classified.
    of("attention.v_proj.weight")[:] = torch.eye(_HIDDEN)
    back = _NORM * (_PATCHES + 1) / _PATCHES
    of("attention.o_proj.weight")[0, 0] = back
    of("classifier.weight")[1, 0] = _NORM * _STEEPNESS
    of("classifier.bias")[1] = -_FROM * _STEEPNESS
