"""LoRA files: whether they fit, and how they get into the weights."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from diffusers.loaders.lora_base import LORA_ADAPTER_METADATA_KEY
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from safetensors import safe_open

from generation.catalog import LoraSpec, ModelSpec
from generation.loras import AskedLora
from generation.worker.classes import class_of_diffusers
from generation.worker.load_errors import LoadError
from generation.worker.memory import is_of_device

# The first matrix of what a layer learned of the prompt's tokens, in all ways of naming it.
_READS_PROMPT = re.compile(r"attn2[._]to_k\.(lora_A|lora_down|lora\.down)\b")
_OF_TEXT_ENCODERS = re.compile(r"^(text_encoder|lora_te|te\d?_)")

# What a file may say of how it was trained. Of the rest some changes the weights below it, which
# taking it off would not undo, or has a module of that name imported.
_STRENGTH = {"r", "lora_alpha", "rank_pattern", "alpha_pattern", "use_rslora", "use_dora"}
_LAYERS = {"target_modules", "exclude_modules", "layers_to_transform", "layers_pattern"}
_TRAINING = {"lora_dropout", "bias", "lora_bias", "inference_mode", "base_model_name_or_path"}
_FORMAT = {"task_type", "peft_type", "peft_version", "revision"}
_MAY_SAY = _STRENGTH | _LAYERS | _TRAINING | _FORMAT
_RANDOM_BEGINNINGS = (True, False, "gaussian")  # replaced by what is in the file


def refuse_what_takes_none(spec: ModelSpec, error: type[LoadError] = LoadError) -> None:
    """Raise `error` where LoRAs can't be put on that kind of pipeline."""
    pipeline_class = class_of_diffusers(spec.pipeline or "", DiffusionPipeline)
    if not hasattr(pipeline_class, "load_lora_weights"):
        raise error(
            f"{spec.title} takes no LoRAs: {pipeline_class.__name__}, its pipeline, has no place"
            " for them. Leave them out, or choose another model. Whoever runs Easel has to take"
            " them off it in models.toml."
        )


def touches_text_encoders(path: Path) -> bool:
    """Whether a LoRA file changes more than the denoiser."""
    with safe_open(path, framework="pt") as file:
        return any(_OF_TEXT_ENCODERS.match(name) for name in file.keys())  # noqa: SIM118


def mix_in(
    pipeline: Any,
    denoiser: str,
    spec: ModelSpec,
    files: Mapping[LoraSpec, Path],
    mixed: Collection[str] = (),
) -> None:
    """Mix the entry's LoRA files into the weights for good, but of components `mixed` already.

    Raises LoadError.
    """
    names = put_on(pipeline, denoiser, spec, files)
    components = [name for name in pipeline.get_list_adapters() if name not in mixed]
    pipeline.fuse_lora(components=components, adapter_names=names)
    take_off(pipeline)


def put_on(
    pipeline: Any, denoiser: str, spec: ModelSpec, files: Mapping[LoraSpec, Path]
) -> Sequence[str]:
    """Have LoRA files act beside the weights, until `take_off`; their names in the pipeline.

    Raises LoadError, and may have put on a part of them then.
    """
    names: list[str] = []
    for number, (lora, path) in enumerate(files.items()):
        _check(path, getattr(pipeline, denoiser), lora, spec)
        names.append(f"lora{number}")
        try:
            # By its path: what it says of its strength is not in its tensors.
            pipeline.load_lora_weights(
                str(path.parent),
                weight_name=path.name,
                adapter_name=names[-1],
                local_files_only=True,
                use_safetensors=True,
            )
        except (ValueError, RuntimeError, KeyError, TypeError) as error:
            if is_of_device(error):
                raise
            raise LoadError(_does_not_fit(lora, spec)) from error
        if not any(names[-1] in adapters for adapters in pipeline.get_list_adapters().values()):
            raise LoadError(_does_not_fit(lora, spec))
    pipeline.set_adapters(names, [lora.weight for lora in files])
    return names


def take_off(pipeline: Any) -> None:
    """Leave the weights as they were before `put_on`, bit for bit."""
    pipeline.unload_lora_weights()


def _check(path: Path, denoiser: Any, lora: LoraSpec, spec: ModelSpec) -> None:
    """Refuse what can't be put on, and off again, before anything is changed."""
    wanted = getattr(denoiser.config, "cross_attention_dim", None)
    with safe_open(path, framework="pt") as file:
        names = [name for name in file.keys() if _READS_PROMPT.search(name)]  # noqa: SIM118
        widths = {file.get_slice(name).get_shape()[1] for name in names}
        said = (file.metadata() or {}).get(LORA_ADAPTER_METADATA_KEY)
    if wanted is not None and (others := widths - {wanted}):
        raise LoadError(
            f"{_does_not_fit(lora, spec)} Its attention takes tokens of {min(others)} numbers, the"
            f" model's are {wanted}."
        )
    if said and not _is_plain(said):
        raise LoadError(
            f"The LoRA file {lora.file} was trained in a way that can't be put on a model and off"
            " again. Whoever runs Easel has to take another file."
        )


def _is_plain(said: str) -> bool:
    """Whether diffusers' own settings in a file have nothing done but what `take_off` undoes."""
    from peft import LoraConfig

    usual = LoraConfig().to_dict()
    try:
        settings = {name.rpartition(".")[2]: value for name, value in json.loads(said).items()}
    except (ValueError, AttributeError):
        return False
    beginning = settings.pop("init_lora_weights", True)
    return beginning in _RANDOM_BEGINNINGS and all(
        name in _MAY_SAY or value == usual.get(name, value) for name, value in settings.items()
    )


def _does_not_fit(lora: LoraSpec, spec: ModelSpec) -> str:
    table = f"[loras.{lora.name}]" if isinstance(lora, AskedLora) else "`loras`"
    return (
        f"The LoRA file {lora.file} is for another kind of model than {spec.title}. Whoever runs"
        f" Easel has to check {table} in models.toml."
    )
