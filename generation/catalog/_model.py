"""One entry of the catalog."""

from collections.abc import Hashable, Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, PositiveFloat, StringConstraints, ValidationInfo, model_validator

from ._clashes import clashes
from ._hosted import Endpoint, provider_field
from ._loras import OfferedLora
from ._pipelines import PIPELINES
from ._running import (
    Dtype,
    ExtraArguments,
    Licence,
    MemorySetting,
    Offload,
    Quantization,
    SchedulerSpec,
    Screening,
)
from ._sources import FileSource, LoraSpec, Repo, Source, VaeSpec, is_folder, revision_field
from ._values import IntegerRange, NumberRange, Part, Size, line_field, refuse

ExecutorName = Literal["local", "hosted"]
DefaultOn = Literal["gpu", "hosted", "any"]

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")]
_NAME = "1 to 40 small letters, digits, . or -, a letter or digit first"

_Source = TypeVar("_Source", bound=Source)

_STRENGTHS = NumberRange(min=0.05, max=1.0, default=0.6)


class ModelSpec(Part):
    """One entry of the catalog: where the weights are, how they run, what may be asked of them.

    It is called by its name, its title, and what else is in `also`: short names to type. A hosted
    entry is painted by `provider`, or at `endpoint`; without either, where the host's
    settings say. Of a local one, `repo` holds the pipeline. What else the weights come from takes
    the place of its part of it: `checkpoint` has all weights in a single file, `unet` those of the
    denoiser, `vae` another decoder; `loras` are mixed in, `left_out` are components that are not
    loaded at all. `base` is the entry from which this one took what it leaves out itself.

    `negative_prompt_above` is the guidance above which a negative prompt acts (None: it never
    does). `strength` is how far a picture may be left behind that one starts from (None: as usual,
    where the pipeline can do that at all). `weighting` says that words of a prompt can count more
    or less, which is so where CLIP reads it. `latents` is the family of its latents, by which its
    preview decoder is chosen (None: its pipeline's). `batch_limit` is how many pictures are painted
    at once where that many wait which differ in prompt and seed alone; 1 where it saves nothing.
    `memory_gib` is the GPU's memory that each setting takes at its worst. `default_on` makes the
    entry the default model of a host with a GPU, of one with a hosted API, or of any.

    `screening` says whether its pictures are looked at by a picture classifier before anybody sees
    them: without one there are none then.

    `offers` are the LoRAs that a prompt for it may name. They have tables of their own in the file,
    and stay behind on the way to the worker: a request has those that it was given.
    """

    name: _Name = Field(description=_NAME, json_schema_extra={"elsewhere": True})
    title: str = line_field(60)
    also: tuple[_Name, ...] = Field(default=(), description=_NAME)
    description: str = line_field(100)
    hidden: bool = False
    executor: ExecutorName
    base: str | None = None
    repo: Repo
    revision: str | None = revision_field()
    variant: str | None = None
    provider: str | None = provider_field()
    endpoint: Endpoint | None = None
    pipeline: str | None = Field(
        default=None,
        pattern=r"^[A-Z]\w+Pipeline$",
        description="the name of a class of diffusers, such as StableDiffusionXLPipeline",
    )
    checkpoint: FileSource | None = None
    unet: FileSource | None = None
    vae: VaeSpec | None = None
    loras: tuple[LoraSpec, ...] = ()
    latents: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$",
        description="the family of its latents, such as sdxl",
    )
    left_out: tuple[str, ...] = ()
    scheduler: SchedulerSpec | None = None
    dtype: Dtype | None = None
    quantization: Quantization | None = None
    offload: Offload = "none"
    memory_gib: dict[MemorySetting, PositiveFloat] = Field(default_factory=dict)
    extra_arguments: ExtraArguments | None = None
    size_multiple: int = Field(default=8, ge=8, le=64, multiple_of=8)
    sizes: tuple[Size, ...] = Field(min_length=1)
    steps: IntegerRange
    guidance: NumberRange
    strength: NumberRange | None = None
    negative_prompt_above: float | None = Field(default=None, ge=0)
    weighting: bool = False
    prompt_limit: int = Field(default=1500, ge=1, le=2000)
    batch_limit: int = Field(default=1, ge=1, le=16)
    licence: Licence
    screening: Screening = "required"
    default_on: DefaultOn | None = None
    offers: tuple[OfferedLora, ...] = Field(
        default=(), exclude=True, json_schema_extra={"elsewhere": True}
    )

    @model_validator(mode="after")
    def _fits_together(self, info: ValidationInfo) -> Self:
        """A mistake of one field may be told with `unknown` in the context: it is not looked at."""
        unknown = info.context.get("unknown", ()) if info.context else ()
        refuse(clashes(self, unknown))
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called, in small letters; its name first."""
        return (self.name, self.title.strip().casefold(), *self.also)

    @property
    def default_size(self) -> Size:
        """The size taken when none is given."""
        return self.sizes[0]

    @property
    def takes_negative_prompts(self) -> bool:
        """Whether there is a guidance to be asked for at which a negative prompt acts."""
        above = self.negative_prompt_above
        return above is not None and above < self.guidance.max

    @property
    def takes_pictures(self) -> bool:
        """Whether a picture can be brought to start from."""
        known = PIPELINES.get(self.pipeline or "")
        return self.executor == "local" and known is not None and known.starts_from_pictures

    @property
    def rounds_up(self) -> bool:
        """Whether, from a picture on, a part of a step is made as a whole one."""
        known = PIPELINES.get(self.pipeline or "")
        return known is not None and known.rounds_up

    @property
    def strengths(self) -> NumberRange:
        """How far such a picture may be left behind, and how far it is unless told."""
        return self.strength or _STRENGTHS

    @property
    def latents_family(self) -> str | None:
        """Whose latents it paints with: for previews of them. None where that is not known."""
        known = PIPELINES.get(self.pipeline or "")
        return self.latents or (known.latents if known is not None else None)

    @property
    def may_be_in_4_bits(self) -> bool:
        """Whether there is a way to have it so: not where weights come from several places."""
        return self.quantization is not None and not (self.loras or self.checkpoint or self.unet)

    @property
    def is_folder(self) -> bool:
        """Whether the pipeline is a folder on this host rather than a repo of the hub."""
        return is_folder(self.repo)

    @property
    def weights(self) -> Hashable:
        """What tells loaded weights apart; the rest may change without loading anew."""
        sources = (self.checkpoint, self.unet, self.vae, *self.loras)
        return (
            *(self.repo, self.revision, *sources, self.variant, self.pipeline, self.left_out),
            *(self.dtype, self.quantization, self.offload, self.weighting),
        )

    def pinned(self, commits: Mapping[str, str]) -> Self:
        """The same at these commits, by repo, wherever it leaves the revision open."""

        def pin(source: _Source) -> _Source:
            if source.revision is not None or source.repo not in commits:
                return source
            return source.model_copy(update={"revision": commits[source.repo]})

        changes: dict[str, Any] = {
            name: pin(source)
            for name in ("checkpoint", "unet", "vae")
            if (source := getattr(self, name)) is not None
        }
        changes["loras"] = tuple(pin(lora) for lora in self.loras)
        if self.revision is None:
            changes["revision"] = commits.get(self.repo)
        return self.model_copy(update=changes)
