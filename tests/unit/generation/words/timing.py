"""How long Easel's own rule takes."""

import timeit

from generation.words import minors
from generation.words.folding import fold

#: As much as a catalog lets a model take.
LONGEST = 2000


def seconds(text: str) -> float:
    """How long it takes to look at as much of it as a prompt may have, at best."""
    cut = text[:LONGEST]
    return min(timeit.repeat(lambda: minors.is_refused(fold(cut)), number=1, repeat=3))
