"""All files that an entry is loaded from, brought to this host."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generation.catalog import FileSource, ModelSpec, Source, VaeSpec
from generation.worker import selection, weights
from generation.worker.fetch import Choice, Plan, bring, check_space, fetch, plan
from generation.worker.watching import Progress, Watch

_IN_16_BITS = re.compile(r"\.b?f(p|loat)?16[.-]")


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

        Opens every file, and so raises SafetensorError or PickleFile where one is not what it
        should be.
        """
        return sum(weights.elements(path) for path in self.weights)


@dataclass(frozen=True, slots=True)
class Want:
    """What an entry needs of one repo."""

    part: str  # pipeline, checkpoint, unet, vae or lora
    source: Source
    choose: Choice


def gather(
    spec: ModelSpec,
    watch: Watch | None = None,
    *,
    on_index: Callable[[Mapping[str, Any], Mapping[str, Any] | None], None] | None = None,
    on_size: Callable[[int], object] | None = None,
) -> Sources:
    """Bring them here. Raises LoadError, and what the hub's library raises.

    `watch` is told how far a download is, where there is one. What would be of no use once it is
    here is refused by these, before any weights come: `on_index` gets the pipeline's list of its
    components, and the configuration of a VAE from elsewhere; `on_size` how many numbers the
    weights that are to come are at the least.
    """
    folder = fetch(Source(repo=spec.repo, revision=spec.revision), _index_alone, spec)
    index = json.loads((folder / selection.INDEX).read_text(encoding="utf-8"))
    if on_index is not None:
        on_index(index, None)  # before another repo is asked
        if spec.vae is not None:
            on_index(index, _vae_config(spec.vae, spec))
    # The rest at the same commit, whatever happens meanwhile.
    commit = spec.revision if spec.is_folder else folder.name
    wants = wanted(spec, index, commit)
    plans = [plan(want.source, want.choose, spec) for want in wants]
    if on_size is not None:
        on_size(_least_elements(plans))
    check_space(plans, spec)
    progress = Progress(sum(found.size for found in plans), watch)
    sources = Sources(folder, index)
    for want, found in zip(wants, plans, strict=True):
        _add(sources, want, bring(found, spec, progress), found.names)
    _note(sources, Source(repo=spec.repo, revision=spec.revision), sources.folder)
    if spec.variant is not None and any(f".{spec.variant}" in name for name in plans[0].names):
        sources.variant = spec.variant  # the libraries raise where there is none of it
    return sources


def wanted(spec: ModelSpec, index: Mapping[str, Any], commit: str | None) -> list[Want]:
    """What the entry needs of each repo: first of its pipeline's, which is at `commit`."""
    pipeline = Source(repo=spec.repo, revision=commit)
    wants = [
        Want("pipeline", pipeline, lambda names: selection.needed(spec, index, names)),
        *_files("checkpoint", spec.checkpoint),
        *_files("unet", spec.unet),
    ]
    if (vae := spec.vae) is not None:
        wants.append(
            Want("vae", vae, lambda names: selection.of_folder(names, vae.subfolder, vae.variant))
        )
    return [*wants, *_files("lora", *spec.loras)]


def _files(part: str, *sources: FileSource | None) -> list[Want]:
    return [
        Want(part, source, lambda _, name=source.file: {name})
        for source in sources
        if source is not None
    ]


def _least_elements(plans: Iterable[Plan]) -> int:
    """How many numbers what is to come must hold: nothing is kept in more than 32 bits."""
    files = [file for found in plans for file in found.large if selection.weights_of([file.name])]
    return sum(file.size // (2 if _IN_16_BITS.search(file.name) else 4) for file in files)


def _index_alone(_: Collection[str]) -> set[str]:
    return {selection.INDEX}


def _vae_config(vae: VaeSpec, spec: ModelSpec) -> Mapping[str, Any]:
    """What a VAE from elsewhere says that it is. Raises as `gather` does."""
    name = selection.config_of(vae)
    folder = fetch(vae, lambda _: {name}, spec)
    return json.loads((folder / name).read_text(encoding="utf-8"))


def _add(sources: Sources, want: Want, folder: Path, names: Collection[str]) -> None:
    """Note where a part is now."""
    match want.part, want.source:
        case "pipeline", _:
            sources.folder = folder
        case "checkpoint", FileSource(file=name):
            sources.checkpoint = folder / name
        case "unet", FileSource(file=name):
            sources.unet = folder / name
        case "lora", FileSource(file=name):
            sources.loras += (folder / name,)
        case "vae", VaeSpec(subfolder=subfolder):
            sources.vae = folder / subfolder if subfolder else folder
        case _:
            raise AssertionError(f"{want} is no part of an entry")
    if want.part != "pipeline":
        _note(sources, want.source, folder)
    sources.weights += [folder / name for name in sorted(selection.weights_of(names))]


def _note(sources: Sources, source: Source, folder: Path) -> None:
    if not source.is_folder:
        sources.commits[source.repo] = folder.name  # snapshots/<commit> in the hub's cache
        if source.revision is None:
            sources.resolved[source.repo] = folder.name
