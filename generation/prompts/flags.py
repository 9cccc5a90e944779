"""Options typed into the prompt: `a fox --ar 3:2 --seed 7 --no hands`.

A flag has a blank before it (or begins the prompt) and a letter right after its dashes. The `--`
that weighs a word down has the word right before it and no letter after: the two never meet. Phones
make a dash of `--`; one right before a flag's name is taken for it, any other dash is text.
"""

import difflib
import re
from dataclasses import dataclass, replace
from typing import Literal

from generation.errors import RequestRefused
from generation.prompts.aspect import Aspect

_Name = Literal["ar", "seed", "steps", "guidance", "size", "no", "model"]

#: What may be typed for each flag.
_NAMES: dict[str, _Name] = {
    "ar": "ar",
    "aspect": "ar",
    "seed": "seed",
    "steps": "steps",
    "guidance": "guidance",
    "cfg": "guidance",
    "size": "size",
    "no": "no",
    "negative": "no",
    "model": "model",
    "m": "model",
}
#: What each takes, and how it is written.
_TAKES: dict[_Name, tuple[str, str]] = {
    "ar": ("a ratio of width to height", "--ar 3:2"),
    "seed": ("a whole number", "--seed 7"),
    "steps": ("a whole number", "--steps 4"),
    "guidance": ("a number", "--guidance 4.5"),
    "size": ("width x height in pixels", "--size 1024x1024"),
    "no": ("what you don't want to see", "--no hands, feet"),
    "model": ("a model's name", "--model demo"),
}
_FLAG = re.compile(
    rf"(?<!\S)(?:--(?P<plain>[^\W\d_][\w-]*)|[—–]{{1,2}}(?P<phone>{'|'.join(_NAMES)})(?![\w-]))"
    r"[=:]?\s*",
    re.IGNORECASE,
)
_VALUE = re.compile(r"(?:[\"“”](?P<quoted>[^\"“”]*)[\"“”]|(?P<bare>\S+))\s*")
# What an unknown flag takes along, so that a number for another program does not become text.
_STRAY_VALUE = re.compile(r"[,\s]*\d[\d.,:x]*(?:\s+|$)")
#: So many unknown flags are named, each in a note of its own.
_MOST_NAMED = 3
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(?:\d{1,9}(?:[.,]\d{1,9})?|[.,]\d{1,9})")


@dataclass(frozen=True, slots=True)
class Flags:
    """What the flags of a prompt say; None where one is not there.

    `unknown` are flags that nobody knows, as they were typed; `notes` sentences about what was left
    out, for whoever typed it. Ranges are not checked: they are the model's.
    """

    model: str | None = None
    aspect: Aspect | None = None
    size: str | None = None
    seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    negative_prompt: str | None = None
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def overruled_by(
        self,
        *,
        model: str | None = None,
        size: str | None = None,
        seed: int | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        negative_prompt: str | None = None,
    ) -> "Flags":
        """These flags under the options of the command: an option that was given wins."""
        options = {
            "model": model,
            "size": size,
            "seed": seed,
            "steps": steps,
            "guidance": guidance,
            "negative_prompt": negative_prompt,
        }
        given = {name: value for name, value in options.items() if value is not None}
        lost = [name for name in given if getattr(self, name) not in (None, given[name])]
        typed = {"negative_prompt": "no"}
        notes = [f"The option {o} was given: --{typed.get(o, o)} is left out." for o in lost]
        aspect = self.aspect
        if aspect is not None and (size or self.size):
            aspect = None
            notes.append("A size was given: --ar is left out.")
        return replace(self, aspect=aspect, notes=(*self.notes, *notes), **given)


def split_flags(text: str) -> tuple[str, Flags]:
    """The prompt without its flags, and the flags. Raises RequestRefused, naming the flag."""
    found = list(_FLAG.finditer(text))
    if not found:
        return text.strip(), Flags()
    flags = Flags()
    kept = [text[: found[0].start()]]
    ends = [*(flag.start() for flag in found[1:]), len(text)]
    for flag, end in zip(found, ends, strict=True):
        flags, rest = _take(flags, flag, text[flag.end() : end])
        kept.append(rest)
    return " ".join(piece.strip() for piece in kept if piece.strip()), flags


def _take(flags: Flags, flag: re.Match[str], after: str) -> tuple[Flags, str]:
    """One more flag, and what of the text after it is not its value."""
    typed = (flag["plain"] or flag["phone"]).casefold()
    name = _NAMES.get(typed)
    if name is None:
        stray = _STRAY_VALUE.match(after)
        return _with_unknown(flags, typed), after[stray.end() :] if stray else after
    if name == "no":
        unwanted = after.strip(" \t\r\n,")
        if not unwanted:
            raise _refusal(name, typed, "")
        before = flags.negative_prompt
        return replace(flags, negative_prompt=f"{before}, {unwanted}" if before else unwanted), ""
    match = _VALUE.match(after)
    value = (match["quoted"] or match["bare"] or "").rstrip(",;") if match else ""
    return _with_value(flags, name, typed, value), after[match.end() :] if match else ""


def _with_value(flags: Flags, name: _Name, typed: str, value: str) -> Flags:
    read = _read(name, value)
    if read is None:
        raise _refusal(name, typed, value)
    field = "aspect" if name == "ar" else name
    changed = replace(flags, **{field: read})
    if getattr(flags, field) is None:
        return changed
    return _told(changed, f"--{name} stands there more than once: the last one counts.")


def _read(name: _Name, value: str) -> Aspect | int | float | str | None:
    """The value as that flag takes it; None where it is no such thing."""
    if name == "ar":
        return Aspect.read(value)
    if name in ("seed", "steps"):
        return int(value) if _INTEGER.fullmatch(value) else None
    if name == "guidance":
        return float(value.replace(",", ".")) if _NUMBER.fullmatch(value) else None
    return value or None


def _refusal(name: _Name, typed: str, value: str) -> RequestRefused:
    takes, example = _TAKES[name]
    limit = f"It takes {takes}, not “{value[:40]}”." if value else f"It takes {takes}."
    return RequestRefused(f"--{typed}", limit, f"Write it like {example}, or leave it out.")


def _with_unknown(flags: Flags, typed: str) -> Flags:
    if typed in flags.unknown:
        return flags
    flags = replace(flags, unknown=(*flags.unknown, typed))
    if len(flags.unknown) > _MOST_NAMED:
        return _told(flags, "There are more flags that nobody knows; all were left out.")
    near = difflib.get_close_matches(typed, _NAMES, n=1, cutoff=0.5)
    hint = f"Did you mean --{near[0]}?" if near else f"There are: {_all_flags()}."
    return _told(flags, f"There is no flag --{typed[:40]}; it was left out. {hint}")


def _told(flags: Flags, note: str) -> Flags:
    """With one more note, unless it stands there already."""
    return flags if note in flags.notes else replace(flags, notes=(*flags.notes, note))


def _all_flags() -> str:
    return ", ".join(f"--{name}" for name in _TAKES)
