"""What is to be said of a job beside its picture."""

from generation.catalog import Catalog
from generation.job import Job
from generation.request import remarks


def notes_of(catalog: Catalog, job: Job) -> list[str]:
    """What was remarked when it was taken and painted, and what of the request has no effect.

    `catalog` is the whole one: a model that is not offered any more may have painted it.
    """
    said = [*job.remarks]
    for request in [part.request for part in job.request.parts] or [job.request]:
        spec = catalog.get(request.model)
        said += remarks(spec, request) if spec else ()
    return list(dict.fromkeys(said))
