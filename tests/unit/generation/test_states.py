"""How models stand, learned from what becomes of jobs."""

import dataclasses

import pytest

from generation.catalog import ModelSpec
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
from generation.executors.base import FailureKind
from generation.states import ModelStates, Standing, State
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_job

JOB = make_job(1)
NOT_TO_BE_HAD = JobFailed(
    dataclasses.replace(JOB, failure=FailureKind.MODEL_UNAVAILABLE), "The hub is down."
)


class Holding(ScriptedExecutor):
    """Has the demo model in memory, or not."""

    def __init__(self, *, holding: bool) -> None:
        super().__init__()
        self.holding = holding

    def holds(self, model: str) -> bool:
        return self.holding and model == "demo"


def after(*events: JobEvent, holding: bool = False) -> Standing:
    """How the demo model stands when all that has happened."""
    told = JobEvents()
    states = ModelStates([Holding(holding=holding)], told)
    for event in events:
        told.publish(event)
    return states.of(DEMO)


@pytest.mark.parametrize(("holding", "state"), [(True, State.READY), (False, State.IDLE)])
def test_the_executor_knows_what_it_holds(holding: bool, state: State):
    assert after(holding=holding) == Standing(state)


class Resting(ScriptedExecutor):
    """Would not take the demo model just now."""

    def hindrance(self, spec: ModelSpec) -> str | None:
        return "It rests." if spec.name == "demo" else None


def test_what_hinders_all_executors_of_a_model_is_told():
    resting, other = Resting(), ScriptedExecutor()
    assert ModelStates([resting], JobEvents()).of(DEMO) == Standing(State.UNAVAILABLE, "It rests.")
    assert ModelStates([resting, other], JobEvents()).of(DEMO).state is State.IDLE
    assert ModelStates([resting], JobEvents()).of(CATALOG["sdxl"]).state is State.IDLE


class Blind(ScriptedExecutor):
    """Has nobody who looks at pictures."""

    def blindness(self) -> str | None:
        return "Nobody looks."


def test_a_model_whose_pictures_nobody_can_look_at_is_not_to_be_had():
    states = ModelStates([Blind()], JobEvents())
    assert states.of(CATALOG["sdxl"]) == Standing(State.UNAVAILABLE, "Nobody looks.")
    assert states.of(DEMO).state is State.IDLE


def test_another_kind_of_executor_is_not_asked():
    states = ModelStates([Holding(holding=True)], JobEvents())
    elsewhere = DEMO.model_copy(update={"executor": "hosted"})
    assert states.of(elsewhere).state is State.IDLE


def test_a_job_that_waits_for_its_model_tells_how_far_that_is():
    assert after(JobLoading(JOB)) == Standing(State.LOADING)
    assert after(JobLoading(JOB), JobLoading(JOB, 3, 7)) == Standing(State.LOADING, "", 3, 7)


def test_other_models_are_not_on_their_way_with_it():
    told = JobEvents()
    states = ModelStates([Holding(holding=False)], told)
    told.publish(JobLoading(JOB))
    assert states.of(CATALOG["sdxl"]).state is State.IDLE


@pytest.mark.parametrize(
    "end",
    [
        JobProgress(JOB, 1, 6),
        JobGenerated(JOB),
        JobCancelled(JOB),
        JobQueued(JOB),
        JobFailed(JOB, "Out of memory."),
    ],
    ids=lambda event: type(event).__name__,
)
def test_whatever_comes_next_ends_the_loading(end: JobEvent):
    assert after(JobLoading(JOB), end).state is State.IDLE


def test_a_model_that_could_not_be_had_says_why_until_it_paints():
    failed = after(JobLoading(JOB), NOT_TO_BE_HAD)
    assert failed == Standing(State.UNAVAILABLE, "The hub is down.")
    assert after(NOT_TO_BE_HAD, JobLoading(make_job(2))).state is State.LOADING
    assert after(NOT_TO_BE_HAD, JobGenerated(make_job(2))).state is State.IDLE


def test_a_model_that_waits_for_loras_alone_is_as_it_was():
    loras = JobLoading(JOB, loras=("ink",))
    assert after(loras, holding=True).state is State.READY
    assert after(JobLoading(JOB), loras, holding=True).state is State.READY
    failed = dataclasses.replace(JOB, failure=FailureKind.LORA_UNAVAILABLE)
    assert after(loras, JobFailed(failed, "It is gone."), holding=True).state is State.READY
