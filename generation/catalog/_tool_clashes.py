"""Fields of a tool that do not go together, each of them allowed alone."""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from ._values import Clash

if TYPE_CHECKING:
    from ._tools import ToolSpec

# Files that are opened only where their hash is known: the format lets them hold code.
_PICKLES = (".pth", ".ckpt")
_FORMATS = (".safetensors", ".onnx", *_PICKLES)

#: The kinds of tools that make other pictures of those they are given.
CHANGE_PICTURES = ("upscaler", "face_restorer")

_Check = Callable[["ToolSpec"], Iterator[Clash]]


def clashes(tool: "ToolSpec", unknown: Collection[str] = ()) -> Iterator[Clash]:
    """All of them but those that fields of `unknown` worth have a part in."""
    for fields, check in _CHECKS:
        if not set(fields) & set(unknown):
            yield from check(tool)


def _place(tool: "ToolSpec") -> Iterator[Clash]:
    if (tool.repo is None) == (tool.url is None):
        yield "", "needs either `repo` or `url`, the place of its weights"


def _file(tool: "ToolSpec") -> Iterator[Clash]:
    field = "url" if tool.file is None else "file"
    if tool.url is None and tool.file is None:
        for name in ("sha256", "bytes"):
            if getattr(tool, name) is not None:
                yield name, f"`{name}` is that of one file: name it in `file`"
    elif not tool.file_name.endswith(_FORMATS):
        yield field, f"{tool.file_name} is of none of the kinds {', '.join(_FORMATS)}"
    elif tool.url is None and tool.file_name.endswith(_PICKLES) and not tool.sha256:
        yield "file", f"{tool.file_name} may hold code: name its `sha256`"


def _kind(tool: "ToolSpec") -> Iterator[Clash]:
    if tool.kind == "upscaler" and tool.scale is None:
        yield "", "an upscaler needs `scale`, how many times as large its pictures are"
    if tool.kind == "preview" and tool.family is None:
        yield "", "a preview decoder needs `family`, whose latents it understands"
    if tool.kind == "screener" and not tool.labels:
        yield "", "a picture classifier needs `labels`, those of its own that count as unsafe"


def _classifier(tool: "ToolSpec") -> Iterator[Clash]:
    for name in ("file", "url"):
        if tool.kind == "screener" and getattr(tool, name) is not None:
            yield name, "a picture classifier is several files of a `repo`: leave it out"


def _screening(tool: "ToolSpec") -> Iterator[Clash]:
    if tool.screening == "none" and tool.kind not in CHANGE_PICTURES:
        yield "screening", "only upscalers and face restorers have pictures to be looked at"


def _pipeline(tool: "ToolSpec") -> Iterator[Clash]:
    if tool.pipeline is not None and (tool.kind != "upscaler" or tool.url is not None):
        yield "pipeline", "only upscalers of a repo are a `pipeline`"


#: Each check, and the fields it looks at.
_CHECKS: tuple[tuple[tuple[str, ...], _Check], ...] = (
    (("repo", "url", "kind"), _place),  # what has no kind is mostly another tool's name, mistyped
    (("url", "file", "sha256", "bytes"), _file),
    (("kind", "scale", "family", "labels"), _kind),
    (("kind", "file", "url"), _classifier),
    (("screening", "kind"), _screening),
    (("pipeline", "kind", "url"), _pipeline),
)
