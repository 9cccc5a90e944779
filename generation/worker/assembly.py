"""A pipeline from its files: what comes from elsewhere takes the place of the repo's own."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers.loaders.single_file_utils import SingleFileComponentError
from diffusers.models.modeling_utils import ModelMixin
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from safetensors.torch import load_file

from generation.catalog import ModelSpec
from generation.worker import loras, selection
from generation.worker.classes import class_of_diffusers
from generation.worker.load_errors import LoadError
from generation.worker.memory import is_of_device
from generation.worker.precision import quantization_config
from generation.worker.sources import Sources


def assemble(
    spec: ModelSpec,
    sources: Sources,
    dtype: torch.dtype,
    *,
    four_bit: bool = False,
    shared: Mapping[str, Any] | None = None,
) -> Any:
    """The entry's pipeline, on the host yet, but for what it has `shared` with others.

    Raises LoadError, and what the libraries raise.
    """
    pipeline_class = class_of_diffusers(spec.pipeline or "", DiffusionPipeline)
    if spec.scheduler is not None:
        scheduler_class(spec)  # rather than after gigabytes were read
    parts: dict[str, Any] = {**dict.fromkeys(spec.left_out), **(shared or {})}
    denoiser = selection.denoiser(sources.index)
    if sources.unet is not None and denoiser not in parts:
        parts[denoiser] = _other_denoiser(denoiser, spec, sources, dtype)
    if sources.vae is not None and "vae" not in parts:
        parts["vae"] = _other_vae(spec, sources.vae, dtype)
    if sources.checkpoint is not None:
        pipeline = _of_checkpoint(pipeline_class, spec, sources, dtype, parts)
    else:
        pipeline = pipeline_class.from_pretrained(
            sources.folder,
            variant=sources.variant,
            dtype=dtype,
            use_safetensors=True,
            quantization_config=quantization_config(spec, dtype) if four_bit else None,
            **parts,
        )
    if spec.loras and denoiser not in (shared or {}):
        files = dict(zip(spec.loras, sources.loras, strict=True))
        loras.mix_in(pipeline, denoiser, spec, files, mixed=shared or ())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def scheduler_class(spec: ModelSpec) -> type[Any]:
    """The class of the entry's own scheduler. Raises LoadError."""
    from diffusers.schedulers.scheduling_utils import SchedulerMixin

    assert spec.scheduler is not None
    return class_of_diffusers(spec.scheduler.name, SchedulerMixin)


def _of_checkpoint(
    pipeline_class: Any,
    spec: ModelSpec,
    sources: Sources,
    dtype: torch.dtype,
    parts: Mapping[str, Any],
) -> Any:
    """The repo's pipeline with the weights of a single file."""
    assert sources.checkpoint is not None
    try:
        return pipeline_class.from_single_file(
            str(sources.checkpoint),
            config=str(sources.folder),
            dtype=dtype,
            local_files_only=True,
            **parts,
        )
    except (SingleFileComponentError, ValueError, RuntimeError) as error:
        if is_of_device(error):
            raise
        raise LoadError(
            f"The file {sources.checkpoint.name} is for another kind of model than {spec.title}, or"
            " lacks a part of one. Whoever runs Easel has to check `checkpoint` in models.toml."
        ) from error


def _other_denoiser(name: str, spec: ModelSpec, sources: Sources, dtype: torch.dtype) -> Any:
    """A network of the repo's shape with the weights of a file."""
    assert sources.unet is not None
    network_class = class_of_diffusers(sources.index[name][1], ModelMixin)
    config = network_class.load_config(sources.folder, subfolder=name)
    with init_empty_weights():
        network = network_class.from_config(config)
    weights = {key: tensor.to(dtype) for key, tensor in load_file(sources.unet).items()}
    try:
        network.load_state_dict(weights, assign=True)
    except RuntimeError as error:
        raise LoadError(
            f"The file {sources.unet.name} is for another kind of model than {spec.title}. Whoever"
            " runs Easel has to check `unet` in models.toml."
        ) from error
    return network.eval()


def _other_vae(spec: ModelSpec, folder: Path, dtype: torch.dtype) -> Any:
    assert spec.vae is not None
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    vae_class = class_of_diffusers(config["_class_name"], ModelMixin)
    return vae_class.from_pretrained(
        folder, variant=spec.vae.variant, dtype=dtype, use_safetensors=True
    )
