"""What a program is told to look at or to bring here: models, and LoRAs that prompts may name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generation.catalog import ModelSpec, Source
from generation.lora_files import read_order
from generation.worker import selection
from generation.worker.fetch import Plan, bring, check_space, fetch, plan
from generation.worker.soundness import Soundness, examine, examine_wants
from generation.worker.sources import Sources, Want, gather, wanted
from generation.worker.watching import Progress, Watch


@dataclass(frozen=True, slots=True)
class Item:
    """A model or, with a `file`, a LoRA, whose `spec` is what messages speak of."""

    spec: ModelSpec
    file: str | None = None

    @property
    def source(self) -> Source:
        """Where its pipeline is, or the LoRA."""
        return Source(repo=self.spec.repo, revision=self.spec.revision)

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

    def plans(self) -> list[Plan]:
        """What of it is missing; its list of components is brought here for that.

        Raises LoadError, and what the hub's library raises.
        """
        return [plan(want.source, want.choose, self.spec) for want in self.wants()]

    def bring(self, watch: Watch) -> Sources:
        """Have all of it here. Raises as `plans`."""
        if not self.of_lora:
            return gather(self.spec, watch)
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


def read_items(order: Mapping[str, Any]) -> list[Item]:
    """The models and LoRAs of an order."""
    models = [Item(ModelSpec.model_validate(entry)) for entry in order["models"]]
    return [*models, *(Item(*read_order(each)) for each in order.get("loras", ()))]
