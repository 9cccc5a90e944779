"""One entry of the catalog."""

from collections.abc import Hashable, Mapping
from itertools import pairwise
from typing import Any, Literal, Self, TypeVar, get_args

from pydantic import Field, PositiveFloat, model_validator

from ._loras import OfferedLora
from ._running import Dtype, ExtraArguments, Licence, Offload, Quantization, SchedulerSpec
from ._sources import COMMIT, FileSource, LoraSpec, Repo, Source, VaeSpec, is_folder
from ._values import IntegerRange, NumberRange, Part, Size

ExecutorName = Literal["local", "hosted"]
DefaultOn = Literal["gpu", "hosted", "any"]

_Source = TypeVar("_Source", bound=Source)

#: The ways to have a model on a GPU, each with less memory and more time than the one before.
MemorySetting = Literal["whole", "sliced", "offload", "four_bit", "by_layer"]

# Classes of diffusers that have a sister which starts from a picture, by a strength.
_START_FROM_PICTURES = frozenset(
    {
        "FluxPipeline",
        "StableDiffusion3Pipeline",
        "StableDiffusionPipeline",
        "StableDiffusionXLPipeline",
        "ZImagePipeline",
    }
)
_STRENGTHS = NumberRange(min=0.05, max=1.0, default=0.6)

# Fields that only a pipeline of this host reads.
_LOCAL_ONLY = ("checkpoint", "unet", "vae", "loras", "left_out", "quantization")


class ModelSpec(Part):
    """One entry of the catalog: where the weights are, how they run, what may be asked of them.

    `repo` holds the pipeline. What else the weights come from takes the place of its part of it:
    `checkpoint` has all weights in a single file, `unet` those of the denoiser, `vae` another
    decoder; `loras` are mixed in, `left_out` are components that are not loaded at all. `base` is
    the entry from which this one took what it leaves out itself.

    `negative_prompt_above` is the guidance above which a negative prompt acts (None: it never
    does). `strength` is how far a picture may be left behind that one starts from (None: as usual,
    where the pipeline can do that at all). `weighting` says that words of a prompt can count more
    or less, which is so where CLIP reads it. `batch_limit` is how many pictures are painted at once
    where that many wait which differ in prompt and seed alone; 1 where it saves nothing.
    `memory_gib` is the GPU's memory that each setting takes at its worst. `default_on` makes the
    entry the default model of a host with a GPU, of one with a hosted API, or of any.

    `offers` are the LoRAs that a prompt for it may name. They have tables of their own in the file,
    and stay behind on the way to the worker: a request has those that it was given.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")
    title: str = Field(min_length=1, max_length=60)
    description: str = Field(min_length=1, max_length=100)
    hidden: bool = False
    executor: ExecutorName
    base: str | None = None
    repo: Repo
    revision: str | None = Field(default=None, pattern=COMMIT)
    variant: str | None = None
    pipeline: str | None = Field(default=None, pattern=r"^[A-Z]\w+Pipeline$")
    checkpoint: FileSource | None = None
    unet: FileSource | None = None
    vae: VaeSpec | None = None
    loras: tuple[LoraSpec, ...] = ()
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
    default_on: DefaultOn | None = None
    offers: tuple[OfferedLora, ...] = Field(default=(), exclude=True)

    @model_validator(mode="after")
    def _fits_its_executor(self) -> Self:
        if self.executor == "local" and self.pipeline is None:
            raise ValueError("a local model needs `pipeline`, the class of diffusers that runs it")
        if self.executor != "local" and self.batch_limit > 1:
            raise ValueError("only local models paint in batches: leave `batch_limit` out")
        if self.executor != "local" and self.weighting:
            raise ValueError("no hosted API weighs words: leave `weighting` out")
        given = next((name for name in _LOCAL_ONLY if getattr(self, name)), None)
        if self.executor != "local" and given:
            raise ValueError(f"only local models load weights: leave `{given}` out")
        return self

    @model_validator(mode="after")
    def _may_be_asked_for(self) -> Self:
        if self.steps.min < 1:
            raise ValueError("steps.min must be at least 1")
        if self.strength is not None and not self.takes_pictures:
            raise ValueError("nothing starts from a picture here: leave `strength` out")
        if self.strength is not None and not (0.05 <= self.strength.min <= self.strength.max <= 1):
            raise ValueError("strength must be from 0.05 to 1")
        for size in self.sizes:
            if size.width % self.size_multiple or size.height % self.size_multiple:
                raise ValueError(f"sizes: {size} is no multiple of {self.size_multiple}")
        return self

    @model_validator(mode="after")
    def _weights_fit_together(self) -> Self:
        if self.checkpoint is not None and self.unet is not None:
            raise ValueError("`checkpoint` holds the denoiser already: leave `unet` out")
        always = self.quantization is not None and self.quantization.always
        if always and not self.may_be_in_4_bits:
            raise ValueError("weights in 4 bits take no `loras`, `checkpoint` or `unet`")
        return self

    @model_validator(mode="after")
    def _memory_falls(self) -> Self:
        settings: tuple[MemorySetting, ...] = get_args(MemorySetting)
        given = [(name, self.memory_gib[name]) for name in settings if name in self.memory_gib]
        for (dearer, more), (cheaper, less) in pairwise(given):
            if less > more:
                raise ValueError(f"memory_gib: {cheaper} must not take more than {dearer}")
        return self

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
        return self.executor == "local" and self.pipeline in _START_FROM_PICTURES

    @property
    def strengths(self) -> NumberRange:
        """How far such a picture may be left behind, and how far it is unless told."""
        return self.strength or _STRENGTHS

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
