"""Tools of which nobody has said yet which file they are: what needs one is refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generation.catalog import KINDS
from generation.errors import CatalogError

from ._finding import Finding, note

if TYPE_CHECKING:
    from ._case import Case


async def check_tools(case: "Case") -> Sequence[Finding]:
    """Each that the host has to fetch once, and what it would be for."""
    try:
        tools = case.licensed.tools
    except CatalogError:
        return []  # the catalog is told of with the settings
    devices = await case.devices()
    if not devices.paints:
        return []
    return [
        note(
            f"tool {tool.name}",
            f"this {KINDS[tool.kind]} is not here: what needs it is refused",
            f"Fetch it once: python -m bot models download {tool.name}",
        )
        for tool in tools.values()
        if not tool.is_known
    ]
