"""How a model runs: its scheduler, its precision, what else its pipeline is called with."""

import math
from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from ._values import Part

#: The precision of the weights on a GPU.
Dtype = Literal["float16", "bfloat16", "float32"]

#: Whether a picture classifier looks at pictures before anybody sees them.
Screening = Literal["required", "none"]

#: What leaves the GPU while it is not needed: nothing, whole networks, or layer by layer.
Offload = Literal["none", "model", "layer"]

#: The ways to have a model on a GPU, each with less memory and more time than the one before.
MemorySetting = Literal["whole", "sliced", "offload", "four_bit", "by_layer"]

#: What every pipeline is called with; see generation.worker.paint.
CALLED_WITH = (
    "num_inference_steps",
    "guidance_scale",
    "width",
    "height",
    "generator",
    "output_type",
    "callback_on_step_end",
    "callback_on_step_end_tensor_inputs",
)
#: What the encoder for weighted words hands over in place of the prompt, of one encoder and of two.
EMBEDDED = ("prompt_embeds", "negative_prompt_embeds")
POOLED = ("pooled_prompt_embeds", "negative_pooled_prompt_embeds")
_FROM_THE_REQUEST = frozenset({"prompt", "negative_prompt", *CALLED_WITH, *EMBEDDED, *POOLED})


def _check_plain(value: Any) -> Any:
    """The same. Raises ValueError for what a worker can't be told: dates, and inf and nan."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"must be finite: {value} is no number to work with")
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            _check_plain(each)
    elif not isinstance(value, str | bool | int | float):
        raise ValueError("must be text, a number, true or false, a list or a table")
    return value


def _check_option(value: Any) -> Any:
    if isinstance(value, dict | list):
        raise ValueError("must be text, a number, true or false")
    return _check_plain(value)


_Option = Annotated[bool | int | float | str, BeforeValidator(_check_option)]


class SchedulerSpec(Part):
    """A noise scheduler.

    A class of diffusers, and what to change in the repo's configuration of it.
    """

    name: str = Field(
        pattern=r"^[A-Z]\w+Scheduler$",
        description="the name of a class of diffusers, such as EulerDiscreteScheduler",
    )
    options: dict[str, _Option] = Field(default_factory=dict)


class Quantization(Part):
    """Which networks are kept in 4 bits: always, or where the GPU's memory asks for it."""

    bits: Literal[4] = 4
    kind: Literal["nf4", "fp4"] = "nf4"
    components: tuple[str, ...] = Field(min_length=1)
    always: bool = False


class ExtraArguments(Part):
    """What the pipeline is called with beside what a request has, from so many steps on."""

    from_steps: int = Field(default=1, ge=1)
    values: dict[str, Annotated[Any, BeforeValidator(_check_plain)]] = Field(min_length=1)

    @field_validator("values")
    @classmethod
    def _says_nothing_twice(cls, given: dict[str, Any]) -> dict[str, Any]:
        if twice := next((name for name in given if name in _FROM_THE_REQUEST), None):
            raise ValueError(f"{twice} comes from the request: leave it out")
        return given


class Licence(Part):
    """Under what terms the weights may be used.

    One that `must_be_acknowledged` keeps the model off until the host does so by its name.
    """

    name: str = Field(
        min_length=1,
        max_length=60,
        pattern=r"^[^,]+$",
        description="a name without commas, which part those in EASEL_ACCEPT_LICENSES",
    )
    link: str = Field(
        default="",
        pattern=r"^(https://\S+)?$",
        description="a page's address that begins with https://",
    )
    commercial: bool
    must_be_acknowledged: bool = False

    def is_accepted(self, names: Collection[str]) -> bool:
        """Whether nothing has to be accepted, or it is among those that are, whatever its case."""
        accepted = {name.casefold() for name in names}
        return not self.must_be_acknowledged or self.name.casefold() in accepted
