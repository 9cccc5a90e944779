"""Takes up, after a start, what an earlier run of the process left unfinished."""

import logging
from dataclasses import replace

from generation.catalog import Catalog
from generation.events import (
    JobCancelled,
    JobEvents,
    JobFailed,
    JobGenerated,
    JobQueued,
    JobSetAside,
)
from generation.executors.base import FailureKind
from generation.job import JobStatus
from generation.queue import JobQueue
from generation.store import JobStore

log = logging.getLogger(__name__)


async def recover(
    offered: Catalog, catalog: Catalog, store: JobStore, queue: JobQueue, events: JobEvents
) -> int:
    """Queue again what waited or ran, deliver what was painted, show ends that were not shown.

    `offered` holds what can be painted now. What is only in the whole `catalog` is left as it is
    for a start that finds its device. Returns how many jobs that were.

    Listeners must be subscribed before, and nothing may be dispatched yet.
    """
    jobs = await store.recover()
    for job in jobs:
        match job.status:
            case JobStatus.GENERATED:
                events.publish(JobGenerated(job))
                continue
            case JobStatus.FAILED:
                events.publish(JobFailed(job, job.notice or "It came to nothing."))
                continue
            case JobStatus.CANCELLED:
                events.publish(JobCancelled(job))
                continue
            case _:
                pass
        spec = offered.get(job.request.model)
        if spec is not None:
            queue.put(spec.executor, job)
            events.publish(JobQueued(job))
        elif job.request.model in catalog:
            log.warning("Job %s waits for what paints %s", job.id, job.request.model)
            events.publish(JobSetAside(job))
        else:
            message = f"The model {job.request.model} is not available here any more."
            failed = await store.fail(job.id, FailureKind.MODEL_UNAVAILABLE, message, message)
            # With the token the row has just lost: it is needed for saying so.
            events.publish(JobFailed(replace(failed, origin=job.origin), message))
    if jobs:
        log.info("Took up %d jobs that an earlier run left unfinished", len(jobs))
    return len(jobs)
