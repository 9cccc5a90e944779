"""What may be asked of a model, in words: the same ones wherever a member reads them."""

from generation.catalog import IntegerRange, NumberRange, WeightRange

Range = IntegerRange | NumberRange | WeightRange


def is_fixed(allowed: Range) -> bool:
    """Whether there is nothing to choose."""
    return allowed.min == allowed.max


def in_words(allowed: Range) -> str:
    """Exactly 4, or 1 to 30."""
    if is_fixed(allowed):
        return f"exactly {plain(allowed.min)}"
    return f"{plain(allowed.min)} to {plain(allowed.max)}"


def plain(number: float) -> str:
    """2.0 → 2, 2.5 → 2.5: as a person writes it."""
    return f"{number:g}" if isinstance(number, float) else str(number)
