"""What each model is doing just now: in memory, on its way there, or not to be had."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from generation.catalog import ModelSpec, wants_screening
from generation.events import (
    JobCancelled,
    JobEvent,
    JobEvents,
    JobFailed,
    JobGenerated,
    JobLoading,
    JobProgress,
    JobQueued,
)
from generation.executors.base import Executor, FailureKind


class State(StrEnum):
    """How a model stands."""

    READY = "ready"  # work with it begins at once
    LOADING = "loading"  # a job waits for it to be loaded, or downloaded
    IDLE = "idle"  # the next job has it loaded first
    UNAVAILABLE = "unavailable"  # the last jobs could not have it


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a model, and what there is to say of it."""

    state: State
    why: str = ""  # a plain sentence, for members
    done: int | None = None  # bytes that are here of what is being downloaded
    total: int | None = None


class ModelStates:
    """Learns from what becomes of jobs, and asks the executors what they hold."""

    def __init__(self, executors: Sequence[Executor], events: JobEvents) -> None:
        """Listens from now on."""
        self._executors = executors
        self._loading: dict[int, JobLoading] = {}  # of the jobs that wait for their model
        self._unavailable: dict[str, str] = {}  # why, by model
        events.subscribe(self._on_event)

    def of(self, spec: ModelSpec) -> Standing:
        """How a model stands."""
        for event in self._loading.values():
            if event.job.request.model == spec.name:
                return Standing(State.LOADING, done=event.done, total=event.total)
        serving = [each for each in self._executors if each.name == spec.executor]
        hindrances = [each.hindrance(spec) or _blindness(each, spec) for each in serving]
        if hindrances and all(hindrances):
            return Standing(State.UNAVAILABLE, hindrances[0] or "")
        if spec.name in self._unavailable:
            return Standing(State.UNAVAILABLE, self._unavailable[spec.name])
        if any(executor.holds(spec.name) for executor in serving):
            return Standing(State.READY)
        return Standing(State.IDLE)

    def _on_event(self, event: JobEvent) -> None:
        job, model = event.job, event.job.request.model
        match event:
            case JobLoading(loras=()):
                self._loading[job.id] = event
            case JobLoading():  # what it waits for now is LoRAs: the model is there
                self._loading.pop(job.id, None)
            # It names the first of several models; what each does was told part by part.
            case JobProgress() | JobGenerated() if job.request.parts:
                self._loading.pop(job.id, None)
            case JobProgress() | JobGenerated():
                self._loading.pop(job.id, None)
                self._unavailable.pop(model, None)
            case JobFailed(_, message):
                self._loading.pop(job.id, None)
                if job.failure == FailureKind.MODEL_UNAVAILABLE:
                    self._unavailable[model] = message
            case JobCancelled() | JobQueued():
                self._loading.pop(job.id, None)
            case _:
                pass


def _blindness(executor: Executor, spec: ModelSpec) -> str | None:
    """Why it could not have the model's pictures looked at, where they have to be."""
    return executor.blindness() if wants_screening(spec, ()) else None
