"""The Executor protocol: work in, events out.

A run has a batch of works, mostly of one. For each of them it tells, in this order: `Loading`,
again and again as a download goes on, `Waiting` any number of times, `Progress` with rising steps
and `Preview` between them, `Painted` at most once, and then exactly one final event: `Finished`,
`Failed` or `Cancelled`. An executor never raises out of `run` for what a model, a device or a
remote host does; that is what `Failed` is for. Attempts, order and persistence are the
dispatcher's.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from generation.catalog import ExecutorName, ModelSpec, ToolSpec, wants_screening
from generation.loras import AskedLora
from generation.request import GenerationRequest


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt of one job, as an executor sees it."""

    job_id: int
    attempt: int  # from 1; a result of an older attempt is refused
    spec: ModelSpec
    request: GenerationRequest
    image: bytes | None = None  # the request's, as PNG
    tools: tuple[ToolSpec, ...] = ()  # those that the picture goes through
    screener: ToolSpec | None = None  # what looks at the picture, and at one that was brought
    #: Above this score a picture that was brought is refused, and a preview is not shown.
    unsafe_above: float = 1.0
    previews: bool = False  # whether its member is shown how it stands while it is painted
    decoder: ToolSpec | None = None  # for that, where the catalog has one of its model's latents

    @property
    def is_unseen(self) -> bool:
        """Whether nobody would look at its picture, though its model or its tools want that."""
        return self.screener is None and wants_screening(self.spec, self.tools)


@dataclass(frozen=True, slots=True)
class Batch:
    """Works that are painted together: they differ in prompt and seed alone."""

    works: tuple[Work, ...]
    #: How long painting them may take, loading left out (seconds), if there is anything to tell it
    #: from; an executor may have a limit of its own besides.
    deadline_s: float | None = None

    @property
    def spec(self) -> ModelSpec:
        """The model of all of them."""
        return self.works[0].spec


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture."""

    data: bytes  # PNG with its recipe and the AI-generated mark; no id and no time in it
    width: int  # pixels
    height: int  # pixels
    #: From the executor taking the work to the picture being encoded; loading, and what the memory
    #: did not suffice for, left out.
    seconds: float
    revision: str | None  # the commit of the weights, where they have one and it is known
    device: str  # for people: "NVIDIA H100 80GB HBM3", "CPU", "Hugging Face (auto)"
    batch: int = 1  # how many were painted together in that time
    remarks: tuple[str, ...] = ()  # sentences on what of the request is not in it
    #: The request's, at the commits that were really put on, where they have one and it is known.
    loras: tuple[AskedLora, ...] = ()
    #: The commits of all that it was painted with, by repo, where they are known.
    commits: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    unsafe: float | None = None  # 0 to 1, where it was looked at
    screened_by: str | None = None  # the tool that did
    pixels: str | None = None  # their hash: the picture is known by it in another file, too

    @property
    def device_seconds(self) -> float:
        """Its part of the time."""
        return self.seconds / self.batch


class FailureKind(StrEnum):
    """Why an attempt failed; what follows from it is the dispatcher's to decide."""

    MODEL_UNAVAILABLE = (
        "model_unavailable"  # weights unreachable, gated, broken: other models go on
    )
    LORA_UNAVAILABLE = "lora_unavailable"  # the same of one of its LoRAs: its model goes on
    TOOL_UNAVAILABLE = "tool_unavailable"  # the same of a tool: models paint without it
    INPUT_UNAVAILABLE = "input_unavailable"  # the picture that was brought is gone, or unreadable
    UNSAFE_INPUT = "unsafe_input"  # the picture that was brought may not be shown where it is asked
    UNSAFE = "unsafe"  # the painted one may not be: it is thrown away
    OUT_OF_MEMORY = "out_of_memory"
    LOST = "lost"  # painted, but gone from the disk before its member saw it
    BAD_PICTURE = "bad_picture"  # NaN or undecodable: never posted
    WORKER_DIED = "worker_died"  # process gone or hung: worth a second attempt
    TIMED_OUT = "timed_out"
    REFUSED = "refused"  # the remote host refused: token, credit, terms, or the request itself
    DEVICE_UNAVAILABLE = "device_unavailable"  # no worker can be had just now: not the job's doing
    BUSY = "busy"  # the remote host can't now
    INTERNAL = "internal"  # a bug of ours or of a library


@dataclass(frozen=True, slots=True)
class Loading:
    """The model is being loaded first, or the worker itself is still starting.

    While the model is downloaded: how many bytes are here, and of how many.
    """

    done: int | None = None
    total: int | None = None
    loras: tuple[str, ...] = ()  # where the model is there, and these are put on it: their names
    tool: str | None = None  # where it is none of both, but a tool: its title


@dataclass(frozen=True, slots=True)
class Waiting:
    """The remote host can't just now: after a pause it is asked again."""

    over: bool = False  # the pause is, and it is being asked


@dataclass(frozen=True, slots=True)
class Progress:
    """A step is done: of denoising, or of what is done with the picture then.

    The steps of each stage begin anew.
    """

    step: int  # from 1
    steps: int
    stage: str | None = None  # what is being done, for members, where that is not painting


@dataclass(frozen=True, slots=True)
class Preview:
    """How it stands, small: to be shown for a moment, and kept nowhere."""

    data: bytes = field(repr=False)  # WebP; what is logged of events tells nothing of it
    unsafe: float | None = None  # 0 to 1, where it was looked at


@dataclass(frozen=True, slots=True)
class Painted:
    """The device is free again for other work; the picture is still to be encoded."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Final: here it is."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Failed:
    """Final: this attempt came to nothing."""

    kind: FailureKind
    # A plain sentence or two for the member, with the remedy; no traceback, no path, no token.
    message: str
    detail: str = ""  # for the log and the row only


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Final: it was cancelled, and the device is free again."""


ExecutorEvent = Loading | Waiting | Progress | Preview | Painted | Finished | Failed | Cancelled


class Told(NamedTuple):
    """What happened to one work of a batch."""

    job_id: int
    event: ExecutorEvent


class Executor(Protocol):
    """Gives work to one device or remote host."""

    name: ExecutorName
    #: How many runs it takes at the same time.
    capacity: int

    @property
    def device(self) -> str:
        """The device in use, for people."""
        ...

    def holds(self, model: str) -> bool:
        """Whether work with that model can begin without loading it first."""
        ...

    def hindrance(self, spec: ModelSpec) -> str | None:
        """Why work with that model would perhaps come to nothing just now, for members."""
        ...

    def screen_with(self, tool: ToolSpec | None, *, at_once: bool = True) -> None:
        """Make ready, in the background, to have pictures looked at; None where there is nobody.

        Unless `at_once`, what would have to be downloaded is left to the first that needs it.
        """
        ...

    def blindness(self) -> str | None:
        """Why pictures can't be looked at just now, for members.

        None where they can be, and as long as that is not known: who can't look paints nothing.
        """
        ...

    def can_look(self) -> bool:
        """Whether pictures can be looked at without anything being downloaded first."""
        ...

    async def start(self) -> None:
        """Make ready, or again so where it broke since. Idempotent.

        Raises ExecutorUnavailable where this host can't run it.
        """
        ...

    async def close(self) -> None:
        """End whatever was started.

        Idempotent. Runs still under way end with Cancelled or Failed.
        """
        ...

    def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        """Paint. Closing the iterator early gives the works up and frees the device."""
        ...

    async def cancel(self, job_id: int) -> None:
        """End that job within one denoising step; its run then tells Cancelled.

        The others of its batch go on, and its part is thrown away. Unknown ids are ignored.
        """
        ...
