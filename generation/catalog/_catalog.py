"""All entries, and how they are read from files."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Self

from generation.errors import CatalogError, RequestRefused

from . import _names as names
from ._brought import BROUGHT
from ._files import read
from ._loras import OfferedLora
from ._mistakes import did_you_mean
from ._model import ExecutorName, ModelSpec
from ._running import Licence
from ._tools import Tools, ToolSpec
from ._validated import entry_of, look_for_equal_names, lora_of, tool_of

_LEAVE_OUT = "leave model out for the default."

SHIPPED = Path(__file__).parent.with_name("models.toml")


class Catalog(Mapping[str, ModelSpec]):
    """All entries by name, in the order of the file."""

    def __init__(
        self,
        entries: Mapping[str, ModelSpec],
        hidden: Collection[Licence] = (),
        withheld: Mapping[str, str] | None = None,
        whole: Mapping[str, ModelSpec] | None = None,
        tools: Tools | None = None,
    ) -> None:
        """Take entries that are already validated; `load` reads them from files.

        Of hidden ones only the licences are known: they may be accepted all the same. What is
        `withheld` is no entry either, but whoever asks for it is told why; what it is called
        besides its name, `whole` knows. `tools` are networks that paint nothing by themselves.
        """
        self._entries = dict(entries)
        self._withheld = withheld or {}
        self._tools = tools if tools is not None else Tools()
        known = whole or {}
        self._names = {name: spec.names for name, spec in entries.items()} | {
            name: known[name].names if name in known else (name,) for name in self._withheld
        }
        self._hidden = tuple(hidden)

    def __getitem__(self, name: str) -> ModelSpec:
        """The entry of that name; where there are tools for it, also the one that no list has."""
        if name == BROUGHT.name and any(tool.kind != "screener" for tool in self._tools.values()):
            return BROUGHT
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        """The names, in the file's order."""
        return iter(self._entries)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    def called(self, name: str) -> ModelSpec | None:
        """The entry of exactly that name, title or other name, whatever its case."""
        found = names.called(name, self._names)
        return self.get(found) if found else None

    def having(self, part: str) -> Sequence[ModelSpec]:
        """The entries that have it in one of their names, whatever its case."""
        return [self[name] for name in names.having(part, self._names) if name in self]

    def did_you_mean(self, typed: str) -> str:
        """A question, beginning with a space, where an entry is called nearly so; else nothing."""
        return names.did_you_mean(typed, self._names)

    def find(self, name: str) -> ModelSpec:
        """The entry that is called so, whatever its case, or the only one that has it in its names.

        What is withheld counts: a piece of two names does not mean the one because the other is
        not painted here. Raises RequestRefused.
        """
        whole = names.called(name, self._names)
        near = [whole] if whole else names.having(name, self._names)
        if len(near) == 1 and near[0] in self:
            return self[near[0]]
        typed = f"“{name.strip()[:60]}”"
        remedy = f"Choose one of those, or {_LEAVE_OUT}"
        if len(near) == 1:
            limit = f"{near[0]} is not painted here: {self._withheld[near[0]]}."
        elif near:
            listed = names.listed(near, self._withheld)
            limit = f"{typed} is the name of no model; {len(near)} have it in theirs: {listed}."
        else:
            hint = self.did_you_mean(name)
            limit = f"There is no model {typed} here.{hint} There are: {names.listed(self, {})}."
        if near and not any(each in self for each in near):
            remedy = f"`/models` shows what paints here; {_LEAVE_OUT}"
        raise RequestRefused("model", limit, remedy)

    def offered_by(self, executors: set[ExecutorName]) -> "Catalog":
        """The entries that one of these executors can run."""
        return Catalog(
            {name: spec for name, spec in self.items() if spec.executor in executors},
            self._hidden,
            # Only a worker of this host has a use for the others.
            tools=self._tools if "local" in executors else self._tools.of_hosted(),
        )

    def each(
        self,
        change: Callable[[ModelSpec], ModelSpec],
        change_tool: Callable[[ToolSpec], ToolSpec] = lambda tool: tool,
    ) -> Self:
        """The same catalog with every entry changed, and every tool."""
        changed = copy(self)
        changed._entries = {name: change(spec) for name, spec in self.items()}
        changed._tools = self._tools.each(change_tool)
        return changed

    def accepting(self, licences: Collection[str]) -> "Catalog":
        """The entries that are free of terms to be acknowledged, and those whose are accepted.

        Raises CatalogError where one that is accepted is no such licence.
        """
        to_accept = {
            each.name.casefold(): each.name for each in self._licences if each.must_be_acknowledged
        }
        for typed in sorted(licences):
            if typed.casefold() not in to_accept:
                raise CatalogError(f"EASEL_ACCEPT_LICENSES: {self._no_licence(typed, to_accept)}")

        def with_accepted(spec: ModelSpec) -> ModelSpec:
            offers = tuple(lora for lora in spec.offers if lora.licence.is_accepted(licences))
            return spec.model_copy(update={"offers": offers})

        return Catalog(
            {
                name: with_accepted(spec)
                for name, spec in self.items()
                if spec.licence.is_accepted(licences)
            },
            self._hidden,
            tools=self._tools.accepting(licences),
        )

    def _no_licence(self, typed: str, to_accept: Mapping[str, str]) -> str:
        spec = self.called(typed)
        if spec is not None:
            needless = "" if spec.licence.must_be_acknowledged else ", and need not be accepted"
            return f"{typed} is a model. That model's licence is {spec.licence.name}{needless}."
        hint = did_you_mean(typed, to_accept.values())
        listed = ", ".join(sorted(to_accept.values())) or "none"
        return f"no model's licence {typed} has to be accepted.{hint} Those that have to: {listed}."

    @property
    def withheld(self) -> Mapping[str, str]:
        """The names of what is not offered, and why, for members."""
        return self._withheld

    @property
    def loras(self) -> Sequence[OfferedLora]:
        """The LoRAs that prompts for any of the entries may name."""
        return tuple(dict.fromkeys(lora for spec in self.values() for lora in spec.offers))

    @property
    def tools(self) -> Tools:
        """Networks that paint nothing by themselves."""
        return self._tools

    @property
    def _licences(self) -> list[Licence]:
        entries = (*self.values(), *self.loras, *self._tools.values())
        return [*(entry.licence for entry in entries), *self._hidden]

    @classmethod
    def load(cls, *overrides: Path, shipped: Path = SHIPPED) -> Self:
        """Read the shipped file, then each override that exists.

        Raises CatalogError, which has a line for each mistake in all of them.
        """
        tables = read([shipped, *(path for path in overrides if path.is_file())])
        loras = [lora_of(name, tables) for name in tables.loras]
        offered = [lora for lora in loras if lora and not lora.hidden]
        specs = [spec for name in tables.entries if (spec := entry_of(name, tables, offered))]
        tools = [tool for name in tables.tools if (tool := tool_of(name, tables))]
        shown = [spec for spec in specs if not spec.hidden]
        shown_tools = [tool for tool in tools if not tool.hidden]
        look_for_equal_names(shown, shown_tools, tables)
        if tables.mistakes:
            raise CatalogError("\n".join(map(str, tables.mistakes)))
        return cls(
            {spec.name: spec for spec in shown},
            [each.licence for each in (*specs, *tools) if each.hidden],
            tools=Tools({tool.name: tool for tool in shown_tools}),
        )
