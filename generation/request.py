"""What a member asks for: a `GenerationRequest`, always complete and always valid for its model.

All that makes a picture again is in it; nothing of who asked, where or when.
"""

import math
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict

from generation.catalog import IntegerRange, ModelSpec, NumberRange, Size
from generation.errors import RequestRefused
from generation.loras import AskedLora, choose, least_weight, trigger_notes
from generation.prompts import Prompt, accepted, parse, unweighted_note
from generation.ranges import in_words, is_fixed, plain

#: Seeds stay exact in JavaScript and in Discord's integer options.
SEED_LIMIT = 2**53 - 1
#: What other tools take for a seed that is to be drawn.
_DRAWN = -1

#: So many of a model's sizes are named where another was asked for.
_MOST_NAMED = 12

_SIZE = re.compile(r"^\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*$", re.IGNORECASE)


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
    ) -> Self:
        """Fill in the model's defaults and check every value. Raises RequestRefused."""
        chosen, given = _size(spec, size), _seed(seed)
        text, loras = _prompt(spec, prompt)
        return cls(
            model=spec.name,
            prompt=text,
            negative_prompt=_negative_prompt(spec, negative_prompt),
            num_inference_steps=_steps(spec, steps),
            guidance_scale=_guidance(spec, guidance),
            width=chosen.width,
            height=chosen.height,
            seed=secrets.randbelow(SEED_LIMIT + 1) if given is None else given,
            seed_given=given is not None,
            loras=loras,
        )

    def pinned(self, commits: Mapping[str, str]) -> Self:
        """The same with its LoRAs at these commits, by repo, where they leave the revision open."""
        return self.model_copy(update={"loras": tuple(each.pinned(commits) for each in self.loras)})


def remarks(spec: ModelSpec, request: GenerationRequest) -> Sequence[str]:
    """Sentences about what was asked for and is not, or not wholly, in the picture."""
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


def _steps(spec: ModelSpec, steps: int | None) -> int:
    allowed = spec.steps
    if steps is None:
        return allowed.default
    if not allowed.min <= steps <= allowed.max:
        raise _out_of_range("steps", spec, allowed, steps)
    return steps


def _guidance(spec: ModelSpec, guidance: float | None) -> float:
    allowed = spec.guidance
    if guidance is None:
        return allowed.default
    if not (math.isfinite(guidance) and allowed.min <= guidance <= allowed.max):
        raise _out_of_range("guidance", spec, allowed, guidance)
    return float(guidance)


def _out_of_range(
    option: str, spec: ModelSpec, allowed: IntegerRange | NumberRange, given: float
) -> RequestRefused:
    remedy = _leave_out(option)
    if is_fixed(allowed):
        remedy = f"Leave {option} out: {spec.title} knows no other value."
    limit = f"{spec.title} takes {in_words(allowed)}, not {plain(given)}."
    return RequestRefused(option, limit, remedy)


def _size(spec: ModelSpec, size: str | None) -> Size:
    if size is None or not size.strip():
        return spec.default_size
    match = _SIZE.match(size)
    wanted = (int(match[1]), int(match[2])) if match else None
    for offered in spec.sizes:
        if (offered.width, offered.height) == wanted:
            return offered
    names = ", ".join(str(offered) for offered in spec.sizes[:_MOST_NAMED])
    if len(spec.sizes) > _MOST_NAMED:
        names += f" and {len(spec.sizes) - _MOST_NAMED} more"
    given = size.strip()[:40]
    raise RequestRefused("size", f"{spec.title} paints {names}, not {given}.", _leave_out("size"))


def _seed(seed: int | None) -> int | None:
    """The seed, or None where one is to be drawn."""
    if seed is None or seed == _DRAWN:
        return None
    if not 0 <= seed <= SEED_LIMIT:
        raise RequestRefused(
            "seed",
            f"It is a whole number from 0 to {SEED_LIMIT}, not {seed}.",
            "Choose one of those, or leave seed out to have one drawn.",
        )
    return seed


def _leave_out(option: str) -> str:
    return f"Choose one of those, or leave {option} out for the default."
