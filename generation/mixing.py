"""Mixing models: what is asked for, what of it can't be, and the catalog's entry of what came.

The weights themselves are mixed by `generation.tools.mix`, in a process that knows torch.
"""

from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from generation.catalog import Licence, LoraSpec, ModelSpec
from generation.errors import GenerationError
from generation.ranges import in_words

#: What is left in a mix's folder beside the pipeline: a `Made`, as JSON.
MADE = "mix.json"

# What an entry of a mix does not take over from the model it begins with.
_OWN = frozenset(
    {"name", "title", "also", "description", "hidden", "base", "default_on", "licence"}
)
_PLACES = frozenset({"repo", "revision", "variant", "checkpoint", "unet", "vae", "loras"})

#: Longest name of a licence, and longest description, that the catalog takes.
_NAME_LIMIT, _LINE_LIMIT = 60, 100


class MixRefused(GenerationError):
    """These models can't be mixed, or not so; str() says why."""


class MixOrder(BaseModel):
    """Which models are mixed, and how much of each.

    Without `c`, what comes is `a` with a share of `weight` replaced by `b`; with it, `a` and
    `weight` times what `b` has more than `c`. `only` names the networks that are mixed, `weights`
    those with a weight of their own; the others are those of `a`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    a: ModelSpec
    b: ModelSpec
    c: ModelSpec | None = None
    weight: float = Field(ge=0, le=1)
    only: tuple[str, ...] = ()
    weights: dict[str, float] = Field(default_factory=dict)

    @property
    def parents(self) -> tuple[ModelSpec, ...]:
        """All models that take part."""
        return (self.a, self.b) if self.c is None else (self.a, self.b, self.c)

    def shares(self, weight: float) -> tuple[float, ...]:
        """How much of each parent there is where that is the weight."""
        return (1 - weight, weight) if self.c is None else (1.0, weight, -weight)

    def in_words(self) -> str:
        """What it is, on a line."""
        if self.c is None:
            return f"{1 - self.weight:.0%} {self.a.title}, {self.weight:.0%} {self.b.title}"
        return f"{self.a.title} + {self.weight:g} × ({self.b.title} - {self.c.title})"


class Made(BaseModel):
    """What came of an order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[str, float]  # of each network that was mixed
    loras: tuple[LoraSpec, ...]  # what the parents' LoRA files weigh in the mix
    commits: dict[str, str]  # the weights' repos
    resolved: dict[str, str]  # those whose entries pin none


def check(order: MixOrder) -> None:
    """Raise MixRefused where no look at the weights is needed to say that they don't fit."""
    for spec in order.parents:
        if spec.executor != "local":
            raise MixRefused(
                f"{spec.name} is painted by a hosted API: there are no weights of it to be mixed."
            )
    for other in order.parents[1:]:
        if other.pipeline != order.a.pipeline:
            raise MixRefused(
                f"{order.a.name} and {other.name} can't be mixed, they are of different kinds:"
                f" {order.a.pipeline} and {other.pipeline}."
            )
        ours, theirs = order.a.steps, other.steps
        if ours.min == ours.max != theirs.min == theirs.max:
            raise MixRefused(
                f"{order.a.name} and {other.name} can't be mixed: one was distilled for exactly"
                f" {ours.min} steps, the other for {theirs.min}."
            )


def licence_of(parents: tuple[ModelSpec, ...], name: str) -> Licence:
    """The licence of a mix: all terms of all parents hold."""
    licences = [spec.licence for spec in parents]
    strictest = max(licences, key=lambda each: (each.must_be_acknowledged, not each.commercial))
    together = " and ".join(dict.fromkeys(each.name for each in licences))
    return Licence(
        name=together if len(together) <= _NAME_LIMIT else f"licences of {name}",
        link=strictest.link,
        commercial=all(each.commercial for each in licences),
        must_be_acknowledged=any(each.must_be_acknowledged for each in licences),
    )


def entry_of(
    order: MixOrder, made: Made, name: str, root: ModelSpec | None, title: str | None = None
) -> dict[str, Any]:
    """The catalog's entry of a mix whose folder is beside the file: asked for as `a` is.

    `root` is the entry that `a` is based on in the end, or is itself. Where it can be, the mix is
    based on it as well, so that LoRAs for it fit the mix, and says only what is different.
    """
    fields = _different(order.a, root)
    if any(spec.screening == "required" for spec in order.parents[1:]):
        fields |= {"screening": "required"} if order.a.screening == "none" else {}
    return {
        "title": title or name,
        "description": shorten(f"A mix: {order.in_words()}.", _LINE_LIMIT, placeholder=" …"),
        "repo": repo_of(name),
        **fields,
        **({"loras": _dumped(made.loras)} if made.loras or (root and root.loras) else {}),
        # What a base says of its own would win over what is in the folder.
        **({"vae": {"repo": repo_of(name), "subfolder": "vae"}} if root and root.vae else {}),
        "licence": licence_of(order.parents, name).model_dump(mode="json", exclude_defaults=True),
    }


def repo_of(name: str) -> str:
    """Where a mix is, as its entry says it."""
    return f"./models/{name}"


def remarks(order: MixOrder, made: Made) -> list[str]:
    """Lines for whoever reads the entry: what was mixed, and under which terms each part is."""
    parts = ", ".join(f"{part} {weight:g}" for part, weight in made.weights.items())
    lines = [f"Made by `models mix`: {order.in_words()} ({parts})."]
    for spec in order.parents:
        use = "commercial use allowed" if spec.licence.commercial else "no commercial use"
        link = f", {spec.licence.link}" if spec.licence.link else ""
        lines.append(f"{spec.name}: {spec.licence.name}{link} ({use})")
    return lines


def sampling(order: MixOrder) -> list[str]:
    """Whose steps, guidance and scheduler the mix has, and where that may not suit it."""
    first = order.a
    lines = [f"It is painted with as {first.name} is: {_in_words(first)}."]
    lines += [
        f"Warning: {first.name} takes {in_words(first.steps)} steps, {other.name}"
        f" {in_words(other.steps)}: what is mixed of them may look unfinished, or overdone."
        f" {other.name} is painted with at {_in_words(other)}: try values between in the"
        " mix's entry."
        for other in order.parents[1:]
        if first.steps.min > other.steps.max or first.steps.max < other.steps.min
    ]
    return lines


def _in_words(spec: ModelSpec) -> str:
    scheduler = spec.scheduler.name if spec.scheduler else "the scheduler of its repo"
    return f"{in_words(spec.steps)} steps, guidance {in_words(spec.guidance)}, {scheduler}"


def mixed_loras(order: MixOrder, weight: float) -> tuple[LoraSpec, ...]:
    """What the parents' LoRA files weigh where the denoiser is mixed with that weight.

    A LoRA adds to the weights, so a share of a model is a share of its LoRAs.
    """
    found: dict[LoraSpec, float] = {}
    for spec, share in zip(order.parents, order.shares(weight), strict=True):
        for lora in spec.loras:
            file = lora.model_copy(update={"weight": 1.0})
            found[file] = found.get(file, 0.0) + share * lora.weight
    return tuple(
        lora.model_copy(update={"weight": total}) for lora, total in found.items() if total
    )


def _different(spec: ModelSpec, root: ModelSpec | None) -> dict[str, Any]:
    """What the entry of a mix says that begins with `spec`, beside its places and names."""
    exclude = set(_OWN | _PLACES)
    if root is None:
        return spec.model_dump(mode="json", exclude_defaults=True, exclude=exclude)
    has, base = (
        each.model_dump(mode="json", exclude_none=True, exclude=exclude) for each in (spec, root)
    )
    return {"base": root.name, **{key: has[key] for key in has if has[key] != base.get(key)}}


def _dumped(loras: tuple[LoraSpec, ...]) -> list[Mapping[str, Any]]:
    return [lora.model_dump(mode="json", exclude_none=True) for lora in loras]
