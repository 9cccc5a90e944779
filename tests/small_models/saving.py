"""Writes pipelines the way the real repos hold them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch


@dataclass(frozen=True, slots=True)
class Layout:
    """How a repo holds a pipeline's files."""

    dtype: torch.dtype = torch.float16
    variant: str | None = None  # what the names of the weights' files say, as fp16
    # Components whose weights come in several files with an index, as the real ones above 5 GB do.
    sharded: tuple[str, ...] = ()
    # Classes that the real model_index.json names otherwise than these libraries do, by component.
    names: Mapping[str, str] = field(default_factory=dict)


def save(pipeline: Any, folder: Path, layout: Layout) -> Path:
    """Write `pipeline` into `folder` (created)."""
    pipeline.to(dtype=layout.dtype, silence_dtype_warnings=True)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.save_pretrained(folder, variant=layout.variant, safe_serialization=True)
    for component in layout.sharded:
        _shard(getattr(pipeline, component), folder / component)
    _rename_classes(folder / "model_index.json", layout.names)
    return folder


def _shard(model: Any, folder: Path) -> None:
    """Write `model` anew, in three files or so."""
    for path in folder.glob("*.safetensors"):
        path.unlink()
    size = sum(tensor.nbytes for tensor in model.state_dict().values())
    largest = max(tensor.nbytes for tensor in model.state_dict().values())
    model.save_pretrained(folder, max_shard_size=max(size // 3, largest))


def _rename_classes(index: Path, names: Mapping[str, str]) -> None:
    components = json.loads(index.read_text(encoding="utf-8"))
    for component, name in names.items():
        components[component][1] = name
    index.write_text(json.dumps(components, indent=2), encoding="utf-8")
