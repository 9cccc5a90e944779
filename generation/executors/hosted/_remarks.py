"""What was asked for and is not, or perhaps not, in a picture that was painted elsewhere."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from generation.request import GenerationRequest

#: Options of a request, and what the providers call them.
_NAMES = {
    "num_inference_steps": {"num_inference_steps", "steps"},
    "guidance_scale": {"guidance_scale", "cfg_scale", "guidance"},
    "negative_prompt": {"negative_prompt"},
    "seed": {"seed"},
}


def left_out(body: bytes) -> frozenset[str]:
    """The options of a request that what was sent does not have."""
    try:
        names = set(_keys(json.loads(body)))
    except ValueError:
        return frozenset()
    return frozenset(option for option, known_as in _NAMES.items() if not names & known_as)


def remarks(
    request: GenerationRequest, missing: frozenset[str], size: tuple[int, int], who: str
) -> Sequence[str]:
    """Sentences for the member; `who` painted it, `size` is that of the picture."""
    said = []
    if size != (request.width, request.height):
        said.append(
            f"It is {size[0]}x{size[1]}, not {request.width}x{request.height}: {who} has sizes of"
            " its own."
        )
    if "num_inference_steps" in missing:
        said.append(f"{who} takes no number of steps: it chose one itself.")
    if "guidance_scale" in missing:
        said.append(f"{who} takes no guidance: it chose one itself.")
    if "negative_prompt" in missing and request.negative_prompt:
        said.append(f"{who} takes no negative prompt: it had no effect.")
    if "seed" in missing:
        said.append(f"{who} takes no seed: the same one gives other pictures.")
    elif request.seed_given:
        said.append(f"{who} was given the seed, but may give other pictures for it.")
    return tuple(f"{sentence[0].upper()}{sentence[1:]}" for sentence in said)


def unknown(request: GenerationRequest, missing: frozenset[str]) -> dict[str, None]:
    """What of the recipe nobody knows, since it was chosen elsewhere."""
    return {option: None for option in missing if getattr(request, option) is not None}


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from _keys(each)
