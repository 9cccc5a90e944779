"""The values of a sweep, as members type them: "1, 2, 4", "1-8 step 2", "0.3-0.9 step 0.2"."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from generation.errors import RequestRefused
from generation.ranges import plain

MOST = 8
_FIELD = "values"
_NUMBER = r"\d{1,16}(?:\.\d{1,6})?|\.\d{1,6}"
_ONE = re.compile(_NUMBER)
_RANGE = re.compile(
    rf"({_NUMBER})\s*(?:-|–|—|\.\.\.?|…|to)\s*({_NUMBER})(?:\s*(?:step|by|/)\s*({_NUMBER}))?",
    re.IGNORECASE,
)
_EXAMPLE = "Write them as in “1, 2, 4”, or as in “1-8 step 2”."


def read_values(typed: str) -> tuple[float, ...]:
    """The numbers in the order they were typed, each once; whole ones as int.

    Raises RequestRefused where they can't be read, or are fewer than 2 or more than 8.
    """
    numbers: dict[Decimal, None] = {}
    # A keyboard for Japanese has its own digits and commas.
    for piece in re.split(r"[,;、\n]", unicodedata.normalize("NFKC", typed)):
        if piece.strip():
            for number in _read(piece.strip()):
                numbers[number.normalize()] = None
                _check_count(len(numbers))
    if len(numbers) < 2:
        said = f"{plain(float(next(iter(numbers))))} alone is" if numbers else "There is"
        what = "nothing to compare" if numbers else "no number in it"
        raise RequestRefused(_FIELD, f"{said} {what}.", f"Name 2 to {MOST}. {_EXAMPLE}")
    return tuple(int(each) if each == each.to_integral() else float(each) for each in numbers)


def _check_count(count: int) -> None:
    if count > MOST:
        raise RequestRefused(
            _FIELD,
            f"These are more than {MOST}: one sheet has no room for them.",
            "Name fewer, or take larger steps.",
        )


def _read(piece: str) -> Iterator[Decimal]:
    if all(_ONE.fullmatch(number) for number in piece.split()):
        yield from (Decimal(number) for number in piece.split())
        return
    match = _RANGE.fullmatch(piece)
    if match is None:
        raise RequestRefused(_FIELD, f"“{piece[:40]}” can't be read.", _EXAMPLE)
    first, last, stride = Decimal(match[1]), Decimal(match[2]), Decimal(match[3] or 1)
    if last < first:
        raise RequestRefused(
            _FIELD, f"In “{piece[:40]}” the first is larger than the last.", "Swap them."
        )
    if stride == 0:
        raise RequestRefused(_FIELD, "With steps of 0 there is no end.", _EXAMPLE)
    _check_count(int((last - first) / stride) + 1)
    number = first
    while number <= last:
        yield number
        number += stride
