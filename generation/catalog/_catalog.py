"""All entries, and how they are read from files."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from generation.errors import CatalogError, RequestRefused

from ._files import read
from ._loras import OfferedLora
from ._model import ExecutorName, ModelSpec
from ._running import Licence
from ._validated import entry_of, lora_of

#: A piece of a name that is shorter than this (characters) may mean anything.
_LEAST_TYPED = 3
#: So many models are named where one was asked for that is not there.
_MOST_NAMED = 25

SHIPPED = Path(__file__).parent.with_name("models.toml")


class Catalog(Mapping[str, ModelSpec]):
    """All entries by name, in the order of the file."""

    def __init__(
        self,
        entries: Mapping[str, ModelSpec],
        hidden: Collection[ModelSpec] = (),
        withheld: Mapping[str, str] | None = None,
    ) -> None:
        """Take entries that are already validated; `load` reads them from files.

        Of the `hidden` ones only the licences are known: they may be accepted all the same. What is
        `withheld` is no entry either, but whoever asks for it by its name is told why.
        """
        self._entries = dict(entries)
        self._withheld = withheld or {}
        self._hidden = [spec.licence for spec in hidden]

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
        """The entry of that name or title, whatever its case, or the only one that has it in them.

        Raises RequestRefused.
        """
        wanted = name.strip().casefold()
        for spec in self.values():
            if wanted in (spec.name, spec.title.casefold()):
                return spec
        near: list[ModelSpec] = []
        if len(wanted) >= _LEAST_TYPED:
            near = [
                each for each in self.values() if wanted in f"{each.name}\n{each.title}".casefold()
            ]
        if len(near) == 1:
            return near[0]
        typed = f"“{name.strip()[:60]}”"
        if near:
            limit = (
                f"{typed} is the name of no model; {len(near)} have it in theirs: {_names(near)}."
            )
        elif wanted in self._withheld:
            limit = f"{wanted} is not painted here: {self._withheld[wanted]}."
        else:
            limit = f"There is no model {typed} here. There are: {_names(self.values())}."
        raise RequestRefused(
            "model", limit, "Choose one of those, or leave model out for the default."
        )

    def offered_by(self, executors: set[ExecutorName]) -> "Catalog":
        """The entries that one of these executors can run."""
        return Catalog({name: spec for name, spec in self.items() if spec.executor in executors})

    def accepting(self, licences: Collection[str]) -> "Catalog":
        """The entries that are free of terms to be acknowledged, and those whose are accepted.

        Raises CatalogError where one that is accepted is no such licence.
        """
        to_accept = {licence.name for licence in self._licences if licence.must_be_acknowledged}
        if unknown := sorted(set(licences) - to_accept):
            names = ", ".join(sorted(to_accept)) or "none"
            raise CatalogError(
                f"EASEL_ACCEPT_LICENSES: no model's licence {unknown[0]} has to be accepted."
                f" Those that have to: {names}."
            )

        def accepted(licence: Licence) -> bool:
            return not licence.must_be_acknowledged or licence.name in licences

        def with_accepted(spec: ModelSpec) -> ModelSpec:
            offers = tuple(lora for lora in spec.offers if accepted(lora.licence))
            return spec.model_copy(update={"offers": offers})

        return Catalog(
            {name: with_accepted(spec) for name, spec in self.items() if accepted(spec.licence)}
        )

    @property
    def withheld(self) -> Mapping[str, str]:
        """The names of what is not offered, and why, for members."""
        return self._withheld

    @property
    def loras(self) -> Sequence[OfferedLora]:
        """The LoRAs that prompts for any of the entries may name."""
        return tuple(dict.fromkeys(lora for spec in self.values() for lora in spec.offers))

    @property
    def _licences(self) -> list[Licence]:
        return [*(entry.licence for entry in (*self.values(), *self.loras)), *self._hidden]

    @classmethod
    def load(cls, *overrides: Path, shipped: Path = SHIPPED) -> Self:
        """Read the shipped file, then each override that exists.

        Raises CatalogError, which has a line for each mistake in all of them.
        """
        tables = read([shipped, *(path for path in overrides if path.is_file())])
        loras = [lora_of(name, tables) for name in tables.loras]
        offered = [lora for lora in loras if lora and not lora.hidden]
        specs = [entry_of(name, tables, offered) for name in tables.entries]
        if tables.mistakes:
            raise CatalogError("\n".join(map(str, tables.mistakes)))
        entries = [spec for spec in specs if spec]
        return cls(
            {spec.name: spec for spec in entries if not spec.hidden},
            [spec for spec in entries if spec.hidden],
        )


def _names(specs: Collection[ModelSpec]) -> str:
    names = ", ".join(spec.name for spec in list(specs)[:_MOST_NAMED])
    more = len(specs) - _MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names
