"""Networks that several entries have in common are in memory only once."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import torch

from generation.catalog import ModelSpec
from generation.worker import loras, selection
from generation.worker.economy import Economy
from generation.worker.sources import Sources

#: By component, what tells its weights, and how they are kept, from all others.
Origins = Mapping[str, Hashable]


def origins(spec: ModelSpec, sources: Sources, economy: Economy, dtype: torch.dtype) -> Origins:
    """Where those components of an entry come from which others may use, too."""
    if not economy.shares or sources.checkpoint is not None:
        return {}
    names = [
        name
        for name in selection.components(sources.index)
        if name not in spec.left_out and (sources.folder / name / "config.json").is_file()
    ]
    kept = (economy.name, str(dtype))
    found: dict[str, Hashable] = {
        name: (*kept, str(sources.folder), spec.variant, name) for name in names
    }
    denoiser = selection.denoiser(sources.index)
    if sources.unet is not None:
        found[denoiser] = (*kept, str(sources.unet), denoiser)
    if sources.vae is not None and spec.vae is not None:
        found["vae"] = (*kept, str(sources.vae), spec.vae.variant)
    files = zip(sources.loras, spec.loras, strict=True)
    mixed = tuple((str(path), lora.weight) for path, lora in files)
    if mixed:
        changed = [denoiser]
        if any(loras.touches_text_encoders(path) for path in sources.loras):
            changed += [name for name in names if name.startswith("text_encoder")]
        # All of them are shared, or none: what is mixed in once is not mixed in again.
        together = (tuple(found.get(name) for name in changed), mixed)
        found |= {name: (found.get(name), together) for name in changed}
    return found


def shared(wanted: Origins, others: Iterable[tuple[Origins, Any]]) -> dict[str, Any]:
    """The networks, by component, that pipelines loaded already have of those wanted."""
    found: dict[str, Any] = {}
    for theirs, pipeline in others:
        for name, origin in wanted.items():
            if name not in found and theirs.get(name) == origin:
                found[name] = getattr(pipeline, name)
    return found
