"""What an executor is given for jobs: their models' entries, their pictures, the time."""

from collections.abc import Mapping, Sequence

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import Batch, Work
from generation.job import Job
from generation.timings import Timings

#: How many times as long as predicted a batch may take, but no less than this (seconds): the device
#: may have other things to do, and a measurement may have been lucky.
_PATIENCE = 10.0
_LEAST_DEADLINE_S = 60.0


def batch_of(
    jobs: Sequence[Job], images: Mapping[int, bytes], catalog: Catalog, timings: Timings
) -> Batch:
    """Jobs that an executor may paint together; `images` are those to start from, by job."""
    predictions = [timings.predict(job.request) for job in jobs]
    deadline = None
    if all(prediction.measured for prediction in predictions):
        expected = sum(prediction.seconds for prediction in predictions)
        deadline = max(_LEAST_DEADLINE_S, _PATIENCE * expected)
    works = (
        Work(
            *(job.id, job.attempts, _entry(job, catalog), job.request, images.get(job.id)),
            tuple(catalog.tools[name] for name in job.request.tools),
        )
        for job in jobs
    )
    return Batch(tuple(works), deadline)


def _entry(job: Job, catalog: Catalog) -> ModelSpec:
    """The catalog's entry, with the weights that the job was admitted for."""
    spec = catalog[job.request.model]
    if job.revision is None or job.revision == spec.revision or spec.revision is None:
        return spec
    return spec.model_copy(update={"revision": job.revision})
