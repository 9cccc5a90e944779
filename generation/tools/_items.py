"""What a program is told to look at or to bring here: models, LoRAs of prompts, tools."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

from generation.catalog import ModelSpec, Source, ToolSpec
from generation.lora_files import read_order
from generation.revisions import Revisions
from generation.tools._brought import Brought
from generation.tools._tool_item import ToolItem
from generation.worker import selection
from generation.worker.fetch import Plan, bring, check_space, fetch, plan
from generation.worker.soundness import Problem, Soundness, examine, examine_wants, mistaken
from generation.worker.sources import Sources, Want, gather, wanted
from generation.worker.watching import Progress, Watch
from generation.worker.weights import elements


@dataclass(frozen=True, slots=True)
class Item:
    """A model or, with a `file`, a LoRA, whose `spec` is what messages speak of."""

    spec: ModelSpec
    file: str | None = None
    paints: bool = True  # not so of a tool that is a pipeline

    @property
    def source(self) -> Source:
        """Where its pipeline is, or the LoRA."""
        return Source(repo=self.spec.repo, revision=self.spec.revision)

    def pinned(self, revisions: Revisions) -> Self:
        """The same at the commits that this host keeps to."""
        return replace(self, spec=revisions.pin(self.spec))

    @property
    def of_lora(self) -> list[Want]:
        """What a LoRA needs of its repo; nothing for a model, whose repo says what it needs."""
        if self.file is None:
            return []
        name = self.file
        return [Want("lora", self.source, lambda _: {name})]

    @property
    def repos(self) -> list[str]:
        """All repos of the hub that it comes from, each once."""
        spec = self.spec
        parts = [spec.checkpoint, spec.unet, spec.vae, *spec.loras]
        sources = [self.source, *(part for part in parts if part is not None)]
        return list(dict.fromkeys(each.repo for each in sources if not each.is_folder))

    def examine(self) -> Soundness:
        """Whether its files are here, and whole."""
        return examine_wants(self.of_lora, self.spec) if self.of_lora else examine(self.spec)

    def mistakes(self, _: Soundness) -> tuple[Problem, ...]:
        """What its entry says that can't be so, whatever was found of its files."""
        return () if self.of_lora or not self.paints else mistaken(self.spec)

    def plans(self) -> list[Plan]:
        """What of it is missing; its list of components is brought here for that.

        Raises LoadError, and what the hub's library raises.
        """
        return [plan(want.source, want.choose, self.spec) for want in self.wants()]

    def bring(self, watch: Watch) -> Brought:
        """Have all of it here, and see that it can be opened. Raises as `plans`."""
        sources = self._bring_lora(watch) if self.of_lora else gather(self.spec, watch)
        for path in sources.weights:
            elements(path)  # raises where it can't be
        size = sum(path.stat().st_size for path in sources.weights)
        return Brought(size, sources.commits, sources.resolved)

    def _bring_lora(self, watch: Watch) -> Sources:
        (want,) = self.of_lora
        (found,) = self.plans()
        check_space([found], self.spec)
        folder = bring(found, self.spec, Progress(found.size, watch))
        commits = {} if want.source.is_folder else {self.spec.repo: folder.name}
        resolved = commits if want.source.revision is None else {}
        file = folder / found.names[0]
        return Sources(folder, {}, weights=[file], commits=commits, resolved=resolved)

    def wants(self) -> list[Want]:
        """What is needed of each repo. Raises as `plans`."""
        if self.of_lora:
            return self.of_lora
        spec = self.spec
        folder = fetch(self.source, lambda _: {selection.INDEX}, spec)
        index = json.loads((folder / selection.INDEX).read_text(encoding="utf-8"))
        return wanted(spec, index, spec.revision if spec.is_folder else folder.name)


#: Whatever it is.
AnyItem: TypeAlias = Item | ToolItem


def read_items(order: Mapping[str, Any]) -> list[AnyItem]:
    """The models, LoRAs and tools of an order."""
    models = [Item(ModelSpec.model_validate(entry)) for entry in order["models"]]
    loras = [Item(*read_order(each)) for each in order.get("loras", ())]
    tools = [_tool(ToolSpec.model_validate(each)) for each in order.get("tools", ())]
    return [*models, *loras, *tools]


def _tool(tool: ToolSpec) -> AnyItem:
    return ToolItem(tool) if tool.pipeline is None else Item(tool.as_model(), paints=False)
