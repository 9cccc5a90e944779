"""Which files of a repo an entry needs: gigabytes of the others are never fetched."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from generation.catalog import ModelSpec, ToolSpec, VaeSpec

#: A pipeline's list of its components.
INDEX = "model_index.json"

#: Stands for weights that a repo should hold, in the one format that Easel loads.
ANY_WEIGHTS = "*.safetensors"

#: What the name of a file of a variant that a repo should hold begins with, in front of that.
ANY_VARIANT = "*."

# Weights in any format, and what else is large.
_WEIGHTS = (
    ".safetensors",
    ".bin",
    ".ckpt",
    ".pt",
    ".pth",
    ".msgpack",
    ".h5",
    ".onnx",
    ".onnx_data",
)
# How the libraries name a network's own weights; what else lies beside them is for other programs.
_STEM = r"(?:diffusion_pytorch_)?model(?:-\d+-of-\d+)?"
_OF_VARIANT = re.compile(rf"{_STEM}\.([\w-]+?)(?:-\d+-of-\d+)?\.safetensors")
_PLAIN = re.compile(rf"{_STEM}\.safetensors")
_OF_CLASSIFIERS = ("config.json", "preprocessor_config.json")


def components(index: Mapping[str, Any]) -> list[str]:
    """The components that a pipeline's list names."""
    return [
        name
        for name, value in index.items()
        if isinstance(value, list) and len(value) == 2 and value[0] is not None
    ]


def denoiser(index: Mapping[str, Any]) -> str:
    """Which component denoises."""
    return "unet" if "unet" in index else "transformer"


def replaced(spec: ModelSpec, index: Mapping[str, Any]) -> set[str]:
    """The components whose weights come from elsewhere than the pipeline's repo."""
    if spec.checkpoint is not None:
        return set(components(index))
    return {
        *([denoiser(index)] if spec.unet is not None else []),
        *(["vae"] if spec.vae is not None else []),
    }


def needed(spec: ModelSpec, index: Mapping[str, Any], names: Collection[str]) -> set[str]:
    """The files, of all those that the repo holds, which the entry's pipeline is loaded from.

    What it lacks is among them, as it would have to be there: unet/*.safetensors.
    """
    elsewhere = replaced(spec, index)
    wanted = {INDEX}
    for component in components(index):
        if component not in spec.left_out:
            held = {name for name in names if name.startswith(f"{component}/")}
            is_here = component not in elsewhere
            chosen = _of_component(held, spec.variant, with_weights=is_here)
            wanted |= chosen | (_lacking(chosen, f"{component}/") if is_here else set())
    return wanted | _unknown_variant(spec.variant, wanted, names)


def of_folder(names: Collection[str], subfolder: str | None, variant: str | None) -> set[str]:
    """The files of a network that has a repo, or a folder of one, for itself; as in `needed`."""
    place = f"{subfolder}/" if subfolder else ""
    held = {name for name in names if name.startswith(place) and "/" not in name[len(place) :]}
    chosen = _of_component(held, variant, with_weights=True) | {f"{place}config.json"}
    return chosen | _lacking(chosen, place) | _unknown_variant(variant, chosen, held)


def config_of(vae: VaeSpec) -> str:
    """The file that says what a VAE from elsewhere is."""
    return f"{vae.subfolder}/config.json" if vae.subfolder else "config.json"


def of_tool(names: Collection[str], tool: ToolSpec) -> set[str]:
    """The files that a tool is opened from; as in `needed`."""
    if tool.file is not None:
        return {tool.file}
    # Configurations, vocabularies and weights, of the folder itself.
    flat = {name for name in names if "/" not in name}
    of_variant = f"model.{tool.variant}.safetensors"
    weights = {name for name in flat if tool.variant and name.endswith(of_variant)}
    weights = weights or {name for name in flat if _PLAIN.fullmatch(name)}
    if tool.kind == "screener":  # what else is there is of its training
        texts = set(_OF_CLASSIFIERS)
    else:
        texts = {name for name in flat if name.endswith((".json", ".txt"))}
    return texts | (weights or {ANY_WEIGHTS})


def weights_of(names: Collection[str]) -> set[str]:
    """Those of the files that hold weights."""
    return {name for name in names if name.endswith(".safetensors")}


def variants(names: Collection[str]) -> list[str]:
    """The variants that there are weights of."""
    return sorted({match[1] for name in names if (match := _OF_VARIANT.fullmatch(_file(name)))})


def _unknown_variant(variant: str | None, chosen: set[str], names: Collection[str]) -> set[str]:
    """As if a file of the variant lacked, where none of the repo is of it, but some of others.

    A repo that has no variants at all is taken as it is: mirrors often are of one precision.
    """
    if variant is None or not weights_of(chosen) or variant in (known := variants(names)):
        return set()
    return {f"{ANY_VARIANT}{variant}.safetensors"} if known else set()


def _of_component(held: set[str], variant: str | None, *, with_weights: bool) -> set[str]:
    """A network's configuration and weights in one precision; of a tokenizer, all that is there."""
    weights = {name for name in held if name.endswith(_WEIGHTS)}
    if not weights:
        return held
    safe = {name for name in weights if name.endswith(".safetensors")}
    of_variant = re.compile(rf"{_STEM}\.{re.escape(variant or '')}(?:-\d+-of-\d+)?\.safetensors")
    chosen = {name for name in safe if variant and of_variant.fullmatch(_file(name))}
    index_end = f".safetensors.index.{variant}.json" if chosen else ".safetensors.index.json"
    chosen = chosen or {name for name in safe if _PLAIN.fullmatch(_file(name))}
    configurations = {
        name
        for name in held
        if _file(name) in ("config.json", "generation_config.json") or name.endswith(index_end)
    }
    if not with_weights:
        return {name for name in configurations if not name.endswith(index_end)}
    return configurations | chosen


def _lacking(chosen: set[str], place: str) -> set[str]:
    """What a component needs and has not, whatever it is called."""
    if not chosen:
        return {f"{place}*"}
    # Only networks have a configuration of that name, and those have weights.
    if f"{place}config.json" in chosen and not weights_of(chosen):
        return {f"{place}{ANY_WEIGHTS}"}
    return set()


def _file(name: str) -> str:
    return name.rpartition("/")[2]
