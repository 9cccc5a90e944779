"""What `models download` and `models check` share: which entries, and what the tool gets."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.settings import Settings
from generation.catalog import Catalog, ModelSpec
from generation.errors import CatalogError, GenerationError
from generation.revisions import Revisions


def load(settings: Settings) -> Catalog:
    """All entries, with the commits that this host has decided on. Raises CatalogError."""
    catalog = Catalog.load(settings.data_dir / "models.toml")
    return Revisions(settings.data_dir / "models.lock").pin_all(catalog)


def find(catalog: Catalog, names: Sequence[str]) -> list[ModelSpec]:
    """The entries of these names, in any case, each once. Raises CatalogError."""
    names = [name.casefold() for name in names]  # the catalog's own have no capitals
    if unknown := next((name for name in names if name not in catalog), None):
        raise CatalogError(f"There is no model {unknown}. There are: {', '.join(catalog)}.")
    return [catalog[name] for name in dict.fromkeys(names)]


def order(settings: Settings, specs: Iterable[ModelSpec]) -> dict[str, Any]:
    """What a tool is told of them."""
    return {
        "models": [spec.model_dump(mode="json") for spec in specs],
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
