"""All files that an entry is loaded from, brought to this host."""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from generation.catalog import FileSource, ModelSpec, Source
from generation.worker import selection
from generation.worker.fetch import fetch


@dataclass(slots=True)
class Sources:
    """Where they are, and at which commits."""

    folder: Path  # of the pipeline
    index: Mapping[str, Any]  # the pipeline's list of its components
    variant: str | None = None  # the entry's, if the repo has files of it
    checkpoint: Path | None = None
    unet: Path | None = None
    vae: Path | None = None  # a folder
    loras: tuple[Path, ...] = ()
    weights: list[Path] = field(default_factory=list)  # all files of weights
    commits: dict[str, str] = field(default_factory=dict)  # by repo
    resolved: dict[str, str] = field(default_factory=dict)  # those that the entry doesn't pin

    @property
    def elements(self) -> int:
        """How many numbers all weights are.

        Opens every file, and so raises SafetensorError where one is damaged, or none at all.
        """
        return sum(_elements(path) for path in self.weights)


def gather(spec: ModelSpec) -> Sources:
    """Bring them here. Raises LoadError, and what the hub's library raises."""
    wanted = pipeline = Source(repo=spec.repo, revision=spec.revision)
    folder = fetch(pipeline, lambda _: {selection.INDEX}, spec)
    index = json.loads((folder / selection.INDEX).read_text(encoding="utf-8"))
    if not pipeline.is_folder:  # the rest at the same commit, whatever happens meanwhile
        pipeline = Source(repo=spec.repo, revision=folder.name)
    chosen: set[str] = set()

    def choose(names: Collection[str]) -> set[str]:
        chosen.clear()
        chosen.update(selection.needed(spec, index, names))
        return chosen

    sources = Sources(fetch(pipeline, choose, spec), index)
    if spec.variant is not None and any(f".{spec.variant}" in name for name in chosen):
        sources.variant = spec.variant  # the libraries raise where there is none of it
    _note(sources, wanted, sources.folder)
    _add_weights(sources, sources.folder, chosen)
    if spec.checkpoint is not None:
        sources.checkpoint = _file(spec.checkpoint, sources, spec)
    if spec.unet is not None:
        sources.unet = _file(spec.unet, sources, spec)
    if spec.vae is not None:
        sources.vae = _vae(spec, sources)
    sources.loras = tuple(_file(lora, sources, spec) for lora in spec.loras)
    return sources


def _file(source: FileSource, sources: Sources, spec: ModelSpec) -> Path:
    folder = fetch(source, lambda _: {source.file}, spec)
    _note(sources, source, folder)
    _add_weights(sources, folder, {source.file})
    return folder / source.file


def _vae(spec: ModelSpec, sources: Sources) -> Path:
    source = spec.vae
    assert source is not None
    chosen: set[str] = set()

    def choose(names: Collection[str]) -> set[str]:
        chosen.clear()
        chosen.update(selection.of_folder(names, source.subfolder, source.variant))
        return chosen

    folder = fetch(source, choose, spec)
    _note(sources, source, folder)
    _add_weights(sources, folder, chosen)
    return folder / source.subfolder if source.subfolder else folder


def _note(sources: Sources, source: Source, folder: Path) -> None:
    if not source.is_folder:
        sources.commits[source.repo] = folder.name  # snapshots/<commit> in the hub's cache
        if source.revision is None:
            sources.resolved[source.repo] = folder.name


def _add_weights(sources: Sources, folder: Path, names: Collection[str]) -> None:
    sources.weights += [folder / name for name in sorted(selection.weights_of(names))]


def _elements(path: Path) -> int:
    try:
        with safe_open(path, framework="pt") as file:
            shapes = [file.get_slice(name).get_shape() for name in file.keys()]  # noqa: SIM118
    except SafetensorError as error:
        raise SafetensorError(f"{path.name}: {error}") from error
    return sum(math.prod(shape) for shape in shapes)
