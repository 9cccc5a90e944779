"""What a member asks for: a `GenerationRequest`, always complete and always valid for its model.

All that makes a picture again is in it; nothing of who asked, where or when.
"""

import math
import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict

from generation.catalog import IntegerRange, ModelSpec, NumberRange, Size
from generation.errors import RequestRefused
from generation.prompts import Prompt, accepted, parse, unweighted_note

#: Seeds stay exact in JavaScript and in Discord's integer options.
SEED_LIMIT = 2**53 - 1

_SIZE = re.compile(r"^\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*$", re.IGNORECASE)


class GenerationRequest(BaseModel):
    """One picture, as it will be painted.

    Sizes in pixels; `seed_given` tells a chosen seed from a drawn one.
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
        chosen = _size(spec, size)
        return cls(
            model=spec.name,
            prompt=_prompt(spec, prompt),
            negative_prompt=_negative_prompt(spec, negative_prompt),
            num_inference_steps=_steps(spec, steps),
            guidance_scale=_guidance(spec, guidance),
            width=chosen.width,
            height=chosen.height,
            seed=_seed(seed) if seed is not None else secrets.randbelow(SEED_LIMIT + 1),
            seed_given=seed is not None,
        )


def remarks(spec: ModelSpec, request: GenerationRequest) -> Sequence[str]:
    """Sentences about what was asked for and is not, or not wholly, in the picture."""
    prompts = [accepted(request.prompt)]
    if request.negative_prompt is not None:
        prompts.append(accepted(request.negative_prompt))
    said = [note for prompt in prompts for note in prompt.notes]
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
        limit = _plain(above)
        return (f"The negative prompt has no effect at guidance {limit} or less.",)
    return ()


def _prompt(spec: ModelSpec, prompt: str) -> str:
    stripped = _clean(prompt)
    _check_length("prompt", stripped, spec.prompt_limit)
    if not any(_is_visible(character) for character in _read("prompt", stripped).plain):
        raise RequestRefused(
            "prompt", "It is empty.", "Say what you want to see: “a lighthouse in a storm”."
        )
    return stripped


def _negative_prompt(spec: ModelSpec, negative_prompt: str | None) -> str | None:
    stripped = _clean(negative_prompt or "")
    _check_length("negative_prompt", stripped, spec.prompt_limit)
    _read("negative_prompt", stripped)
    return stripped or None


def _read(field: str, text: str) -> Prompt:
    """What the words of an option mean. Raises RequestRefused, naming the option."""
    try:
        prompt = parse(text)
    except RequestRefused as refusal:
        raise RequestRefused(field, refusal.limit, refusal.remedy) from None
    if prompt.loras:
        name = prompt.loras[0].name
        raise RequestRefused(
            field, f"There is no LoRA “{name[:40]}” here.", "Leave it out, or choose another model."
        )
    return prompt


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
        raise RequestRefused(
            "steps", f"{spec.title} takes {_range(allowed)}, not {steps}.", _leave_out("steps")
        )
    return steps


def _guidance(spec: ModelSpec, guidance: float | None) -> float:
    allowed = spec.guidance
    if guidance is None:
        return allowed.default
    if not (math.isfinite(guidance) and allowed.min <= guidance <= allowed.max):
        given = _plain(guidance)
        raise RequestRefused(
            "guidance",
            f"{spec.title} takes {_range(allowed)}, not {given}.",
            _leave_out("guidance"),
        )
    return float(guidance)


def _size(spec: ModelSpec, size: str | None) -> Size:
    if size is None or not size.strip():
        return spec.default_size
    match = _SIZE.match(size)
    wanted = (int(match[1]), int(match[2])) if match else None
    for offered in spec.sizes:
        if (offered.width, offered.height) == wanted:
            return offered
    names = ", ".join(str(offered) for offered in spec.sizes)
    given = size.strip()[:40]
    raise RequestRefused("size", f"{spec.title} paints {names}, not {given}.", _leave_out("size"))


def _seed(seed: int) -> int:
    if not 0 <= seed <= SEED_LIMIT:
        raise RequestRefused(
            "seed", f"It is a whole number from 0 to {SEED_LIMIT}, not {seed}.", _leave_out("seed")
        )
    return seed


def _range(allowed: IntegerRange | NumberRange) -> str:
    low, high = _plain(allowed.min), _plain(allowed.max)
    return f"exactly {low}" if low == high else f"{low} to {high}"


def _plain(number: float) -> str:
    """2.0 → 2, 2.5 → 2.5: as a person writes it."""
    return f"{number:g}"


def _leave_out(option: str) -> str:
    return f"Choose one of those, or leave {option} out for the default."
