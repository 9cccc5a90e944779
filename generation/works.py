"""What an executor is given for jobs: their models' entries, their pictures, the time."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import (
    Batch,
    Executor,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Work,
)
from generation.job import Job
from generation.safety.screeners import screener_for
from generation.safety.screening import Screening
from generation.timings import Timings

#: How many times as long as predicted a batch may take, but no less than this (seconds): the device
#: may have other things to do, and a measurement may have been lucky.
_PATIENCE = 10.0
_LEAST_DEADLINE_S = 60.0
#: In fewer steps a picture is there before there is anything to see of it.
_STEPS_FOR_PREVIEWS = 5
_UNSEEN = (
    "The picture could not be looked at before it is shown, so it is not shown. The host can see"
    " why in the log."
)


async def limits_of(
    jobs: Iterable[Job], catalog: Catalog, screening: Screening, executor: Executor
) -> Mapping[int, float]:
    """Above which score what is seen of each is refused: of those that somebody looks at.

    Those of several pictures have theirs asked for by who paints these.
    """
    can_look = executor.can_look()
    seen = [
        job
        for job in jobs
        if not job.request.parts and screener_for(catalog, job.request, can_look=can_look)
    ]
    # At once: while Discord is away each takes seconds, and the device waits.
    limits = await asyncio.gather(*(screening.limit_for(job.origin) for job in seen))
    return dict(zip((job.id for job in seen), limits, strict=True))


def batch_of(
    jobs: Sequence[Job],
    images: Mapping[int, bytes],
    catalog: Catalog,
    timings: Timings,
    limits: Mapping[int, float],
    *,
    previews: bool = False,
    can_look: bool = False,
) -> Batch:
    """Jobs that an executor may paint together; `images` are those to start from, by job.

    `limits`: above which score what is seen of each is refused, where anything is. `previews`:
    their members may see how they stand meanwhile. `can_look`: the executor has its classifier
    ready.
    """
    predictions = [timings.predict(job.request) for job in jobs]
    deadline = None
    if all(prediction.measured for prediction in predictions):
        expected = sum(prediction.seconds for prediction in predictions)
        deadline = max(_LEAST_DEADLINE_S, _PATIENCE * expected)
    works = (
        Work(
            *(job.id, job.attempts, _entry(job, catalog), job.request, images.get(job.id)),
            tuple(catalog.tools[name] for name in job.request.tools),
            screener=screener_for(catalog, job.request, can_look=can_look),
            unsafe_above=limits.get(job.id, 1.0),
            **_preview(jobs, catalog, wanted=previews),
        )
        for job in jobs
    )
    return Batch(tuple(works), deadline)


def looked_at(batch: Batch, job_id: int, event: ExecutorEvent) -> ExecutorEvent:
    """The same; but a picture without a score, where somebody had to look at it, is a failure.

    Executors see to that. Whatever is wrong with one, nothing is shown that nobody has seen.
    """
    if isinstance(event, Finished) and event.picture.unsafe is None:
        work = next((each for each in batch.works if each.job_id == job_id), None)
        if work is not None and (work.screener is not None or work.is_unseen):
            return Failed(FailureKind.INTERNAL, _UNSEEN, "a picture came without its score")
    return event


def _preview(jobs: Sequence[Job], catalog: Catalog, *, wanted: bool) -> dict[str, Any]:
    """What a work says of previews: one that is painted alone, while somebody waits for it."""
    first = jobs[0]
    takes_time = first.request.paints and first.request.steps_made >= _STEPS_FOR_PREVIEWS
    if not wanted or len(jobs) > 1 or first.origin is None or not takes_time:
        return {}
    family = catalog[first.request.model].latents_family
    return {"previews": True, "decoder": catalog.tools.decoder_of(family)}


def _entry(job: Job, catalog: Catalog) -> ModelSpec:
    """The catalog's entry, with the weights that the job was admitted for."""
    spec = catalog[job.request.model]
    if job.revision is None or job.revision == spec.revision or spec.revision is None:
        return spec
    return spec.model_copy(update={"revision": job.revision})
