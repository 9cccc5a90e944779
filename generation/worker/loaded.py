"""A model on the device: its pipeline, and what is made of the same networks for each picture."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Self

import torch

from generation.catalog import ModelSpec
from generation.worker.assembly import scheduler_class
from generation.worker.economy import Economy
from generation.worker.prompts import PromptEncoder
from generation.worker.sharing import Origins
from generation.worker.sources import Sources
from generation.worker.starting import sister


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
    encoder: PromptEncoder | None  # where the model weighs words
    _unused: dict[str | None, Any] = field(default_factory=dict[str | None, Any])  # schedulers
    _sisters: list[Any] = field(default_factory=list[Any])  # those made of the same networks

    @classmethod
    def of(
        cls,
        spec: ModelSpec,
        pipeline: Any,
        sources: Sources,
        economy: Economy,
        dtype: torch.dtype,
        networks: Origins,
    ) -> Self:
        """A pipeline that was just made of these sources; `networks` are whence each of its is."""
        return cls(
            names={spec.name},
            pipeline=pipeline,
            scheduler_class=type(pipeline.scheduler),
            scheduler_config=dict(pipeline.scheduler.config),
            revision=sources.commits.get(spec.repo),
            commits=sources.commits,
            economy=economy,
            dtype=dtype,
            origins=networks,
            encoder=PromptEncoder(pipeline) if spec.weighting else None,
        )

    def from_picture(self) -> Any:
        """The pipeline of the same networks that starts from a picture."""
        if not self._sisters:
            self._sisters.append(sister(self.pipeline))
        return self._sisters[0]

    def new_scheduler(self, spec: ModelSpec) -> Any:
        """A fresh scheduler: they carry state from picture to picture."""
        wanted = spec.scheduler and spec.scheduler.model_dump_json()
        if wanted not in self._unused:
            self._unused[wanted] = self._make_scheduler(spec)
        # Making one takes ten times as long as copying one that was never used.
        return deepcopy(self._unused[wanted])

    def _make_scheduler(self, spec: ModelSpec) -> Any:
        if spec.scheduler is None:
            return self.scheduler_class.from_config(self.scheduler_config)
        return scheduler_class(spec).from_config(self.scheduler_config, **spec.scheduler.options)
