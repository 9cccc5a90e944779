"""What a member asks for: a `GenerationRequest`, always complete and always valid for its model.

All that makes a picture again is in it; nothing of who asked, where or when.
"""

import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from generation import options
from generation import strength as strengths
from generation.catalog import BROUGHT, ModelSpec
from generation.errors import RequestRefused
from generation.finishing import Extent, Restoration, Upscaling, tools_of
from generation.inputs.store import InputImage
from generation.loras import AskedLora, choose, least_weight, trigger_notes
from generation.options import SEED_LIMIT
from generation.prompts import Prompt, accepted, parse, unweighted_note
from generation.ranges import plain

#: What can differ between the parts of one job.
Varied = Literal["model", "steps", "guidance", "seed", "strength"]


class GenerationRequest(BaseModel):
    """One picture, as it will be painted.

    Sizes in pixels; `seed_given` tells a chosen seed from a drawn one. `loras` are those that the
    prompt names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    prompt: str
    negative_prompt: str | None
    num_inference_steps: int
    guidance_scale: float
    width: int
    height: int
    seed: int
    seed_given: bool
    loras: tuple[AskedLora, ...] = ()
    image: InputImage | None = None  # the picture that was brought along
    strength: float | None = None  # how far that may be left behind: above 0, up to 1
    rounds_up: bool = False  # whether the part of a step that this may leave is made as a whole one
    faces: Restoration | None = None  # what is done then, in this order
    upscale: Upscaling | None = None
    #: Where one job is several pictures: what differs between them, and each of them in full. The
    #: other fields are then those of the first.
    varied: Varied | None = None
    parts: "tuple[Part, ...]" = ()

    @classmethod
    def build(
        cls,
        spec: ModelSpec,
        prompt: str,
        *,
        negative_prompt: str | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        seed: int | None = None,
        size: str | None = None,
        image: InputImage | None = None,
        strength: float | None = None,
    ) -> Self:
        """Fill in the model's defaults and check every value. Raises RequestRefused.

        Without a size, the one nearest in shape to a picture that was brought.
        """
        options.check_start(spec, image, strength)
        chosen, given = options.size(spec, size, image), options.seed(seed)
        text, loras = _prompt(spec, prompt)
        made, far = options.steps(spec, steps), None
        if image is not None:
            made, far = strengths.fitted(spec, made, strengths.checked(spec, strength))
        return cls(
            model=spec.name,
            prompt=text,
            negative_prompt=_negative_prompt(spec, negative_prompt),
            num_inference_steps=made,
            guidance_scale=options.guidance(spec, guidance),
            width=chosen.width,
            height=chosen.height,
            seed=secrets.randbelow(SEED_LIMIT + 1) if given is None else given,
            seed_given=given is not None,
            loras=loras,
            image=image,
            strength=far,
            rounds_up=image is not None and spec.rounds_up,
        )

    @classmethod
    def finishing(
        cls,
        image: InputImage,
        *,
        faces: Restoration | None = None,
        upscale: Upscaling | None = None,
        prompt: str = "",
    ) -> Self:
        """Paint nothing: finish a picture that was brought. `prompt` is what it was painted by."""
        return cls(
            model=BROUGHT.name,
            prompt=prompt,
            negative_prompt=None,
            num_inference_steps=BROUGHT.steps.default,
            guidance_scale=BROUGHT.guidance.default,
            width=image.width,
            height=image.height,
            seed=secrets.randbelow(SEED_LIMIT + 1),
            seed_given=False,
            image=image,
            faces=faces,
            upscale=upscale,
        )

    @property
    def paints(self) -> bool:
        """Whether a model paints; else only something is done with a picture that was brought."""
        return self.model != BROUGHT.name

    @property
    def tools(self) -> tuple[str, ...]:
        """The names of the tools that the picture goes through."""
        return tools_of(self)

    @property
    def route(self) -> str:
        """All that the picture goes through, as one word: what takes the same time has the same."""
        return "+".join((self.model, *self.tools))

    @property
    def extent(self) -> Extent:
        """The size of the picture in the end."""
        last = self.upscale or self
        return Extent(last.width, last.height)

    @property
    def work(self) -> int:
        """Pixels × steps of all that is done; what is done after painting is a step for each."""
        pixels = self.width * self.height
        return (
            (pixels * self.steps_made if self.paints else 0)
            + (pixels if self.faces else 0)
            + (self.upscale.work if self.upscale else 0)
        )

    @property
    def effort(self) -> int:
        """The same, with all that is made on the way to a larger picture: its time grows by it."""
        larger = self.upscale
        return self.work + (larger.effort(self) - larger.work if larger else 0)

    @property
    def steps_made(self) -> int:
        """How many steps it takes: from a picture on, only the later ones."""
        return strengths.steps_made(
            self.num_inference_steps, self.strength, rounds_up=self.rounds_up
        )

    def pinned(self, commits: Mapping[str, str]) -> Self:
        """The same with its LoRAs at these commits, by repo, where they leave the revision open."""
        return self.model_copy(update={"loras": tuple(each.pinned(commits) for each in self.loras)})


class Part(BaseModel):
    """One of several pictures that are one job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: GenerationRequest
    revision: str | None = None  # the commit of its weights, once the job is admitted


GenerationRequest.model_rebuild()


def remarks(spec: ModelSpec, request: GenerationRequest) -> Sequence[str]:
    """Sentences about what was asked for and is not, or not wholly, in the picture."""
    if not request.paints:
        return ()
    prompts = [accepted(request.prompt)]
    if request.negative_prompt is not None:
        prompts.append(accepted(request.negative_prompt))
    said = [note for prompt in prompts for note in prompt.notes]
    said += trigger_notes(spec, request.loras, prompts[0].plain)
    if not spec.weighting:
        said += [note for each in prompts if (note := unweighted_note(each, spec.title))]
    return tuple(dict.fromkeys([*_without_effect(spec, request), *said]))


def _without_effect(spec: ModelSpec, request: GenerationRequest) -> Sequence[str]:
    """Options that were given and change nothing with this model."""
    if request.negative_prompt is None:
        return ()
    if not spec.takes_negative_prompts:
        return (f"{spec.title} has no use for a negative prompt: it has no effect.",)
    above = spec.negative_prompt_above
    if above is not None and request.guidance_scale <= above:
        limit = plain(above)
        return (f"The negative prompt has no effect at guidance {limit} or less.",)
    return ()


def _prompt(spec: ModelSpec, prompt: str) -> tuple[str, tuple[AskedLora, ...]]:
    """The prompt as it was typed, and the LoRAs that it names."""
    stripped = _clean(prompt)
    _check_length("prompt", stripped, spec.prompt_limit)
    read = _read("prompt", stripped)
    loras = choose(spec, read.loras)
    if not any(_is_visible(character) for character in read.plain):
        raise RequestRefused(
            "prompt", "It is empty.", "Say what you want to see: “a lighthouse in a storm”."
        )
    return stripped, loras


def _negative_prompt(spec: ModelSpec, negative_prompt: str | None) -> str | None:
    stripped = _clean(negative_prompt or "")
    _check_length("negative_prompt", stripped, spec.prompt_limit)
    if named := _read("negative_prompt", stripped).loras:
        below_0 = any(least_weight(spec, lora.name) < 0 for lora in named)
        opposite = "; with a weight below 0 it does the opposite" if below_0 else ""
        raise RequestRefused(
            "negative_prompt",
            "A LoRA changes the whole picture: none can be named here.",
            f"Name it in the prompt{opposite}.",
        )
    return stripped or None


def _read(field: str, text: str) -> Prompt:
    """What the words of an option mean. Raises RequestRefused, naming the option."""
    try:
        return parse(text)
    except RequestRefused as refusal:
        raise RequestRefused(field, refusal.limit, refusal.remedy) from None


def _clean(text: str) -> str:
    """On one line, without what no database and no PNG can hold: controls, halves of characters."""
    plain = (" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)
    return " ".join("".join(plain).split())


def _is_visible(character: str) -> bool:
    """Neither a space nor one of the characters that only look like nothing."""
    return unicodedata.category(character)[0] not in "CZ" and character not in "\u2800\u3164"


def _check_length(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        over = len(text) - limit
        raise RequestRefused(
            field,
            f"It has {len(text):,} characters; {limit:,} are allowed.",
            f"Shorten it by {over:,}.",
        )
