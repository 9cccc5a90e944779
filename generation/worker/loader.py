"""From a catalog entry to a pipeline on the device. What fits stays loaded."""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import torch

from generation.catalog import ModelSpec, Source
from generation.worker import economy as economies
from generation.worker import room
from generation.worker.assembly import assemble, scheduler_class
from generation.worker.device import Device
from generation.worker.economy import Economy
from generation.worker.load_errors import LoadError, explain
from generation.worker.memory import is_out_of_memory
from generation.worker.precision import dtype_for, refuse_what_cannot_be
from generation.worker.sharing import Origins, origins, shared
from generation.worker.sources import Sources, gather

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A pipeline on the device, and what is known of its weights."""

    names: set[str]  # of the entries that run on it
    pipeline: Any
    scheduler_class: type[Any]
    scheduler_config: dict[str, Any]
    revision: str | None  # the commit of the pipeline's repo that was really loaded
    commits: dict[str, str]  # the same of all its repos
    economy: Economy
    dtype: torch.dtype
    origins: Origins

    def new_scheduler(self, spec: ModelSpec) -> Any:
        """A fresh scheduler: they carry state from picture to picture."""
        if spec.scheduler is None:
            return self.scheduler_class.from_config(self.scheduler_config)
        return scheduler_class(spec).from_config(self.scheduler_config, **spec.scheduler.options)


class Loader:
    """Loads models, and keeps them as long as they fit; the least recently used leaves first."""

    def __init__(self, device: Device) -> None:
        """Models go to `device`."""
        self._device = device
        self._resident: dict[Hashable, LoadedModel] = {}  # the least recently used one first
        # How far down each model had to go for the device's memory.
        self._levels: dict[Hashable, int] = {}
        #: What the repos without a pinned revision are at here.
        self.commits: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The entries whose models are loaded."""
        return sorted(name for model in self._resident.values() for name in model.names)

    def get(self, spec: ModelSpec, on_load: Callable[[], None]) -> LoadedModel:
        """The model of `spec`; calls `on_load` where it has to be loaded first.

        Raises LoadError, and what is out of memory as it comes.
        """
        if (model := self._find(spec)) is not None:
            return model
        refuse_what_cannot_be(spec, self._device)
        on_load()
        try:
            # A model that can't be had is no reason to give up one that is here.
            sources = gather(spec)
            self.commits |= sources.resolved
            model = self._find(spec) or self._load(spec, sources)
        except LoadError:
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise LoadError(explain(error, spec)) from error
        return model

    def economize(self, spec: ModelSpec) -> Economy | None:
        """Have the model loaded anew with more room: alone, or with the next cheaper setting.

        Returns the setting; None where there is none cheaper.
        """
        key = self._key(spec)
        possible = economies.economies(spec, self._device)
        level = self._levels.get(key, 0)
        if not self._resident.keys() - {key}:
            level += 1
        self.drop()
        if level >= len(possible):
            return None
        self._levels[key] = level
        return possible[level]

    def drop(self) -> None:
        """Free all that is loaded."""
        self._resident.clear()
        self.free()

    def free(self) -> None:
        """Give the device back what nothing refers to any more."""
        room.give_back(self._device)

    def _find(self, spec: ModelSpec) -> LoadedModel | None:
        """The loaded one, which is now the most recently used one."""
        key = self._key(spec)
        model = self._resident.pop(key, None)
        if model is not None:
            self._resident[key] = model
            model.names.add(spec.name)
        return model

    def _load(self, spec: ModelSpec, sources: Sources) -> LoadedModel:
        key, device, elements = self._key(spec), self._device, sources.elements
        possible = economies.economies(spec, device)
        if key not in self._levels:
            self._levels[key] = self._plan(spec, elements)
        economy = possible[self._levels[key]]
        self._make_room(economy.need(spec, device, elements))
        dtype = dtype_for(spec, device, half=economy.half)
        wanted = origins(spec, sources, economy, dtype)
        others = [(model.origins, model.pipeline) for model in self._resident.values()]
        pipeline = assemble(
            spec,
            sources,
            dtype,
            four_bit=economy.four_bit,
            shared=shared(wanted, others),
        )
        economy.place(pipeline, device)
        log.info("loaded %s on %s (%s)", spec.name, device.name, economy.name)
        self._resident[key] = LoadedModel(
            names={spec.name},
            pipeline=pipeline,
            scheduler_class=type(pipeline.scheduler),
            scheduler_config=dict(pipeline.scheduler.config),
            revision=sources.commits.get(spec.repo),
            commits=sources.commits,
            economy=economy,
            dtype=dtype,
            origins=wanted,
        )
        return self._resident[key]

    def _plan(self, spec: ModelSpec, elements: int) -> int:
        """Its level with the device for itself: others leave before it has to be slower."""
        taken = room.taken_bytes(
            self._device, (model.pipeline for model in self._resident.values())
        )
        total = room.free_bytes(self._device) + taken
        return economies.choose(spec, self._device, elements, total)

    def _make_room(self, need: int) -> None:
        """Have those leave that were not used for longest, until so many bytes are free."""
        while self._resident and room.free_bytes(self._device) < need:
            key = next(iter(self._resident))
            log.info("%s makes room", ", ".join(sorted(self._resident[key].names)))
            del self._resident[key]
            self.free()

    def _key(self, spec: ModelSpec) -> Hashable:
        """What tells loaded weights apart; the rest of an entry may change without loading anew."""
        pipeline = Source(repo=spec.repo, revision=spec.revision)
        sources = (pipeline, spec.checkpoint, spec.unet, spec.vae, *spec.loras)
        return (
            *(self._at_commit(source) for source in sources),
            *(spec.variant, spec.pipeline, spec.left_out, spec.dtype),
            *(spec.quantization, spec.offload),
        )

    def _at_commit(self, source: Source | None) -> Source | None:
        if source is None or source.revision is not None or source.is_folder:
            return source
        return source.model_copy(update={"revision": self.commits.get(source.repo)})
