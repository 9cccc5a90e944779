"""The catalog's entries with small models in the place of their repos, on this host's disk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from generation.catalog import Catalog, ModelSpec, Source
from generation.loras import AskedLora
from generation.request import GenerationRequest
from generation.worker.device import Device
from generation.worker.loaded import LoadedModel
from generation.worker.loader import Loader
from generation.worker.paint import Pixels, paint
from tests.small_models.cache import small_repos

CATALOG = Catalog.load()
CPU = Device(torch.device("cpu"), "CPU", torch.float32)


def entry(name: str, **changes: Any) -> ModelSpec:
    """An entry whose repos are the folders of the small ones."""
    spec = CATALOG[name]
    moved: dict[str, Any] = {
        field: here(source)
        for field in ("checkpoint", "unet", "vae")
        if (source := getattr(spec, field)) is not None
    }
    moved["loras"] = tuple(here(lora) for lora in spec.loras)
    moved |= {"repo": str(small_repos() / spec.repo), "revision": None}
    return spec.model_copy(update={**moved, **changes})


def here(source: Source) -> Source:
    return source.model_copy(update={"repo": str(small_repos() / source.repo), "revision": None})


def load(
    spec: ModelSpec, loader: Loader | None = None, loras: Sequence[AskedLora] = ()
) -> LoadedModel:
    return (loader or Loader(CPU)).get(spec, lambda _: None, loras=loras)


def pixels(spec: ModelSpec, loader: Loader | None = None, **changes: Any) -> Pixels:
    """A small picture by an entry."""
    request = GenerationRequest.build(spec, "a red fox", seed=7)
    small = {"width": 64, "height": 64, **changes}
    request = request.model_copy(update=small)
    model = load(spec, loader, request.loras)
    made = paint(model, spec, [request], lambda _: None)[0]
    assert not isinstance(made, Exception), made
    return made


def folder_with(tmp_path: Path, write: Any, **options: Any) -> str:
    """A folder that a builder of small models filled."""
    return str(write(tmp_path / "made", **options))
