"""What an executor tells of a job that goes on, as events for whoever listens."""

from generation.events import (
    JobEvents,
    JobLoading,
    JobPreview,
    JobProgress,
    JobStarted,
    JobWaiting,
)
from generation.executors.base import ExecutorEvent, Loading, Preview, Progress, Waiting
from generation.job import Job

#: What `tell` takes.
GOES_ON = (Loading, Waiting, Progress, Preview)


def tell(events: JobEvents, job: Job, event: ExecutorEvent) -> None:
    """Publish one of GOES_ON; anything else is no news of a job that goes on."""
    match event:
        case Loading(done, total, loras, tool):
            events.publish(JobLoading(job, done, total, loras, tool))
        case Waiting(over):
            events.publish((JobStarted if over else JobWaiting)(job))
        case Progress(step, steps, stage):
            events.publish(JobProgress(job, step, steps, stage))
        case Preview(data, unsafe):
            events.publish(JobPreview(job, data, unsafe))
        case _:
            pass
