"""What `models download` and `models check` share: which entries, and what the tool gets."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, TypeAlias

from bot.settings import Settings
from generation import lora_files
from generation.catalog import Catalog, ModelSpec, OfferedLora, ToolSpec
from generation.errors import CatalogError, GenerationError
from generation.revisions import Revisions

#: What has a name of its own: a model or a tool.
Entry: TypeAlias = ModelSpec | ToolSpec


class Chosen(NamedTuple):
    """What a command line names of the catalog."""

    models: Sequence[ModelSpec]
    loras: Sequence[OfferedLora] = ()
    tools: Sequence[ToolSpec] = ()

    @property
    def entries(self) -> Sequence[Entry]:
        """All but the LoRAs."""
        return [*self.models, *self.tools]

    def without(self, away: Collection[str]) -> "Chosen":
        """The same but for those of these names."""
        return Chosen(
            [spec for spec in self.models if spec.name not in away],
            [lora for lora in self.loras if lora_files.called(lora) not in away],
            [tool for tool in self.tools if tool.name not in away],
        )


def load(settings: Settings) -> Catalog:
    """All entries, with the commits that this host has decided on. Raises CatalogError."""
    catalog = Catalog.load(settings.data_dir / "models.toml")
    return Revisions(settings.data_dir / "models.lock").pin_all(catalog)


def find(catalog: Catalog, names: Sequence[str]) -> Chosen:
    """What is called so, in any case, each once. Raises CatalogError.

    A part that only one model has in its names will do. A LoRA goes by its name or title, or where
    a model or tool has the same name, by `lora:` and its name.
    """
    models: dict[str, ModelSpec] = {}
    named: dict[str, OfferedLora] = {}
    tools: dict[str, ToolSpec] = {}
    for name in names:
        if (spec := catalog.called(name)) is not None:
            models[spec.name] = spec
        elif (tool := catalog.tools.called(name)) is not None:
            tools[tool.name] = tool
        elif (lora := _lora(catalog, name)) is not None:
            named[lora_files.called(lora)] = lora
        else:
            spec = _of_part(catalog, name)
            models[spec.name] = spec
    return Chosen([*models.values()], [*named.values()], [*tools.values()])


def _lora(catalog: Catalog, name: str) -> OfferedLora | None:
    wanted = name.strip().casefold().removeprefix(lora_files.PREFIX)
    called = ((lora, (lora.name, lora.title.casefold())) for lora in catalog.loras)
    return next((lora for lora, its_names in called if wanted in its_names), None)


def _of_part(catalog: Catalog, name: str) -> ModelSpec:
    near = catalog.having(name)
    if len(near) == 1:
        return near[0]
    if near:
        listed = ", ".join(spec.name for spec in near)
        raise CatalogError(
            f"{name} is the name of no model; {len(near)} have it in theirs: {listed}."
        )
    loras = [lora_files.called(lora) for lora in catalog.loras]
    hint = catalog.did_you_mean(name) or catalog.tools.did_you_mean(name)
    raise CatalogError(
        f"There is no model {name}.{hint}"
        f" There are: {', '.join((*catalog, *loras, *catalog.tools))}."
    )


def everything(catalog: Catalog) -> Chosen:
    """All of it."""
    return Chosen([*catalog.values()], catalog.loras, [*catalog.tools.values()])


def order(settings: Settings, catalog: Catalog, chosen: Chosen) -> dict[str, Any]:
    """What a program of `generation.tools` is told of them."""
    lock = settings.data_dir.absolute() / "models.lock"
    return {
        "models": [spec.model_dump(mode="json") for spec in chosen.models],
        "loras": lora_files.orders(chosen.loras, catalog, Revisions(lock)),
        "tools": [tool.model_dump(mode="json") for tool in chosen.tools],
        "lock": str(lock),
    }


def require_local(
    settings: Settings, undone: str = "The files of models can't be looked at"
) -> None:
    """Raise GenerationError where what paints on this host, and knows its files, is missing."""
    from bot.doctor import Case

    if why := what_lacks(Case(settings).lacking, undone):
        raise GenerationError(why)


def what_lacks(packages: Sequence[str], undone: str) -> str:
    """That it is `undone` for want of these packages, and what to do; empty where none lacks."""
    if not packages:
        return ""
    return (
        f"{undone} without {', '.join(packages)}: install Easel with its extra `local`"
        " (docs/hosting.md)."
    )
