"""From what a member typed to a `Prompt`: takes any text, refuses what is meant but wrong."""

import re
from collections.abc import Sequence
from functools import lru_cache

from generation.errors import RequestRefused
from generation.prompts.loras import take_loras
from generation.prompts.prompt import Fragment, Join, Lora, Part, Prompt
from generation.prompts.weighting import read_weights

#: Weights reach from one to the other; what lies beyond is brought back, and said.
WEIGHTS = (0.0, 2.0)
#: Shares of a blend, which sum to 1, lie in here: more would be two prompts that cancel out.
SHARES = (-2.0, 2.0)
#: Each part is encoded for itself, and each weighted piece once more: neither may cost minutes.
MOST_PARTS = 8
MOST_WEIGHTED = 40
MOST_NOTES = 5

_WHOLE = re.compile(
    r"\s*\((?P<items>.*)(?<!\\)\)\s*\.(?P<name>blend|and|add)\((?P<arguments>[^()\"“”]*)\)\s*",
    re.DOTALL,
)
_SOMEWHERE = re.compile(r"(?<!\\)\)\s*\.(?P<name>blend|and|add)\(")
_UNKNOWN = re.compile(r"[\w)\"]\.(?P<name>swap|attend)\(")
_ITEM = re.compile(
    r"""\s*(?:["“”„](?P<quoted>(?:[^"“”\\]|\\.)*+)["“”]|(?P<bare>[^"“”„,]++))\s*(?:,|$)""",
    re.DOTALL,
)
_EXAMPLE = '("a cat", "a dog").{name}(0.7, 0.3)'


def parse(text: str) -> Prompt:
    """Read a prompt that has no flags any more. Raises RequestRefused."""
    text, loras, notes = take_loras(text)
    unknown = _UNKNOWN.search(text)
    if unknown:
        raise RequestRefused(
            "prompt", f".{unknown['name']}() is not known here.", "Write (word)1.3 to weigh a word."
        )
    whole = _WHOLE.fullmatch(text)
    if whole:
        return _joined(whole, loras, notes)
    somewhere = _SOMEWHERE.search(text)
    if somewhere:
        name = somewhere["name"]
        raise RequestRefused(
            "prompt",
            f".{name}() joins whole prompts; it can't stand beside other text.",
            f"Put all text within its quotes: {_EXAMPLE.format(name=name)}.",
        )
    parts = _read([text], [1.0], notes)
    return Prompt(parts, Join.NONE, loras, _told(notes))


@lru_cache(maxsize=16)  # of one request several ask in a row
def accepted(text: str) -> Prompt:
    """Read a prompt that is in a request already: what was not meant for this reader is plain."""
    try:
        return parse(text)
    except RequestRefused:
        return Prompt((Part((Fragment(text),)),))


def _joined(call: re.Match[str], loras: Sequence[Lora], notes: list[str]) -> Prompt:
    name = call["name"]
    items = _items(call["items"], name)
    numbers, normalize = _arguments(call["arguments"], name, len(items))
    if name != "blend":
        # A weight of a part is one of all that is in it. (Compel has it only for encoders
        # without pooled embeddings, and stops at SDXL's.)
        return Prompt(_read(items, numbers, notes), Join.AND, tuple(loras), _told(notes))
    total = sum(numbers)
    if not any(numbers) or (normalize and not total):
        raise RequestRefused(
            "prompt",
            "The weights of .blend() sum to 0: no prompt has a share.",
            f"Take weights that don't cancel each other out: {_EXAMPLE.format(name=name)}.",
        )
    shares = [number / total for number in numbers] if normalize else numbers
    if not all(SHARES[0] <= share <= SHARES[1] for share in shares):
        raise RequestRefused(
            "prompt",
            f"The weights of .blend() make shares of {', '.join(f'{s:.3g}' for s in shares)}; "
            f"each may be {SHARES[0]:g} to {SHARES[1]:g}.",
            f"Take weights that don't cancel each other out: {_EXAMPLE.format(name=name)}.",
        )
    parts = zip(_read(items, [1.0] * len(items), notes), shares, strict=True)
    return Prompt(
        tuple(Part(part.fragments, round(share, 6)) for part, share in parts),
        Join.BLEND,
        tuple(loras),
        _told(notes),
    )


def _items(text: str, name: str) -> list[str]:
    """The prompts that are joined, in quotes or bare, with commas between."""
    items: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        item = _ITEM.match(text, position)
        inside = (item["quoted"] or item["bare"] or "") if item else ""
        if item is None or not inside.strip() or (item["bare"] and not _is_balanced(inside)):
            raise RequestRefused(
                "prompt",
                f"Part {len(items) + 1} of .{name}() can't be read.",
                f"Put each part in quotes, commas between: {_EXAMPLE.format(name=name)}.",
            )
        items.append(inside)
        position = item.end()
    if not 1 <= len(items) <= MOST_PARTS:
        raise RequestRefused(
            "prompt",
            f".{name}() joins up to {MOST_PARTS} prompts, not {len(items)}.",
            f"Write it like {_EXAMPLE.format(name=name)}.",
        )
    return items


def _is_balanced(text: str) -> bool:
    depth = 0
    for bracket in re.findall(r"(?<!\\)[()]", text):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0


def _arguments(text: str, name: str, count: int) -> tuple[list[float], bool]:
    """The numbers, one a part (all 1 where none is given), and whether they shall sum to 1."""
    given = [argument.strip() for argument in text.split(",")] if text.strip() else []
    normalize = not (name == "blend" and given and given[-1] == "no_normalize")
    if not normalize:
        given.pop()
    for argument in given:
        if not re.fullmatch(r"[+-]?(?:\d{1,9}(?:\.\d*)?|\.\d+)", argument):
            raise RequestRefused(
                "prompt",
                f".{name}() takes numbers, not “{argument[:40]}”.",
                f"Write it like {_EXAMPLE.format(name=name)}.",
            )
    if given and len(given) != count:
        raise RequestRefused(
            "prompt",
            f".{name}() has {count} prompts and {len(given)} weights.",
            "Give one weight for each prompt, or none at all.",
        )
    return [float(argument) for argument in given] or [1.0] * count, normalize


def _read(texts: Sequence[str], factors: Sequence[float], notes: list[str]) -> tuple[Part, ...]:
    """Each text with its weights, all of them times its factor and within bounds."""
    beyond: list[float] = []
    parts: list[Part] = []
    for text, factor in zip(texts, factors, strict=True):
        fragments, found = read_weights(text)
        notes.extend(found)
        parts.append(Part(tuple(_bounded(fragment, factor, beyond) for fragment in fragments)))
    if beyond:
        notes.append(_beyond_note(beyond))
    weighted = sum(fragment.weight != 1.0 for part in parts for fragment in part.fragments)
    if weighted > MOST_WEIGHTED:
        raise RequestRefused(
            "prompt",
            f"It weighs {weighted} pieces of text; {MOST_WEIGHTED} are allowed.",
            "Weigh fewer, or put neighbors into one pair of brackets.",
        )
    return tuple(parts)


def _bounded(fragment: Fragment, factor: float, beyond: list[float]) -> Fragment:
    wanted = fragment.weight * factor
    weight = round(min(max(wanted, WEIGHTS[0]), WEIGHTS[1]), 4)
    if abs(weight - wanted) > 1e-3:
        beyond.append(wanted)
    return Fragment(fragment.text, weight)


def _told(notes: Sequence[str]) -> tuple[str, ...]:
    """Each note once, and no more than anyone reads."""
    return tuple(dict.fromkeys(notes))[:MOST_NOTES]


def _beyond_note(beyond: Sequence[float]) -> str:
    low, high = WEIGHTS
    given = ", ".join(f"{weight:.3g}" for weight in dict.fromkeys(beyond))
    return f"Weights reach from {low:g} to {high:g}; beyond them there was {given[:60]}."
