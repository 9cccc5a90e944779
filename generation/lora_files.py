"""LoRAs that prompts may name, as those are told of them who deal with files of models.

Beside a model of the same name, one is called `lora:` and its name, as in a prompt.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from generation.catalog import Catalog, ModelSpec, OfferedLora
from generation.revisions import Revisions

#: What begins the name of a LoRA where models have theirs.
PREFIX = "lora:"

# What an entry has of weights beside its repo: a LoRA is one file, and nothing else.
_WEIGHTS: Mapping[str, Any] = {"checkpoint": None, "unet": None, "vae": None, "loras": ()}


def called(lora: OfferedLora) -> str:
    """Its name beside those of models."""
    return f"{PREFIX}{lora.name}"


def as_entry(lora: OfferedLora, fits: ModelSpec) -> ModelSpec:
    """What messages speak of, and where its file is; `fits` is a model that it fits."""
    changes = {
        "name": called(lora),
        "title": f"LoRA {lora.name}",
        "repo": lora.repo,
        "revision": lora.revision,
        **_WEIGHTS,
    }
    return fits.model_copy(update=changes)


def fitting(lora: OfferedLora, catalog: Catalog) -> list[ModelSpec]:
    """The models whose prompts may name it."""
    return [spec for spec in catalog.values() if any(each == lora for each in spec.offers)]


def pinned(lora: OfferedLora, revisions: Revisions) -> OfferedLora:
    """The same at the commit that this host has decided on, if it leaves that open."""
    if lora.revision is not None:
        return lora
    try:
        return lora.model_copy(update={"revision": revisions[lora.repo]})
    except KeyError:
        return lora


def orders(
    loras: Iterable[OfferedLora], catalog: Catalog, revisions: Revisions
) -> list[dict[str, Any]]:
    """What a program of `generation.tools` is told of them."""
    return [
        {
            "lora": pinned(lora, revisions).model_dump(mode="json"),
            "fits": fitting(lora, catalog)[0].model_dump(mode="json"),
        }
        for lora in loras
    ]


def read_order(order: Mapping[str, Any]) -> tuple[ModelSpec, str]:
    """A LoRA as an entry, and the name of its file."""
    lora = OfferedLora.model_validate(order["lora"])
    return as_entry(lora, ModelSpec.model_validate(order["fits"])), lora.file
