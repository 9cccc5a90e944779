"""Which line a job waits in: that of the executors which paint it."""

from generation.catalog import Catalog, ExecutorName
from generation.request import GenerationRequest


def lane_of(catalog: Catalog, request: GenerationRequest) -> ExecutorName | None:
    """The kind of executor that it waits for; None where nothing in the catalog paints it.

    Of several pictures any may need this host's own device, which is what others wait for, too.
    """
    models = [part.request.model for part in request.parts] or [request.model]
    kinds: list[ExecutorName] = [catalog[model].executor for model in models if model in catalog]
    if "local" in kinds:
        return "local"
    return next(iter(kinds), None)
