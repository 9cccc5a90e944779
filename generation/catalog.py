"""The catalog: every model Easel offers, as data from `models.toml`.

The file beside this module ships with Easel; a `models.toml` in the data folder adds entries or
overrides them field by field. No code knows a model's name.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from generation.errors import CatalogError, RequestRefused

SHIPPED = Path(__file__).with_name("models.toml")

ExecutorName = Literal["local", "hosted"]
DefaultOn = Literal["gpu", "hosted", "any"]


class _Entry(BaseModel):
    """Common ground.

    Immutable, and an unknown key is an error rather than a typo without effect.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


_Range = TypeVar("_Range", "IntegerRange", "NumberRange")


class IntegerRange(_Entry):
    """Allowed whole numbers, both ends included, and the one taken when none is given."""

    min: int = Field(ge=0)
    max: int
    default: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _check_order(self)


class NumberRange(_Entry):
    """Allowed numbers, both ends included, and the one taken when none is given."""

    min: float = Field(ge=0)
    max: float
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


class Size(_Entry):
    """A picture's size in pixels."""

    width: int = Field(ge=64, le=4096, multiple_of=8)
    height: int = Field(ge=64, le=4096, multiple_of=8)

    def __str__(self) -> str:
        """As members type and read it: 512x512."""
        return f"{self.width}x{self.height}"


class SchedulerSpec(_Entry):
    """A noise scheduler.

    A class of diffusers, and what to change in the repo's configuration of it.
    """

    name: str = Field(pattern=r"^[A-Z]\w+Scheduler$")
    options: dict[str, bool | int | float | str] = {}


class Licence(_Entry):
    """Under what terms the weights may be used."""

    name: str
    link: str = ""
    commercial: bool


class ModelSpec(_Entry):
    """One entry of the catalog: where the weights are, how they run, what may be asked of them.

    `negative_prompt_above` is the guidance above which a negative prompt acts (None: it never
    does). `weighting` says that words of a prompt can count more or less, which is so where CLIP
    reads it. `batch_limit` is how many pictures are painted at once where that many wait which
    differ in prompt and seed alone; 1 where it saves nothing. `default_on` makes the entry the
    default model of a host with a GPU, of one with a hosted API, or of any.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")
    title: str = Field(min_length=1, max_length=60)
    description: str = Field(min_length=1, max_length=100)
    executor: ExecutorName
    repo: str
    revision: str | None = Field(default=None, pattern=r"^[0-9a-f]{40}$")
    variant: str | None = None
    pipeline: str | None = Field(default=None, pattern=r"^[A-Z]\w+Pipeline$")
    scheduler: SchedulerSpec | None = None
    sizes: tuple[Size, ...] = Field(min_length=1)
    steps: IntegerRange
    guidance: NumberRange
    negative_prompt_above: float | None = Field(default=None, ge=0)
    weighting: bool = False
    prompt_limit: int = Field(default=1500, ge=1, le=2000)
    batch_limit: int = Field(default=1, ge=1, le=16)
    licence: Licence
    default_on: DefaultOn | None = None

    @model_validator(mode="after")
    def _local_needs_a_pipeline(self) -> Self:
        if self.executor == "local" and self.pipeline is None:
            raise ValueError("a local model needs `pipeline`, the class of diffusers that runs it")
        if self.executor != "local" and self.batch_limit > 1:
            raise ValueError("only local models paint in batches: leave `batch_limit` out")
        if self.executor != "local" and self.weighting:
            raise ValueError("no hosted API weighs words: leave `weighting` out")
        if self.steps.min < 1:
            raise ValueError("steps.min must be at least 1")
        return self

    @property
    def default_size(self) -> Size:
        """The size taken when none is given."""
        return self.sizes[0]

    @property
    def is_folder(self) -> bool:
        """Whether the weights are a folder on this host rather than a repo of the hub."""
        return self.repo.startswith(("./", "../", "/"))

    @property
    def weights(self) -> tuple[str | None, ...]:
        """What tells loaded weights apart; the rest may change without loading anew."""
        return (self.repo, self.revision, self.variant, self.pipeline, str(self.weighting))


class Catalog(Mapping[str, ModelSpec]):
    """All entries by name, in the order of the file."""

    def __init__(self, entries: Mapping[str, ModelSpec]) -> None:
        """Take entries that are already validated; `load` reads them from files."""
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> ModelSpec:
        """The entry of that name."""
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        """The names, in the file's order."""
        return iter(self._entries)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    def find(self, name: str) -> ModelSpec:
        """The entry of that name or title, whatever its case. Raises RequestRefused."""
        wanted = name.strip().casefold()
        for spec in self.values():
            if wanted in (spec.name, spec.title.casefold()):
                return spec
        raise RequestRefused(
            "model",
            f"There is no model “{name.strip()[:60]}” here. There are: {', '.join(self)}.",
            "Choose one of those, or leave model out for the default.",
        )

    def offered_by(self, executors: set[ExecutorName]) -> "Catalog":
        """The entries that one of these executors can run."""
        return Catalog({name: spec for name, spec in self.items() if spec.executor in executors})

    @classmethod
    def load(cls, *overrides: Path, shipped: Path = SHIPPED) -> Self:
        """Read the shipped file, then each override that exists. Raises CatalogError."""
        merged: dict[str, dict[str, Any]] = {}
        for path in (shipped, *(path for path in overrides if path.is_file())):
            for name, fields in _read(path).items():
                merged[name] = {**merged.get(name, {}), **fields}
        return cls({name: _validate(name, fields) for name, fields in merged.items()})


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Read one file; a folder in `repo` is taken relative to the file that names it."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(f"{path} can't be read: {error}") from error
    for name, fields in entries.items():
        if not isinstance(fields, dict):
            raise CatalogError(f"{path}: {name} must be a table, as in [{name}]")
        repo = fields.get("repo")
        if isinstance(repo, str) and repo.startswith(("./", "../")):
            fields["repo"] = str((path.parent / repo).resolve())
    return entries


def _validate(name: str, fields: dict[str, Any]) -> ModelSpec:
    try:
        return ModelSpec(name=name, **fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the entry"
        raise CatalogError(f"models.toml, [{name}], {where}: {first['msg']}") from error
    except TypeError as error:
        raise CatalogError(f"models.toml, [{name}]: {error}") from error
