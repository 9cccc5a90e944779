"""Takes the LoRAs out of a prompt.

`<lora:name:0.7>`, as A1111 has it, bare `lora:name:0.7`, or `withLora(name, 0.7)` of notebooks.
"""

import re

from generation.errors import RequestRefused
from generation.prompts.prompt import Lora

#: Each is as much work at every step again, and takes memory of its own.
MOST_LORAS = 4

_TAG = re.compile(
    r"""
      (?<!\\)<lora:(?P<inside>[^<>]*)(?P<end>>?)
    | (?<![^\s,])lora:(?P<bare>[\w.-]+(?::[^\s,:]*)?)(?=[\s,]|$)
    | (?<!\w)(?:with|use)Lora\((?P<call>[^()]*)\)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_INSIDE = re.compile(
    r"\s*(?P<name>[^:]{1,80}?)\s*(?::\s*(?P<weight>[+-]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9}))\s*)?"
)
_REMEDY = "Write <lora:name:0.7>, with the LoRA's name and how strong it is."


def take_loras(text: str) -> tuple[str, tuple[Lora, ...], list[str]]:
    """The text without them, each LoRA once, and notes. Raises RequestRefused."""
    found: dict[str, Lora] = {}
    notes: list[str] = []
    kept: list[str] = []
    position = 0
    for tag in _TAG.finditer(text):
        lora = _lora(tag)
        if found.pop(lora.name.casefold(), None):
            notes.append(f"The LoRA {lora.name} stands there more than once: the last one counts.")
        found[lora.name.casefold()] = lora
        kept.append(text[position : tag.start()])
        position = tag.end()
    if not found:
        return text, (), notes
    if len(found) > MOST_LORAS:
        raise RequestRefused(
            "prompt",
            f"It names {len(found)} LoRAs; {MOST_LORAS} are allowed.",
            "Leave some of them out.",
        )
    kept.append(text[position:])
    return _mended(kept), tuple(found.values()), notes


def _lora(tag: re.Match[str]) -> Lora:
    inside = _INSIDE.fullmatch(_name_and_weight(tag))
    if inside is None or not inside["name"].strip() or tag["end"] == "":
        raise RequestRefused("prompt", f"“{tag[0][:60]}” is no LoRA that can be read.", _REMEDY)
    weight = inside["weight"]
    return Lora(inside["name"].strip(), None if weight is None else float(weight))


def _name_and_weight(tag: re.Match[str]) -> str:
    if tag["call"] is not None:
        return tag["call"].replace(",", ":")
    return tag["inside"] or tag["bare"] or ""


def _mended(kept: list[str]) -> str:
    """Put together what stood around the tags, with no comma twice where one was taken out."""
    mended = kept[0]
    for piece in kept[1:]:
        before, after = mended.rstrip(), piece.lstrip()
        if after.startswith(",") and (not before or before.endswith(",")):
            after = after[1:].lstrip()
        elif after.startswith(","):
            mended = before + after
            continue
        elif before.endswith(",") and not after:
            before = before[:-1]
        mended = f"{before} {after}" if before and after else before + after
    return mended
