"""How a model runs: its scheduler, its precision, what else its pipeline is called with."""

from typing import Any, Literal

from pydantic import Field, field_validator

from ._values import Part

#: The precision of the weights on a GPU.
Dtype = Literal["float16", "bfloat16", "float32"]

#: What leaves the GPU while it is not needed: nothing, whole networks, or layer by layer.
Offload = Literal["none", "model", "layer"]


# What a pipeline is called with anyway.
_FROM_THE_REQUEST = frozenset(
    {
        "prompt",
        "negative_prompt",
        "prompt_embeds",
        "negative_prompt_embeds",
        "pooled_prompt_embeds",
        "negative_pooled_prompt_embeds",
        "num_inference_steps",
        "guidance_scale",
        "width",
        "height",
        "generator",
        "output_type",
        "callback_on_step_end",
        "callback_on_step_end_tensor_inputs",
    }
)


class SchedulerSpec(Part):
    """A noise scheduler.

    A class of diffusers, and what to change in the repo's configuration of it.
    """

    name: str = Field(pattern=r"^[A-Z]\w+Scheduler$")
    options: dict[str, bool | int | float | str] = Field(default_factory=dict)


class Quantization(Part):
    """Which networks are kept in 4 bits: always, or where the GPU's memory asks for it."""

    bits: Literal[4] = 4
    kind: Literal["nf4", "fp4"] = "nf4"
    components: tuple[str, ...] = Field(min_length=1)
    always: bool = False


class ExtraArguments(Part):
    """What the pipeline is called with beside what a request has, from so many steps on."""

    from_steps: int = Field(default=1, ge=1)
    values: dict[str, Any] = Field(min_length=1)

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

    name: str = Field(min_length=1, max_length=60, pattern=r"^[^,]+$")
    link: str = ""
    commercial: bool
    must_be_acknowledged: bool = False
