"""LoRAs that a prompt names, as they will be mixed in: from what its model offers."""

from collections.abc import Mapping, Sequence
from typing import Self

from generation.catalog import LoraSpec, ModelSpec, OfferedLora
from generation.errors import RequestRefused
from generation.prompts import Lora

_LEAVE_OUT = "Leave it out, or choose another model."
#: So many are named where one was asked for that is not there.
_MOST_NAMED = 20


class AskedLora(LoraSpec):
    """A LoRA of a request: where it is, how strong, and under what licence it may be used.

    Requests that were stored before all of that was kept have the licence's name alone.
    """

    name: str
    licence: str
    licence_link: str = ""
    commercial: bool | None = None

    def pinned(self, commits: Mapping[str, str]) -> Self:
        """The same at its repo's commit among these, where it leaves the revision open."""
        if self.revision is not None or self.repo not in commits:
            return self
        return self.model_copy(update={"revision": commits[self.repo]})


def choose(spec: ModelSpec, named: Sequence[Lora]) -> tuple[AskedLora, ...]:
    """Those that a prompt for `spec` names, each once. Raises RequestRefused."""
    chosen: dict[str, AskedLora] = {}
    for lora in named:
        offered = _find(spec, lora.name)
        chosen.pop(offered.name, None)  # by its title, and by its name
        chosen[offered.name] = AskedLora(
            name=offered.name,
            repo=offered.repo,
            revision=offered.revision,
            file=offered.file,
            weight=_weight(offered, lora.weight),
            licence=offered.licence.name,
            licence_link=offered.licence.link,
            commercial=offered.licence.commercial,
        )
    return tuple(chosen.values())


def least_weight(spec: ModelSpec, name: str) -> float:
    """How far down the weight of that LoRA may go; 0 where the model has none of that name."""
    wanted = name.casefold()
    return next((lora.weight.min for lora in spec.offers if _is_called(lora, wanted)), 0.0)


def trigger_notes(spec: ModelSpec, loras: Sequence[AskedLora], text: str) -> Sequence[str]:
    """What to tell where a prompt has none of the words that stand for its LoRA."""
    offered = {lora.name: lora for lora in spec.offers}
    typed = text.casefold()
    return [
        f"The LoRA {lora.name} knows these words: {', '.join(triggers)}."
        " With one of them in the prompt it shows most."
        for lora in loras
        if lora.name in offered
        and (triggers := offered[lora.name].triggers)
        and not any(trigger.casefold() in typed for trigger in triggers)
    ]


def _find(spec: ModelSpec, name: str) -> OfferedLora:
    wanted = name.casefold()
    for offered in spec.offers:
        if _is_called(offered, wanted):
            return offered
    if spec.executor != "local":
        raise RequestRefused(
            "prompt", f"{spec.title} is painted by a hosted API, which takes no LoRAs.", _LEAVE_OUT
        )
    if not spec.offers:
        raise RequestRefused(
            "prompt", f"{spec.title} has no LoRAs to choose from here.", _LEAVE_OUT
        )
    names = [offered.name for offered in spec.offers]
    there_are = ", ".join(names[:_MOST_NAMED]) + (" and more" if names[_MOST_NAMED:] else "")
    raise RequestRefused(
        "prompt",
        f"There is no LoRA “{name[:40]}” for {spec.title}. There are: {there_are}.",
        "Choose one of those, or leave it out.",
    )


def _is_called(offered: OfferedLora, wanted: str) -> bool:
    return wanted in (offered.name, offered.title.casefold())


def _weight(offered: OfferedLora, weight: float | None) -> float:
    allowed = offered.weight
    if weight is None:
        return allowed.default
    if not allowed.min <= weight <= allowed.max:
        raise RequestRefused(
            "prompt",
            f"The LoRA {offered.name} takes {allowed.min:g} to {allowed.max:g}, not {weight:g}.",
            f"Write it like <lora:{offered.name}:{allowed.default:g}>.",
        )
    return weight
