"""Tools: networks that paint nothing by themselves, the tables `[tools.NAME]`."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PositiveInt, ValidationInfo, model_validator

from generation.errors import RequestRefused

from . import _names as names
from ._brought import BROUGHT
from ._model import ModelSpec
from ._running import Dtype, Licence, Screening
from ._sources import Repo, is_folder, revision_field
from ._tool_clashes import CHANGE_PICTURES, clashes
from ._values import IntegerRange, NumberRange, Part, Size, line_field, refuse

#: What a tool is for.
ToolKind = Literal["upscaler", "face_restorer", "face_detector", "clip", "screener", "preview"]

#: How messages call what is of a kind.
KINDS: dict[ToolKind, str] = {
    "upscaler": "upscaler",
    "face_restorer": "face restorer",
    "face_detector": "face detector",
    "clip": "CLIP model",
    "screener": "picture classifier",
    "preview": "preview decoder",
}

_HOSTS_OF_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


def _check_url(url: str) -> str:
    """The same. Raises ValueError, which never quotes it: it may hold what nobody should read."""
    try:
        parts = urlsplit(url)
        is_address = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that stays open
        is_address, parts = False, urlsplit("")
    if not is_address or parts.username or parts.query or parts.fragment:
        raise ValueError("is no address of a file, as in https://host/path/file.safetensors")
    at_home = parts.netloc.rpartition(":")[0] in _HOSTS_OF_THIS_MACHINE
    if parts.scheme != "https" and not (parts.scheme == "http" and at_home):
        raise ValueError("must begin with https:// (http:// only for this machine itself)")
    return url


class ToolSpec(Part):
    """A network that does something with pictures, or looks at them.

    Its weights are in a `repo` of the hub (or a folder): one `file` of it, or all that it needs. Or
    they are one file at a `url`, whose host may send on to those of `redirects`. `sha256` and
    `bytes` are those of that one file; without `sha256` a file of a url is taken only after
    `models download` has put what it got into models.lock.

    What else there is to say depends on the kind. An upscaler makes pictures `scale` times as
    large, in tiles of `tile` pixels; one that is a `pipeline` of diffusers takes `steps` and
    `guidance`. A preview decoder serves latents of a `family`. A screener counts `labels` of its
    own as unsafe above `threshold`. `dtype` is the precision on a GPU. Of what changes pictures
    that were brought along, `screening` says whether a screener has to look at them.
    """

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$",
        description="1 to 40 small letters, digits, . or -, a letter or digit first",
        json_schema_extra={"elsewhere": True},
    )
    title: str = line_field(60)
    description: str = line_field(100)
    hidden: bool = False
    kind: ToolKind
    default: bool = False
    repo: Repo | None = None
    revision: str | None = revision_field()
    variant: str | None = None
    file: str | None = Field(
        default=None,
        pattern=r"^\w[\w.-]*(/\w[\w.-]*)*$",
        description="the path of a file in its repo, such as weights/x4.safetensors",
    )
    url: Annotated[str, AfterValidator(_check_url)] | None = Field(default=None, max_length=500)
    redirects: tuple[str, ...] = ()
    sha256: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{64}$",
        description="the 64 hex digits of a sha256, in small letters",
    )
    bytes: PositiveInt | None = None
    licence: Licence
    screening: Screening = "required"
    dtype: Dtype | None = None
    scale: int | None = Field(default=None, ge=1, le=8)
    tile: int = Field(default=512, ge=64, le=2048, multiple_of=8)
    pipeline: str | None = Field(
        default=None,
        pattern=r"^[A-Z]\w+Pipeline$",
        description="the name of a class of diffusers, such as StableDiffusionUpscalePipeline",
    )
    steps: int = Field(default=20, ge=1, le=150)
    guidance: float = Field(default=0.0, ge=0)
    family: str | None = Field(default=None, min_length=1)
    labels: tuple[str, ...] = ()
    threshold: float | None = Field(default=None, gt=0, lt=1)

    @model_validator(mode="after")
    def _fits_together(self, info: ValidationInfo) -> Self:
        """A mistake of one field may be told with `unknown` in the context: it is not looked at."""
        unknown = info.context.get("unknown", ()) if info.context else ()
        refuse(clashes(self, unknown))
        return self

    @property
    def file_name(self) -> str:
        """The name of its one file; empty where there are several."""
        return (self.file or urlsplit(self.url or "").path).rpartition("/")[2]

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called, in small letters; its name first."""
        return (self.name, self.title.strip().casefold())

    @property
    def is_folder(self) -> bool:
        """Whether it lies in a folder of this host already."""
        return self.repo is not None and is_folder(self.repo)

    @property
    def is_known(self) -> bool:
        """Whether it can be told from any other file: what is not is never opened."""
        return self.url is None or self.sha256 is not None

    def as_model(self) -> ModelSpec:
        """One that is a pipeline, as what loads models takes it."""
        assert self.repo is not None
        assert self.pipeline is not None
        return ModelSpec(
            name=self.name,
            title=self.title,
            description=self.description,
            executor="local",
            repo=self.repo,
            revision=self.revision,
            variant=self.variant,
            pipeline=self.pipeline,
            dtype=self.dtype,
            sizes=(Size(width=self.tile, height=self.tile),),
            steps=IntegerRange(min=self.steps, max=self.steps, default=self.steps),
            guidance=NumberRange(min=self.guidance, max=self.guidance, default=self.guidance),
            licence=self.licence,
        )

    def pinned(self, known: Mapping[str, str]) -> Self:
        """The same at the commit, or with the hash, that this host keeps to."""
        if self.url is not None:
            return self.model_copy(update={"sha256": self.sha256 or known.get(self.url)})
        if self.revision is not None or self.repo is None:
            return self
        return self.model_copy(update={"revision": known.get(self.repo)})


class Tools(Mapping[str, ToolSpec]):
    """All tools by name, in the order of the file."""

    def __init__(self, tools: Mapping[str, ToolSpec] | None = None) -> None:
        """Take tools that are already validated."""
        self._tools = dict(tools or {})
        self._names = {name: tool.names for name, tool in self._tools.items()}

    def __getitem__(self, name: str) -> ToolSpec:
        """The tool of that name."""
        return self._tools[name]

    def __iter__(self) -> Iterator[str]:
        """The names, in the file's order."""
        return iter(self._tools)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._tools)

    def called(self, name: str) -> ToolSpec | None:
        """The tool of exactly that name or title, whatever its case."""
        found = names.called(name, self._names)
        return self[found] if found else None

    def did_you_mean(self, typed: str) -> str:
        """A question, beginning with a space, where a tool is called nearly so; else nothing."""
        return names.did_you_mean(typed, self._names)

    def of_kind(self, kind: ToolKind) -> list[ToolSpec]:
        """All of a kind, the one that is taken unless another is named first."""
        found = [tool for tool in self.values() if tool.kind == kind]
        # The last that says so: those of the host's own file come after Easel's.
        chosen = next((tool for tool in reversed(found) if tool.default), None)
        return found if chosen is None else [chosen, *(each for each in found if each != chosen)]

    def decoder_of(self, family: str | None) -> ToolSpec | None:
        """What makes small pictures of that family's latents, where there is anything."""
        found = (tool for tool in self.of_kind("preview") if tool.family == family)
        return next(found, None)

    def find(self, kind: ToolKind, name: str | None, field: str) -> ToolSpec:
        """The tool of that name or title, in any case; without one, the one taken by default.

        Raises RequestRefused, of that `field`.
        """
        there = self.of_kind(kind)
        if not there:
            raise RequestRefused(
                field,
                f"There is no {KINDS[kind]} on this host.",
                "Leave it out, or ask whoever runs Easel for one.",
            )
        if name is None:
            return there[0]
        wanted = name.strip().casefold()
        for tool in there:
            if wanted in tool.names:
                return tool
        listed = ", ".join(tool.name for tool in there)
        raise RequestRefused(
            field,
            f"There is no {KINDS[kind]} “{name.strip()[:60]}” here. There are: {listed}.",
            "Choose one of those.",
        )

    def accepting(self, licences: Collection[str]) -> "Tools":
        """Those that are free of terms to be acknowledged, and those whose are accepted."""
        return Tools(
            {name: tool for name, tool in self.items() if tool.licence.is_accepted(licences)}
        )

    @property
    def screener(self) -> ToolSpec | None:
        """The one that looks at pictures, where there is any."""
        return next(iter(self.of_kind("screener")), None)

    def of_hosted(self) -> "Tools":
        """Those that models painted elsewhere have a use for: somebody looks at pictures there."""
        return Tools({name: tool for name, tool in self.items() if tool.kind == "screener"})

    def each(self, change: Callable[[ToolSpec], ToolSpec]) -> "Tools":
        """The same with every tool changed."""
        return Tools({name: change(tool) for name, tool in self.items()})


def wants_screening(spec: ModelSpec, tools: Collection[ToolSpec]) -> bool:
    """Whether there has to be somebody who looks at pictures before anybody sees them.

    `spec` paints them; where nothing is painted, it is for those of the `tools` to say that change
    what was brought.
    """
    if spec.name != BROUGHT.name:
        return spec.screening == "required"
    return any(tool.screening == "required" for tool in tools if tool.kind in CHANGE_PICTURES)
