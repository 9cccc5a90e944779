"""Whether somebody can look at the pictures of a request: else it is not taken."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generation.catalog import (
    BROUGHT,
    Catalog,
    ExecutorName,
    ModelSpec,
    ToolSpec,
    wants_screening,
)
from generation.errors import RequestRefused
from generation.request import GenerationRequest

if TYPE_CHECKING:
    from generation.executors.base import Executor

#: Begins what a member reads where nobody can look.
BEFORE_ANYBODY = "Such pictures have to be looked at before anybody sees them, and"
#: Why, where the host has no classifier at all.
NOBODY = f"{BEFORE_ANYBODY} this host has no picture classifier."
#: What jobs end with that have come so far all the same.
UNSEEN = "Nobody on this host can look at the picture before it is shown, so it was not made."
_LISTED = 5


class Screeners:
    """Asks those who paint."""

    def __init__(self, catalog: Catalog, executors: Sequence["Executor"]) -> None:
        """`catalog` holds what this host can run."""
        self._catalog = catalog
        self._executors = executors

    def check(self, request: GenerationRequest) -> None:
        """Refuse what nobody could look at. Raises RequestRefused."""
        for part in [each.request for each in request.parts] or [request]:
            spec = self._catalog[part.model]
            if not wants_screening(spec, _tools(self._catalog, part)):
                continue
            why = self._blindness(spec)
            if why is not None:
                raise RequestRefused("model", why, self._remedy(request))

    def _blindness(self, spec: ModelSpec) -> str | None:
        whys = [each.blindness() for each in self._executors if each.name == spec.executor]
        return whys[0] if whys and all(whys) else None

    def _remedy(self, request: GenerationRequest) -> str:
        later = "Try again in a few minutes; whoever runs Easel finds in its log what to do."
        free = [spec.name for spec in self._catalog.values() if spec.screening == "none"]
        if not (request.paints and free):
            return later
        return f"Choose {' or '.join(free[:_LISTED])}, which needs none. {later}"


def screener_for(
    catalog: Catalog, request: GenerationRequest, *, can_look: bool = False
) -> ToolSpec | None:
    """Who has to look at the pictures of a request; None where nobody has to, or nobody can.

    What a member brings says nothing of its model: where somebody `can_look`, it is looked at, and
    so is what is made of it, whatever the model's entry says.
    """
    is_brought = request.image is not None and can_look
    return catalog.tools.screener if is_brought or _is_wanted(catalog, request) else None


def has_to_be_seen(catalog: Catalog, request: GenerationRequest) -> bool:
    """Whether by today's entries somebody has to look at a picture that was painted before."""
    return request.model in catalog and _is_wanted(catalog, request)


def score_by_now(catalog: Catalog, request: GenerationRequest, score: float | None) -> float | None:
    """That of its picture; as unsafe as can be where nobody has looked, but has to by now."""
    return 1.0 if score is None and has_to_be_seen(catalog, request) else score


def wanting(catalog: Catalog, executor: ExecutorName) -> list[str]:
    """The models and tools, by name, whose pictures have to be looked at where that one paints."""
    models = [spec for spec in catalog.values() if spec.executor == executor]
    tools = [tool for tool in catalog.tools.values() if executor == BROUGHT.executor]
    return [
        *(spec.name for spec in models if wants_screening(spec, ())),
        *(tool.name for tool in tools if wants_screening(BROUGHT, (tool,))),
    ]


def _is_wanted(catalog: Catalog, request: GenerationRequest) -> bool:
    return wants_screening(catalog[request.model], _tools(catalog, request))


def _tools(catalog: Catalog, request: GenerationRequest) -> list[ToolSpec]:
    return [catalog.tools[name] for name in request.tools if name in catalog.tools]
