"""What a host lacks for a model of its own, whatever else it paints."""

import importlib.util
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.settings import Settings
from generation.catalog import ModelSpec


class Lack(NamedTuple):
    """Why a model is not offered on this host."""

    withheld: str  # for members
    found: str  # for the host, after the model's name
    remedy: str  # for the host
    #: Whether it is so of many at once: told of all in one line.
    is_common: bool = False


_FOUR_BIT_GPU = Lack(
    "it is kept in 4 bits, which takes an NVIDIA GPU",
    "is kept in 4 bits, which needs an NVIDIA GPU",
    "Choose another model, hide it in models.toml, or give its entry there a `quantization`"
    " without `always` to have it in whole.",
)
_FOUR_BIT_LIBRARY = Lack(
    "it is kept in 4 bits, which takes the library bitsandbytes: whoever runs Easel has to install"
    " its extra `quantized`",
    "is kept in 4 bits, which needs bitsandbytes",
    ".venv/bin/pip install --constraint constraints.txt -e '.[local,quantized]', or in Docker"
    " EXTRAS=local,quantized in .env and docker compose up --build.",
)
_GPU = Lack(
    "it was made for a GPU, which this host does not have; whoever runs Easel can have it painted"
    " slowly all the same, with EASEL_DEVICE=cpu",
    "was made for a GPU, and this host paints without one",
    "Give Easel a GPU. EASEL_DEVICE=cpu offers it all the same, and EASEL_DEFAULT_MODEL the one"
    " that it names: the processor takes minutes for each picture.",
    is_common=True,
)


def has_4_bits() -> bool:
    """Whether the library is installed that keeps weights in 4 bits."""
    return importlib.util.find_spec("bitsandbytes") is not None


def lack_of(spec: ModelSpec, settings: Settings, *, has_gpu: bool) -> Lack | None:
    """What this host lacks for a local model; None where nothing that could be known by now.

    Nobody who left the choice to Easel means a processor to take minutes for a picture, nor to
    download what only a GPU paints in time: that takes a word of the host's.
    """
    if spec.executor != "local":
        return None
    if spec.quantization is not None and spec.quantization.always:
        if not has_gpu:
            return _FOUR_BIT_GPU
        return None if has_4_bits() else _FOUR_BIT_LIBRARY
    is_wanted = settings.device != "auto" or settings.default_model == spec.name
    return _GPU if spec.memory_gib and not has_gpu and not is_wanted else None


def lacks_of(
    specs: Iterable[ModelSpec], settings: Settings, *, has_gpu: bool
) -> Mapping[str, Lack]:
    """What is lacking of each that can't be offered, by name."""
    found = {spec.name: lack_of(spec, settings, has_gpu=has_gpu) for spec in specs}
    return {name: lack for name, lack in found.items() if lack is not None}


def common_lacks(lacks: Mapping[str, Lack]) -> list[tuple[str, Lack]]:
    """Those that many models may have, each once: the models' names with commas, and the lack."""
    common = dict.fromkeys(lack for lack in lacks.values() if lack.is_common)
    return [(", ".join(name for name in lacks if lacks[name] == each), each) for each in common]
