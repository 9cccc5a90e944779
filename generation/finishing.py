"""What is done with a picture once it is there: its faces mended, the whole made larger.

It may have been painted for that request, or brought along by its member.
"""

import math
import re
from typing import NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from generation.catalog import Tools, ToolSpec
from generation.errors import RequestRefused
from generation.prompts.aspect import Sized
from generation.ranges import plain

#: What a picture may be made larger to: a longer side in pixels, or how many times as large.
TARGETS = ("2048", "x2", "x4")
#: Pixels of the largest picture that is made: what Discord and every program can show.
MOST_PIXELS = 4096 * 4096
#: An upscaler goes over a picture so often at most: each time it invents more than it knows.
_MOST_PASSES = 2

_TIMES = re.compile(r"[x×]?\s*(\d)\s*[x×]?")
_FULL = 1.0


class Extent(NamedTuple):
    """A picture's size in pixels, whatever it is; models only paint some sizes."""

    width: int
    height: int

    def __str__(self) -> str:
        """As members read it: 2048x2048."""
        return f"{self.width}x{self.height}"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Upscaling(_Part):
    """A picture made larger, to exactly that size in pixels."""

    tool: str  # its name in the catalog
    width: PositiveInt
    height: PositiveInt
    scale: PositiveInt | None = None  # how many times as large its network makes a picture at once
    steps: PositiveInt = 1  # it makes over each pixel

    @property
    def work(self) -> int:
        """Pixels × steps of the picture that comes out."""
        return self.width * self.height * self.steps

    def effort(self, source: Sized) -> int:
        """The same of all that its network makes of one of that size: more than is kept of it."""
        scale = self.scale or 1
        if scale == 1:
            return self.work
        pixels, count = source.width * source.height, passes(source, self, scale)
        return sum(pixels * scale ** (2 * n) for n in range(1, count + 1)) * self.steps


class Restoration(_Part):
    """Faces mended: wholly at a strength of 1."""

    tool: str  # its name in the catalog
    detector: str  # of the tool that finds the faces
    strength: float = Field(gt=0, le=1)


class Finished(Protocol):
    """What a request says of it."""

    @property
    def upscale(self) -> Upscaling | None: ...  # noqa: D102

    @property
    def faces(self) -> Restoration | None: ...  # noqa: D102


def choose_upscaling(
    tools: Tools, size: Sized, to: str, name: str | None = None, *, field: str = "upscale"
) -> Upscaling:
    """How a picture of that size is made larger; `name` is the tool's, without one the host's.

    `field` is the option that says `to` what. Raises RequestRefused.
    """
    tool = tools.find("upscaler", name, "model" if name else field)
    width, height = _target(size, to, field)
    if width * height > MOST_PIXELS:
        raise RequestRefused(
            field,
            f"{width}x{height} would be {width * height / 1e6:.1f} million pixels;"
            f" {MOST_PIXELS / 1e6:.1f} million are the most.",
            "Choose less, or begin with a smaller picture.",
        )
    if max(width, height) <= max(size.width, size.height):
        raise RequestRefused(
            field,
            f"The picture has {size.width}x{size.height} pixels: that is no smaller.",
            "Choose x2 or x4, or leave it as it is.",
        )
    _check_reach(tool, max(width / size.width, height / size.height), field)
    steps = tool.steps if tool.pipeline else 1
    return Upscaling(tool=tool.name, width=width, height=height, scale=tool.scale, steps=steps)


def passes(size: Sized, target: Sized, scale: int) -> int:
    """How often a picture has to be enlarged to be no smaller than the target."""
    # A side that was rounded up by a pixel is no reason for another pass.
    short = max((target.width - 1) / size.width, (target.height - 1) / size.height)
    return max(1, math.ceil(math.log(short, scale))) if short > 1 else 1


def choose_restoration(
    tools: Tools, strength: float | None = None, name: str | None = None
) -> Restoration:
    """How faces are mended; wholly where no strength is given. Raises RequestRefused."""
    far = _FULL if strength is None else strength
    if not (math.isfinite(far) and 0 < far <= 1):
        raise RequestRefused(
            "strength",
            f"It is a number above 0, up to 1, not {plain(far)}.",
            "Choose one of those, or leave strength out to have faces mended wholly.",
        )
    detector = tools.find("face_detector", None, "faces")
    tool = tools.find("face_restorer", name, "faces")
    return Restoration(tool=tool.name, detector=detector.name, strength=far)


def tools_of(request: Finished) -> tuple[str, ...]:
    """The names of the tools that a picture goes through, in that order."""
    faces, upscale = request.faces, request.upscale
    return (
        *((faces.detector, faces.tool) if faces else ()),
        *((upscale.tool,) if upscale else ()),
    )


def terms_notes(tools: Tools, request: Finished) -> list[str]:
    """What is to be said of the licences of the tools that a picture goes through."""
    used = [tools[name] for name in tools_of(request)]
    return [
        f"{tool.title} allows no commercial use of the picture ({tool.licence.name})."
        for tool in used
        if not tool.licence.commercial
    ]


def _target(size: Sized, to: str, field: str) -> tuple[int, int]:
    """Width and height in pixels, in the picture's own shape."""
    wanted = to.strip().lower()
    if wanted == TARGETS[0]:
        factor = int(wanted) / max(size.width, size.height)
    else:
        match = _TIMES.fullmatch(wanted)
        if match is None or f"x{match[1]}" not in TARGETS:
            raise RequestRefused(
                field,
                f"It is {', '.join(TARGETS[:-1])} or {TARGETS[-1]}, not {to.strip()[:20]}.",
                f"{TARGETS[0]} is the longer side in pixels; x2 is twice as wide and as high.",
            )
        factor = int(match[1])
    return max(1, round(size.width * factor)), max(1, round(size.height * factor))


def _check_reach(tool: ToolSpec, factor: float, field: str) -> None:
    assert tool.scale is not None  # every upscaler says it
    most = tool.scale**_MOST_PASSES
    # A side that was rounded up by a pixel is not more.
    if factor > most * 1.01:
        raise RequestRefused(
            field,
            f"That is {factor:.3g} times as large; {tool.title} makes pictures up to {most} times"
            " as large.",
            "Choose less, or begin with a larger picture.",
        )
