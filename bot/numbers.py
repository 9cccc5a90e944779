"""The number of a picture, as members type it."""

#: SQLite's integers have 19 digits; a number this long is nobody's.
_MOST_DIGITS = 18


def picture_number(typed: str) -> int | None:
    """Read 12, or #12 as it stands under a picture; None where it is something else."""
    digits = typed.strip().removeprefix("#").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        return None
    return int(digits)
