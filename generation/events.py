"""What happens to jobs, told to whoever listens.

The only way back from the dispatcher to the front end.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from generation.job import Job

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobQueued:
    """Committed and in line, for the first time or again."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobSetAside:
    """Committed, but not in line: what paints its model is not there until a later start."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobStarted:
    """An executor has it."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobLoading:
    """Its model is being loaded first.

    While that is downloaded: how many bytes are here, and of how many.
    """

    job: Job
    done: int | None = None
    total: int | None = None
    loras: tuple[str, ...] = ()  # where the model is there, and these are put on it: their names
    tool: str | None = None  # where it is none of both, but a tool: its title


@dataclass(frozen=True, slots=True)
class JobWaiting:
    """What paints it is elsewhere and can't just now: after a pause it is asked again."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobProgress:
    """A step is done: of denoising, or of what is done with the picture then."""

    job: Job
    step: int  # from 1
    steps: int
    stage: str | None = None  # what is being done, for members, where that is not painting


@dataclass(frozen=True, slots=True)
class JobPreview:
    """How it stands while it is painted, small: to be shown for a moment, and kept nowhere."""

    job: Job
    data: bytes = field(repr=False)  # WebP
    unsafe: float | None = None  # 0 to 1, where it was looked at


@dataclass(frozen=True, slots=True)
class JobGenerated:
    """The picture is on disk; hundreds may wait to be shown, too many for the memory."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobFailed:
    """It has come to nothing; `message` is for its member."""

    job: Job
    message: str


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """It was cancelled."""

    job: Job


JobEvent = (
    JobQueued
    | JobSetAside
    | JobStarted
    | JobLoading
    | JobWaiting
    | JobProgress
    | JobPreview
    | JobGenerated
    | JobFailed
    | JobCancelled
)
Listener = Callable[[JobEvent], None]


class JobEvents:
    """Hands each event to every listener, in the order they came. Listeners must not block."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; the answer ends that, once or again."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(self, event: JobEvent) -> None:
        """Tell everyone. One listener's error is logged and keeps nothing from the others."""
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception(
                    "A listener failed on %s of job %s", type(event).__name__, event.job.id
                )
