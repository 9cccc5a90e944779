"""Whether it is known which files the tools of a request are: else it is not taken."""

from collections.abc import Callable

from generation.catalog import KINDS, Tools, ToolSpec
from generation.errors import RequestRefused
from generation.request import GenerationRequest


def check_tools(
    request: GenerationRequest, tools: Tools, pin: Callable[[ToolSpec], ToolSpec]
) -> None:
    """Refuse what no worker would open; `pin` fills in what this host has trusted since.

    Raises RequestRefused.
    """
    for name in request.tools:
        tool = tools.get(name)
        # Most say themselves what they are: only for others the host's file is read.
        if tool is None or tool.is_known or pin(tool).is_known:
            continue
        raise RequestRefused(
            _field(request, tool),
            f"{tool.title} is not on this host yet.",
            f"{_instead(tool, tools, pin)}Whoever runs Easel has to fetch it once:"
            f" python -m bot models download {tool.name}",
        )


def _field(request: GenerationRequest, tool: ToolSpec) -> str:
    if not request.paints:
        return "model"
    return "upscale" if tool.kind == "upscaler" else "faces"


def _instead(tool: ToolSpec, tools: Tools, pin: Callable[[ToolSpec], ToolSpec]) -> str:
    others = [each.name for each in tools.of_kind(tool.kind) if pin(each).is_known]
    return f"There is another {KINDS[tool.kind]}: {', '.join(others)}. " if others else ""
