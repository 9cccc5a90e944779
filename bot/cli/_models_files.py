"""What `models download` and `models check` share: which entries, and what the tool gets."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from bot.settings import Settings
from generation.catalog import Catalog, ModelSpec, ToolSpec
from generation.errors import CatalogError, GenerationError
from generation.revisions import Revisions

#: What has files: a model or a tool.
Entry: TypeAlias = ModelSpec | ToolSpec


def load(settings: Settings) -> Catalog:
    """All entries, with the commits that this host has decided on. Raises CatalogError."""
    catalog = Catalog.load(settings.data_dir / "models.toml")
    return Revisions(settings.data_dir / "models.lock").pin_all(catalog)


def find(catalog: Catalog, names: Sequence[str]) -> list[Entry]:
    """The entries of these names, in any case, each once. Raises CatalogError."""
    there = entries(catalog)
    names = [name.casefold() for name in names]  # the catalog's own have no capitals
    if unknown := next((name for name in names if name not in there), None):
        raise CatalogError(f"There is no model {unknown}. There are: {', '.join(there)}.")
    return [there[name] for name in dict.fromkeys(names)]


def entries(catalog: Catalog) -> dict[str, Entry]:
    """All models, then all tools, by name."""
    return {**catalog, **catalog.tools}


def is_of_this_host(entry: Entry) -> bool:
    """Whether it has files on this host; what a hosted API paints has none."""
    return isinstance(entry, ToolSpec) or entry.executor == "local"


def order(settings: Settings, specs: Iterable[Entry]) -> dict[str, Any]:
    """What a tool is told of them."""
    specs = list(specs)
    tools = [spec for spec in specs if isinstance(spec, ToolSpec)]
    return {
        "models": [spec.model_dump(mode="json") for spec in specs if isinstance(spec, ModelSpec)],
        "tools": [tool.model_dump(mode="json") for tool in tools],
        "lock": str(settings.data_dir.absolute() / "models.lock"),
    }


def require_local(settings: Settings) -> None:
    """Raise GenerationError where what paints on this host, and knows its files, is missing."""
    from bot.doctor import Case

    if lacking := Case(settings).lacking:
        raise GenerationError(
            f"The files of models can't be looked at without {', '.join(lacking)}: install Easel"
            " with its extra `local`."
        )
