"""Takes up, after a start, what an earlier run of the process left unfinished."""

import logging
from dataclasses import replace

from generation.catalog import Catalog
from generation.events import JobCancelled, JobEvents, JobFailed, JobGenerated, JobQueued
from generation.executors.base import FailureKind
from generation.job import Job, JobStatus
from generation.pictures import PictureStore, StoredPicture
from generation.queue import JobQueue
from generation.store import JobStore

log = logging.getLogger(__name__)


async def recover(
    catalog: Catalog, store: JobStore, queue: JobQueue, pictures: PictureStore, events: JobEvents
) -> int:
    """Queue again what waited or ran, deliver what was painted, show ends that were not shown.

    Returns how many jobs that were.

    Listeners must be subscribed before, and nothing may be dispatched yet.
    """
    jobs = await store.recover()
    for job in jobs:
        match job.status:
            case JobStatus.GENERATED:
                await _deliver_again(job, store, pictures, events)
                continue
            case JobStatus.FAILED:
                events.publish(JobFailed(job, job.notice or "It came to nothing."))
                continue
            case JobStatus.CANCELLED:
                events.publish(JobCancelled(job))
                continue
            case _:
                pass
        spec = catalog.get(job.request.model)
        if spec is None:
            message = f"The model {job.request.model} is not available here any more."
            failed = await store.fail(job.id, FailureKind.MODEL_UNAVAILABLE, message, message)
            # With the token the row has just lost: it is needed for saying so.
            events.publish(JobFailed(replace(failed, origin=job.origin), message))
            continue
        queue.put(spec.executor, job)
        events.publish(JobQueued(job))
    if jobs:
        log.info("Took up %d jobs that an earlier run left unfinished", len(jobs))
    return len(jobs)


async def _deliver_again(
    job: Job, store: JobStore, pictures: PictureStore, events: JobEvents
) -> None:
    # Held by CHECKs of the table.
    assert job.picture_path is not None
    assert job.picture_sha256 is not None
    try:
        data = await pictures.load(StoredPicture(job.picture_path, job.picture_sha256))
    except (OSError, ValueError) as error:
        log.error("The picture of job %s is gone: %s", job.id, error)
        await store.undeliverable(job.id, str(error))
        return
    events.publish(JobGenerated(job, data))
