"""Shapes of pictures: a ratio as members type it, and the size of a model that comes nearest."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

_RATIO = re.compile(r"(\d{1,5}(?:\.\d{1,5})?)\s*[:/x×]\s*(\d{1,5}(?:\.\d{1,5})?)", re.IGNORECASE)
#: Further apart than this, a size is told to be another shape than the one that was asked for.
_SAME_SHAPE = math.log(1.04)


class Sized(Protocol):
    """Anything with a width and a height in pixels."""

    @property
    def width(self) -> int: ...  # noqa: D102

    @property
    def height(self) -> int: ...  # noqa: D102


_AnySize = TypeVar("_AnySize", bound=Sized)


@dataclass(frozen=True, slots=True)
class Aspect:
    """A ratio of width to height; both above zero."""

    width: float
    height: float

    def __str__(self) -> str:
        """As members type it: 3:2."""
        return f"{self.width:g}:{self.height:g}"

    @classmethod
    def read(cls, text: str) -> "Aspect | None":
        """Read 3:2, 3x2 or 2.39:1; None where it is no such thing."""
        match = _RATIO.fullmatch(text.strip())
        if match is None or not float(match[1]) or not float(match[2]):
            return None
        return cls(float(match[1]), float(match[2]))

    @classmethod
    def of(cls, sized: Sized) -> "Aspect":
        """The shape of a picture."""
        return cls(sized.width, sized.height)

    def distance(self, size: Sized) -> float:
        """How far a size's shape is from this one; alike for twice as wide and twice as high."""
        return abs(math.log(size.width / size.height) - math.log(self.width / self.height))

    def is_of(self, size: Sized) -> bool:
        """Whether a size has that shape, or so nearly that nobody sees a difference."""
        return self.distance(size) <= _SAME_SHAPE

    def nearest(self, sizes: Sequence[_AnySize]) -> _AnySize:
        """The size of the nearest shape; of several, the one with the first size's area, nearly.

        `sizes` are a model's, its default first.
        """
        default = math.log(sizes[0].width * sizes[0].height)

        def apart(size: _AnySize) -> tuple[float, float]:
            area = abs(math.log(size.width * size.height) - default)
            return round(self.distance(size), 6), area

        return min(sizes, key=apart)

    def note(self, size: Sized) -> str | None:
        """What to tell where the nearest size has another shape; None where it is the same."""
        if self.is_of(size):
            return None
        return f"The nearest to {self} that this model paints is {size.width}x{size.height}."
