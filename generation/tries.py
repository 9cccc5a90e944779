"""How often a job is tried."""

from generation.executors.base import Failed, FailureKind
from generation.job import Job
from generation.slot import Slot

#: A job that takes its worker down twice would take it down a third time.
MAX_ATTEMPTS = 2

#: What says nothing of the request itself: it is tried again.
NOT_THE_END = frozenset(
    {FailureKind.WORKER_DIED, FailureKind.TIMED_OUT, FailureKind.DEVICE_UNAVAILABLE}
)


def is_worth_another(failure: Failed, job: Job, slot: Slot) -> bool:
    """Whether the job is to be tried again; `job` has the present attempt charged."""
    if failure.kind is FailureKind.DEVICE_UNAVAILABLE:
        return not slot.is_hopeless
    return failure.kind in NOT_THE_END and job.attempts < MAX_ATTEMPTS
