"""Whether somebody can look at pictures, where models or tools want that."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generation.catalog import ToolSpec
from generation.errors import CatalogError
from generation.safety.screeners import wanting

from ._finding import Finding, amount, note, ok, warning
from ._models import trouble_of
from ._tool import ToolFailed

if TYPE_CHECKING:
    from ._case import Case

_SUBJECT = "screening"
_OR_WITHOUT = 'or give models that need no classifier screening = "none" in models.toml.'


async def check_screening(case: "Case") -> list[Finding]:
    """The picture classifier: of this host's own models and tools, and of the hosted API."""
    try:
        licensed = case.licensed
    except CatalogError:
        return []  # the catalog is told of with the settings
    screener = licensed.tools.screener
    devices = await case.devices()
    local = wanting(licensed, "local") if devices.paints else []
    hosted = wanting(licensed, "hosted") if case.has_hosted else []
    if not (local or hosted):
        return [ok(_SUBJECT, "nothing that is painted here has to be looked at")]
    if screener is None:
        found = f"there is no picture classifier, so {_these([*local, *hosted])} refused"
        remedy = f"Take its `hidden` away in models.toml, {_OR_WITHOUT}"
        return [warning(_SUBJECT, found, remedy)]
    return [
        *([await _local(case, screener, local)] if local else []),
        *([_hosted(case, screener, hosted)] if hosted else []),
    ]


async def _local(case: "Case", screener: ToolSpec, names: Sequence[str]) -> Finding:
    try:
        known = (await case.files()).models.get(screener.name)
    except ToolFailed:
        known = None
    if known is None:
        remedy = "Try again: python -m bot models check looks as long as it takes."
        return warning(_SUBJECT, f"{screener.name} could not be looked at in time", remedy)
    trouble = trouble_of(screener, known, await case.hub())
    if trouble is not None:
        found, remedy = trouble
        remedy = f"{remedy} Then: python -m bot models download {screener.name}; {_OR_WITHOUT}"
        return warning(_SUBJECT, f"{screener.name}: {found}; {_these(names)} refused", remedy)
    if known.whole:
        return ok(_SUBJECT, f"{screener.name} is here; {len(names)} models and tools want it")
    found = f"{screener.name} is not here yet; {_these(names)} not painted before it is"
    size = f" ({amount(known.lacking_bytes)})" if known.lacking_bytes else ""
    remedy = (
        f"Easel downloads it{size}; to have it now: python -m bot models download {screener.name}"
    )
    return note(_SUBJECT, found, remedy)


def _hosted(case: "Case", screener: ToolSpec, names: Sequence[str]) -> Finding:
    if case.settings.hf_token is None:
        found = f"the hosted API looks at no picture without a token: {_these(names)} refused"
        return warning(_SUBJECT, found, f"Give HF_TOKEN, {_OR_WITHOUT}")
    if screener.repo is None or screener.is_folder:
        found = f"the hosted API does not have {screener.name}: {_these(names)} refused"
        return warning(_SUBJECT, found, f"Name a classifier of the hub's, {_OR_WITHOUT}")
    return ok(_SUBJECT, f"hosted pictures are looked at by {screener.repo}, at the hosted API")


def _these(names: Sequence[str]) -> str:
    """The first few of them, and how many more: they are refused."""
    listed = ", ".join(names[:3])
    more = len(names) - 3
    return f"{listed} and {more} more are" if more > 0 else f"{listed} {_are(names)}"


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
