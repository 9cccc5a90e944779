"""What may be asked of a model: numbers and sizes, and which are taken when none is given."""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

#: What pydantic calls it where fields of an entry do not go together.
CLASHES = "clashes"

#: A field, and what is wrong with it.
Clash = tuple[str, str]


def refuse(clashes: Iterable[Clash]) -> None:
    """Raise what pydantic collects where there are any."""
    if found := tuple(clashes):
        said = "; ".join(f"{field}: {what}" for field, what in found)
        raise PydanticCustomError(CLASHES, "{said}", {"said": said, "found": found})


class Part(BaseModel):
    """Common ground of all that an entry is made of.

    Immutable; an unknown key is an error rather than a typo without effect, and a number is finite.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def line_field(most: int) -> Any:
    """The field for a line that people read, of up to so many characters."""
    return Field(
        min_length=1,
        max_length=most,
        pattern=r"^[^\p{Cc}\u{2028}\u{2029}]*$",
        description="a single line, without control characters",
    )


_Range = TypeVar("_Range", "IntegerRange", "NumberRange", "WeightRange")


class IntegerRange(Part):
    """Allowed whole numbers, both ends included, and the one taken when none is given."""

    min: int = Field(ge=0)
    max: int
    default: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _check_order(self)


class NumberRange(Part):
    """Allowed numbers, both ends included, and the one taken when none is given."""

    min: float = Field(ge=0)
    max: float
    default: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _check_order(self)


class WeightRange(Part):
    """How strong a LoRA may be, and how strong it is unless told.

    Below 0 it pushes away from what it knows.
    """

    min: float = Field(ge=-4)
    max: float = Field(le=4)
    default: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _check_order(self)


def _check_order(value: _Range) -> _Range:
    if not value.min <= value.default <= value.max:
        raise ValueError(
            f"needs min ≤ default ≤ max, has {value.min}, {value.default}, {value.max}"
        )
    return value


class Size(Part):
    """A picture's size in pixels."""

    width: int = Field(ge=64, le=4096, multiple_of=8)
    height: int = Field(ge=64, le=4096, multiple_of=8)

    def __str__(self) -> str:
        """As members type and read it: 512x512."""
        return f"{self.width}x{self.height}"
