"""A model taken apart: which files hold each of its networks, and all that is no weights."""

import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch
from safetensors import safe_open

from generation.catalog import ModelSpec
from generation.worker import selection
from generation.worker.assembly import assemble
from generation.worker.sources import Sources

_DTYPES = {"F32": torch.float32, "BF16": torch.bfloat16}  # any other: 16 bits
# What says of a single file that its denoiser predicts the velocity.
_PREDICTS_VELOCITY = "v_pred"


@dataclass(frozen=True, slots=True)
class Parent:
    """A model that takes part in a mix."""

    spec: ModelSpec
    sources: Sources
    files: Mapping[str, Sequence[Path]]  # by network

    @classmethod
    def of(cls, spec: ModelSpec, sources: Sources, work: Path) -> Self:
        """The model with these files; what has to be unpacked is put into `work`.

        Raises LoadError, and what the libraries raise.
        """
        if sources.checkpoint is None:
            return cls(spec, sources, _files(spec, sources))
        return cls(spec, sources, _unpacked(spec, sources, work))

    @property
    def predicts(self) -> str:
        """What its denoiser says of the noise: epsilon, v_prediction, …"""
        checkpoint = self.sources.checkpoint
        if checkpoint is not None:
            with safe_open(checkpoint, framework="pt") as file:
                if _PREDICTS_VELOCITY in file.keys():  # noqa: SIM118
                    return "v_prediction"
        path = self.sources.folder / "scheduler" / "scheduler_config.json"
        config = json.loads(path.read_text(encoding="utf-8"))
        own = self.spec.scheduler.options if self.spec.scheduler else {}
        usual = "flow" if "FlowMatch" in config["_class_name"] else "epsilon"
        return str({"prediction_type": usual, **config, **own}["prediction_type"])


def copy_the_rest(parent: Parent, folder: Path) -> None:
    """Copy what a pipeline's folder has beside weights: configurations and tokenizers."""
    sources = parent.sources
    there = [path for path in sources.folder.rglob("*") if path.is_file()]
    names = {path.relative_to(sources.folder).as_posix() for path in there}
    for name in selection.needed(parent.spec, sources.index, names):
        if ".safetensors" not in name:  # nor their index
            _copy(sources.folder / name, folder / name)
    if sources.vae is not None:
        _copy(sources.vae / "config.json", folder / "vae" / "config.json")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _files(spec: ModelSpec, sources: Sources) -> dict[str, list[Path]]:
    """The files of each network, where each has files of its own."""
    found: dict[str, list[Path]] = {}
    denoiser = selection.denoiser(sources.index)
    for name in selection.components(sources.index):
        folder = sources.folder / name
        if name == "vae" and sources.vae is not None:
            folder = sources.vae
        files = [path for path in sources.weights if path.parent == folder]
        if name == denoiser and sources.unet is not None:
            files = [sources.unet]
        if files and name not in spec.left_out:
            found[name] = files
    return found


def _unpacked(spec: ModelSpec, sources: Sources, work: Path) -> dict[str, list[Path]]:
    """The same of a single file: only the loader knows what its weights are called elsewhere."""
    assert sources.checkpoint is not None
    found: dict[str, list[Path]] = {}
    # It says of each network that none of its layers has to be in 32 bits.
    logging.getLogger("diffusers.models.modeling_utils").setLevel(logging.ERROR)
    plain = spec.model_copy(update={"loras": ()})
    pipeline = assemble(plain, sources, _dtype_of(sources.checkpoint))
    for name, part in pipeline.components.items():
        if isinstance(part, torch.nn.Module):
            part.save_pretrained(work / name)  # pyright: ignore[reportCallIssue]
            found[name] = sorted((work / name).glob("*.safetensors"))
    return found


def _dtype_of(checkpoint: Path) -> torch.dtype:
    """Of most of its numbers: its largest tensor's."""
    with safe_open(checkpoint, framework="pt") as file:
        slices = [file.get_slice(name) for name in file.keys()]  # noqa: SIM118
    largest = max(slices, key=lambda each: torch.Size(each.get_shape()).numel())
    return _DTYPES.get(largest.get_dtype(), torch.float16)
