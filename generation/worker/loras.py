"""LoRA files: whether they fit, and how they get into the weights."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import load_file

from generation.catalog import LoraSpec, ModelSpec
from generation.loras import AskedLora
from generation.worker.load_errors import LoadError
from generation.worker.memory import is_out_of_memory

# The first matrix of what a layer learned of the prompt's tokens, in all ways of naming it.
_READS_PROMPT = re.compile(r"attn2[._]to_k\.(lora_A|lora_down|lora\.down)\b")
_OF_TEXT_ENCODERS = re.compile(r"^(text_encoder|lora_te|te\d?_)")


def touches_text_encoders(path: Path) -> bool:
    """Whether a LoRA file changes more than the denoiser."""
    with safe_open(path, framework="pt") as file:
        return any(_OF_TEXT_ENCODERS.match(name) for name in file.keys())  # noqa: SIM118


def mix_in(pipeline: Any, denoiser: str, spec: ModelSpec, files: Mapping[LoraSpec, Path]) -> None:
    """Mix the entry's LoRA files into the weights for good. Raises LoadError."""
    names = put_on(pipeline, denoiser, spec, files)
    pipeline.fuse_lora(components=list(pipeline.get_list_adapters()), adapter_names=names)
    take_off(pipeline)


def put_on(
    pipeline: Any, denoiser: str, spec: ModelSpec, files: Mapping[LoraSpec, Path]
) -> Sequence[str]:
    """Have LoRA files act beside the weights, until `take_off`; their names in the pipeline.

    Raises LoadError, and may have put on a part of them then.
    """
    names: list[str] = []
    for number, (lora, path) in enumerate(files.items()):
        tensors = load_file(path)
        _check_shape(tensors, getattr(pipeline, denoiser), lora, spec)
        names.append(f"lora{number}")
        try:
            pipeline.load_lora_weights(tensors, adapter_name=names[-1])
        except (ValueError, RuntimeError, KeyError) as error:
            if is_out_of_memory(error):
                raise
            raise LoadError(_does_not_fit(lora, spec)) from error
        if not any(names[-1] in adapters for adapters in pipeline.get_list_adapters().values()):
            raise LoadError(_does_not_fit(lora, spec))
    pipeline.set_adapters(names, [lora.weight for lora in files])
    return names


def take_off(pipeline: Any) -> None:
    """Leave the weights as they were before `put_on`, bit for bit."""
    pipeline.unload_lora_weights()


def _check_shape(
    tensors: Mapping[str, Any], denoiser: Any, lora: LoraSpec, spec: ModelSpec
) -> None:
    """Refuse a file for another kind of model before anything is changed."""
    wanted = getattr(denoiser.config, "cross_attention_dim", None)
    for name, tensor in tensors.items():
        if wanted is not None and _READS_PROMPT.search(name) and tensor.shape[1] != wanted:
            raise LoadError(
                f"{_does_not_fit(lora, spec)} Its attention takes tokens of {tensor.shape[1]}"
                f" numbers, the model's are {wanted}."
            )


def _does_not_fit(lora: LoraSpec, spec: ModelSpec) -> str:
    table = f"[loras.{lora.name}]" if isinstance(lora, AskedLora) else "`loras`"
    return (
        f"The LoRA file {lora.file} is for another kind of model than {spec.title}. Whoever runs"
        f" Easel has to check {table} in models.toml."
    )
