"""The LoRAs that a prompt names, on the model that paints it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from generation.catalog import LoraSpec, ModelSpec
from generation.loras import AskedLora
from generation.worker import loras, selection, weights
from generation.worker.fetch import bring, check_space, plan
from generation.worker.load_errors import LoadError, LoraError, explain
from generation.worker.memory import is_of_device
from generation.worker.watching import Progress, Watch


class Adapters:
    """Puts them on and takes them off.

    Pipelines share networks, so one at a time wears any: those of the last prompt, which the next
    one may name as well. They leave with what they were put on for.
    """

    def __init__(self) -> None:
        """Nothing is worn."""
        self._pipeline: Any = None
        self._on: tuple[AskedLora, ...] = ()

    def are_on(self, pipeline: Any, wanted: tuple[AskedLora, ...]) -> bool:
        """Whether this pipeline wears these; where none are wanted, whether nothing wears any."""
        return wanted == self._on and (not wanted or pipeline is self._pipeline)

    def put_on(
        self,
        pipeline: Any,
        spec: ModelSpec,
        wanted: tuple[AskedLora, ...],
        watch: Watch | None = None,
    ) -> dict[str, str]:
        """Put these on a pipeline, when nothing wears any; the commits that were decided on.

        `watch` is told how far a download is. Raises LoraError, and what is of the device as it
        comes; where `wears_any` then, a part of them is on.
        """
        try:
            files, commits = _fetch(wanted, spec, watch)
            self._pipeline, self._on = pipeline, tuple(lora.pinned(commits) for lora in wanted)
            loras.put_on(pipeline, selection.denoiser(pipeline.components), spec, files)
        except LoadError as error:
            raise LoraError(str(error)) from error
        except Exception as error:
            if is_of_device(error):
                raise
            raise LoraError(explain(error, _as_entry(wanted, spec))) from error
        return commits

    @property
    def wears_any(self) -> bool:
        """Whether a pipeline wears any, or a part of them."""
        return self._pipeline is not None

    def take_off(self) -> None:
        """Take off what is worn: the networks are as they were before.

        What the libraries raise leaves a pipeline that is of no further use.
        """
        pipeline = self._pipeline
        self.forget()
        if pipeline is not None:
            loras.take_off(pipeline)

    def forget(self) -> None:
        """What wore them is gone."""
        self._pipeline, self._on = None, ()


def _fetch(
    wanted: Sequence[AskedLora], spec: ModelSpec, watch: Watch | None
) -> tuple[dict[LoraSpec, Path], dict[str, str]]:
    """Where their files are now, and the commits of those repos that were not pinned.

    Raises LoadError, also where one of them is damaged, a pickle, or no safetensors at all.
    """
    files: dict[LoraSpec, Path] = {}
    commits: dict[str, str] = {}
    for lora in wanted:
        entry = _as_entry([lora], spec)
        found = plan(lora, lambda _, file=lora.file: {file}, entry)
        check_space([found], entry)
        folder = bring(found, entry, Progress(found.size, watch or _nobody))
        files[lora] = folder / lora.file
        try:
            weights.elements(files[lora])
        except (SafetensorError, weights.PickleFile) as error:
            raise LoadError(explain(error, entry)) from error
        if lora.revision is None and not lora.is_folder:
            commits[lora.repo] = folder.name  # snapshots/<commit> in the hub's cache
    return files, commits


def _as_entry(wanted: Sequence[AskedLora], spec: ModelSpec) -> ModelSpec:
    """What messages speak of: it is the LoRA that can't be had, and not the model."""
    names = ", ".join(lora.name for lora in wanted)
    changes = {"name": f"loras.{names}", "title": f"LoRA {names}", "repo": wanted[0].repo}
    return spec.model_copy(update=changes)


def _nobody(_here: int, _total: int) -> None:
    """Nobody watches."""
