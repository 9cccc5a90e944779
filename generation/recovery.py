"""Takes up, after a start, what an earlier run of the process left unfinished."""

import logging
from collections.abc import Collection
from dataclasses import replace

from generation.catalog import Catalog, ModelSpec
from generation.events import (
    JobCancelled,
    JobEvents,
    JobFailed,
    JobGenerated,
    JobQueued,
    JobSetAside,
)
from generation.executors.base import FailureKind
from generation.job import Job, JobStatus
from generation.keeping.kept import KeptPictures
from generation.lanes import lane_of
from generation.pictures import PictureStore
from generation.queue import JobQueue
from generation.storage import STORAGE_ERRORS, remedied
from generation.store import JobStore

log = logging.getLogger(__name__)

#: So often the process may end without a word while a job runs. That is not charged to the job, and
#: mostly not its doing, also several times in a row, since it comes first after each start; but one
#: that takes all of a container's memory would do so for ever.
MOST_CUT_OFF = 25
_CUT_OFF = (
    f"Easel was ended {MOST_CUT_OFF} times while it painted this, so it is not tried again. Ask for"
    " something smaller; the host can see more in the log."
)


async def clear(kept: KeptPictures, pictures: PictureStore) -> None:
    """Delete what no row names of jobs that have not ended: a killed run left it, in mid-job.

    They are painted anew, or end without it. Nothing may be dispatched yet.
    """
    try:
        gone = await pictures.delete_of(await kept.unfinished(), but=await kept.of_unfinished())
    except STORAGE_ERRORS as error:
        # Once they have ended it is swept.
        log.warning("What an earlier run left half done is not deleted yet: %s", remedied(error))
        return
    if gone:
        log.info("Deleted %d pictures that an earlier run had not come to write down", gone)


async def recover(
    offered: Catalog,
    catalog: Catalog,
    store: JobStore,
    queue: JobQueue,
    events: JobEvents,
    withdrawn: Collection[str] = (),
) -> int:
    """Queue again what waited or ran, deliver what was painted, show ends that were not shown.

    What was to be cancelled is. Of several pictures that their own member cancelled the dispatcher
    puts those together that are painted.

    `offered` holds what can be painted now. What is only in the whole `catalog` is left as it is
    for a start that finds its device. LoRAs whose licence the host accepts no more are `withdrawn`.
    Returns how many jobs that were.

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
            case _ if job.cancel_asked_at is not None:
                await _cancel(job, store, queue, events)
                continue
            case _:
                pass
        spec = offered.get(job.request.model)
        message = _hindrance(job, spec, catalog, withdrawn)
        if job.cut_off >= MOST_CUT_OFF:
            log.error("Job %s is given up: it was cut off %d times", job.id, job.cut_off)
            await _fail(job, FailureKind.WORKER_DIED, _CUT_OFF, store, events)
        elif message is not None:
            await _fail(job, FailureKind.MODEL_UNAVAILABLE, message, store, events)
        elif (lane := lane_of(offered, job.request)) is not None:
            queue.put(lane, job)
            events.publish(JobQueued(job))
        else:
            log.warning("Job %s waits for what paints %s", job.id, job.request.model)
            queue.set_aside.append(job)
            events.publish(JobSetAside(job))
    if jobs:
        log.info("Took up %d jobs that an earlier run left unfinished", len(jobs))
    return len(jobs)


async def _fail(
    job: Job, kind: FailureKind, message: str, store: JobStore, events: JobEvents
) -> None:
    failed = await store.fail(job.id, kind, message, message)
    # With the token the row has just lost: it is needed for saying so.
    events.publish(JobFailed(replace(failed, origin=job.origin), message))


async def _cancel(job: Job, store: JobStore, queue: JobQueue, events: JobEvents) -> None:
    """As it would have been if the process had gone on."""
    if job.keeps_parts_for(job.cancel_asked_by):
        if job.status is JobStatus.RUNNING:
            job = await store.requeue(job.id, charged=False)
        queue.set_aside.append(job)
        return
    # What is painted of it goes with the first sweep, which comes next.
    cancelled = await store.cancel(job.id, job.cancel_asked_by)
    log.info("Job %s is cancelled, as was asked before this start", job.id)
    # With the token the row has just lost: it is needed for saying so.
    events.publish(JobCancelled(replace(cancelled, origin=job.origin)))


def _hindrance(
    job: Job, spec: ModelSpec | None, catalog: Catalog, withdrawn: Collection[str]
) -> str | None:
    """Why it can't be painted as it was asked for, now or later; None where it can."""
    if lane_of(catalog, job.request) is None:
        return f"The model {job.request.model} is not available here any more."
    for name in job.request.tools:
        if name not in catalog.tools:
            return f"The tool {name} is not available here any more. Ask again without it."
    for lora in job.request.loras:
        if lora.name in withdrawn:
            return f"The LoRA {lora.name} is not available here any more. Ask again without it."
    if job.request.strength is not None and spec is not None and not spec.takes_pictures:
        return f"{spec.title} can't start from a picture any more. Ask again without it."
    if job.request.loras and spec is not None and spec.executor != "local":
        return f"{spec.title} takes no LoRAs any more. Ask again without them."
    return None
