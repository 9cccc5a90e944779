"""All entries, and how they are read from files."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Self

from generation.errors import CatalogError, RequestRefused

from ._files import read, resolve, validate
from ._model import ExecutorName, ModelSpec

SHIPPED = Path(__file__).parent.with_name("models.toml")


class Catalog(Mapping[str, ModelSpec]):
    """All entries by name, in the order of the file."""

    def __init__(self, entries: Mapping[str, ModelSpec]) -> None:
        """Take entries that are already validated; `load` reads them from files."""
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> ModelSpec:
        """The entry of that name."""
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        """The names, in the file's order."""
        return iter(self._entries)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    def find(self, name: str) -> ModelSpec:
        """The entry of that name or title, whatever its case. Raises RequestRefused."""
        wanted = name.strip().casefold()
        for spec in self.values():
            if wanted in (spec.name, spec.title.casefold()):
                return spec
        raise RequestRefused(
            "model",
            f"There is no model “{name.strip()[:60]}” here. There are: {', '.join(self)}.",
            "Choose one of those, or leave model out for the default.",
        )

    def offered_by(self, executors: set[ExecutorName]) -> "Catalog":
        """The entries that one of these executors can run."""
        return Catalog({name: spec for name, spec in self.items() if spec.executor in executors})

    def accepting(self, licences: Collection[str]) -> "Catalog":
        """The entries that are free of terms to be acknowledged, and those whose are accepted.

        Raises CatalogError where one that is accepted is no such licence.
        """
        to_accept = {
            spec.licence.name for spec in self.values() if spec.licence.must_be_acknowledged
        }
        if unknown := sorted(set(licences) - to_accept):
            names = ", ".join(sorted(to_accept)) or "none"
            raise CatalogError(
                f"EASEL_ACCEPT_LICENSES: no model's licence {unknown[0]} has to be accepted."
                f" Those that have to: {names}."
            )
        return Catalog(
            {
                name: spec
                for name, spec in self.items()
                if not spec.licence.must_be_acknowledged or spec.licence.name in licences
            }
        )

    @classmethod
    def load(cls, *overrides: Path, shipped: Path = SHIPPED) -> Self:
        """Read the shipped file, then each override that exists. Raises CatalogError."""
        merged = read(shipped, *(path for path in overrides if path.is_file()))
        specs = {name: validate(name, resolve(name, merged)) for name in merged}
        return cls({name: spec for name, spec in specs.items() if not spec.hidden})
