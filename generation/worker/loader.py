"""From a catalog entry to a pipeline on the device. Keeps the one it loaded last."""

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.schedulers.scheduling_utils import SchedulerMixin

from generation.catalog import ModelSpec
from generation.worker.causes import trail
from generation.worker.device import Device
from generation.worker.economy import ECONOMIES, Economy, next_cheaper
from generation.worker.load_errors import LoadError, explain
from generation.worker.memory import is_out_of_memory
from generation.worker.prompts import PromptEncoder

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A pipeline on the device, and what is known of its weights."""

    key: tuple[str | None, ...]
    pipeline: Any
    scheduler_class: type[Any]
    scheduler_config: dict[str, Any]
    revision: str | None  # the commit that was really loaded
    economy: Economy
    encoder: PromptEncoder | None  # where the model weighs words

    def new_scheduler(self, spec: ModelSpec) -> Any:
        """A fresh scheduler: they carry state from picture to picture."""
        if spec.scheduler is None:
            return self.scheduler_class.from_config(self.scheduler_config)
        chosen = _class_of_diffusers(spec.scheduler.name, SchedulerMixin)
        return chosen.from_config(self.scheduler_config, **spec.scheduler.options)


class Loader:
    """Loads models, one at a time."""

    def __init__(self, device: Device) -> None:
        """Models go to `device`."""
        self._device = device
        self._loaded: LoadedModel | None = None
        # How far down each model had to go for the device's memory, by its key.
        self._levels: dict[tuple[str | None, ...], int] = {}

    def get(self, spec: ModelSpec, on_load: Callable[[], None]) -> LoadedModel:
        """The model of `spec`; calls `on_load` where it has to be loaded first.

        Raises LoadError, and what is out of memory as it comes.
        """
        if self._loaded is not None and self._loaded.key == spec.weights:
            return self._loaded
        on_load()
        try:
            pipeline_class = _class_of_diffusers(spec.pipeline or "", DiffusionPipeline)
            folder = _local_folder(spec) if spec.is_folder else _download(pipeline_class, spec)
            # Only now: a model that can't be had is no reason to give up the one that is here.
            self.drop()
            self._loaded = self._load(spec, pipeline_class, folder)
        except LoadError:
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise LoadError(explain(error, spec)) from error
        return self._loaded

    def level(self, spec: ModelSpec) -> int:
        """The setting that the model is loaded with from now on."""
        return self._levels.get(spec.weights, 0)

    def begin_at(self, spec: ModelSpec, level: int) -> None:
        """Take over how far down a worker before this one had to go."""
        if level <= self.level(spec):
            return
        self._levels[spec.weights] = level
        if self._loaded is not None and self._loaded.key == spec.weights:
            self.drop()

    def economize(self, spec: ModelSpec, *, loading: bool) -> Economy | None:
        """Have the model loaded anew, and from now on, with the next cheaper setting.

        `loading`: with one that needs less memory for that. None where there is none.
        """
        self.drop()
        level = next_cheaper(self.level(spec), self._device, loading=loading)
        if level is None:
            return None
        self._levels[spec.weights] = level
        return ECONOMIES[level]

    def drop(self) -> None:
        """Free what is loaded."""
        self._loaded = None
        self.free()

    def free(self) -> None:
        """Give the device back what nothing refers to any more."""
        gc.collect()
        if self._device.is_gpu:
            torch.cuda.empty_cache()

    def _load(self, spec: ModelSpec, pipeline_class: type[Any], folder: Path) -> LoadedModel:
        pipeline = pipeline_class.from_pretrained(
            folder, variant=spec.variant, dtype=self._device.dtype, use_safetensors=True
        )
        economy = ECONOMIES[self.level(spec)]
        economy.place(pipeline, self._device)
        pipeline.set_progress_bar_config(disable=True)
        log.info("loaded %s on %s (%s)", spec.name, self._device.name, economy.name)
        return LoadedModel(
            key=spec.weights,
            pipeline=pipeline,
            scheduler_class=type(pipeline.scheduler),
            scheduler_config=dict(pipeline.scheduler.config),
            revision=None
            if spec.is_folder
            else folder.name,  # snapshots/<commit> in the hub's cache
            economy=economy,
            encoder=PromptEncoder(pipeline) if spec.weighting else None,
        )


def _local_folder(spec: ModelSpec) -> Path:
    folder = Path(spec.repo)
    if not (folder / "model_index.json").is_file():
        raise LoadError(
            f"The folder of {spec.title} holds no model on this host. Whoever runs Easel has to"
            " put it there, or correct"
            " `repo` in models.toml."
        )
    return folder


def _download(pipeline_class: type[Any], spec: ModelSpec) -> Path:
    """The folder of the snapshot in the hub's cache, of which only what is needed is fetched.

    The hub being down, or having taken the model away, is no reason not to paint with what is here.
    """
    wanted = {"revision": spec.revision, "variant": spec.variant, "use_safetensors": True}
    try:
        return Path(pipeline_class.download(spec.repo, **wanted))
    except Exception as error:
        try:
            folder = Path(pipeline_class.download(spec.repo, **wanted, local_files_only=True))
        except Exception:
            folder = None
        if folder is None:
            raise
        log.warning(
            "%s: the hub can't be asked, cached files are used: %s", spec.name, trail(error)
        )
        return folder


def _class_of_diffusers(name: str, base: type[Any]) -> type[Any]:
    """A class by its name in the catalog: one of diffusers' own, of the kind meant there."""
    found = getattr(diffusers, name, None)
    if not (isinstance(found, type) and issubclass(found, base) and found is not base):
        raise LoadError(
            f"diffusers {diffusers.__version__} has no {name}. Whoever runs Easel has to check"
            " models.toml."
        )
    return found
