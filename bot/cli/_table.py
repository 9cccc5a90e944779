"""Tables in a terminal, and sizes in them."""

from collections.abc import Iterator, Sequence

_MIB = 1024**2
_GIB = 1024**3


def rows(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; the last column is as wide as it is."""
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    for cells in (heads, ["-" * len(head) for head in heads], *lines):
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        yield "  ".join(padded).rstrip()


def size(count: int) -> str:
    """How much so many bytes are: 6.5 GiB, 20 MiB."""
    return f"{count / _GIB:.1f} GiB" if count >= _GIB else f"{count / _MIB:.0f} MiB"
