"""Which jobs may be painted together."""

from collections.abc import Hashable

from generation.catalog import Catalog
from generation.job import Job


class Batching:
    """Tells it from the catalog's entries and from the jobs."""

    def __init__(self, catalog: Catalog) -> None:
        """`catalog` says up to how many pictures of a model pay to be painted at once."""
        self._catalog = catalog

    def limit(self, job: Job) -> int:
        """How many may be painted with that job, itself included."""
        spec = self._catalog.get(job.request.model)
        return spec.batch_limit if spec is not None else 1

    def key(self, job: Job) -> Hashable:
        """Equal for jobs that may be painted together; None for one that is painted alone.

        Numbers differ a little in a batch: who names a seed gets the bytes that seed always gives.
        A picture to start from is one job's alone. A job whose worker died is tried again alone:
        it may be the one that kills it.
        """
        request = job.request
        if request.seed_given or request.image is not None or job.attempts > 0:
            return None
        if request.parts or request.tools:
            return None
        return (
            request.model,
            job.revision,
            request.width,
            request.height,
            request.num_inference_steps,
            request.guidance_scale,
            request.loras,
            # Without one, some pipelines take no words for it rather than empty ones.
            request.negative_prompt is None,
        )
