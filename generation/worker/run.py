"""What a paint frame asks for, and what has come of it so far."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from generation.catalog import ModelSpec, ToolSpec
from generation.request import GenerationRequest
from generation.worker.paint import Pixels


class PaintedPart(NamedTuple):
    """A picture that is still to be encoded."""

    number: int  # of the part
    pixels: Pixels
    made: dict[str, Any]  # the recipe
    remarks: Sequence[str]  # sentences on what of the request is not in it
    unsafe: float | None = None  # 0 to 1, where it was looked at

    @property
    def commits(self) -> dict[str, str]:
        """By repo, of all that its recipe names: its model, its prompt's LoRAs, tools.

        A model's own repo has its commit in `revision` also where another part is of the same, at
        another.
        """
        faces = self.made.get("faces", {})
        tools = [faces, faces.get("detector", {}), self.made.get("upscale", {})]
        return {
            **self.made.get("commits", {}),
            **{
                part["repo"]: part["revision"]
                for part in (*tools, *self.made.get("prompt_loras", ()))
                if part.get("repo") is not None and part.get("revision") is not None
            },
        }


@dataclass(slots=True)
class Run:
    """A batch; its parts go by their numbers in it."""

    serial: int  # tells this run's frames from those of others
    spec: ModelSpec
    job_ids: list[int]
    requests: list[GenerationRequest]
    images: list[bytes | None]  # those to start from, by the parts
    tools: list[ToolSpec]  # that the pictures go through
    level: int  # of the economies, to begin with
    room: int | None  # pixels painted at once for which the memory suffices; None: as many as come
    screener: ToolSpec | None = None  # what looks at its pictures
    unsafe_above: list[float] = field(default_factory=list)  # the score that refuses those brought
    previews: bool = False  # whether its member is shown how it stands while it is painted
    decoder: ToolSpec | None = None  # of its model's latents, for that
    loading: bool = False
    wears_loras: bool = False  # those of its prompts are on the model, or on their way there
    economized: bool = False  # it may be so once: what is left then lies in pieces
    next_needs_less: bool = False  # the next run of that model begins with a cheaper setting
    waiting: list[int] = field(default_factory=list)  # numbers of the parts to be painted yet
    steps_done: int = 0
    painted: list[PaintedPart] = field(default_factory=list)

    @classmethod
    def read(cls, header: dict[str, Any], blob: bytes) -> Self:
        """From the frame."""
        parts = header["parts"]
        data = io.BytesIO(blob)
        return cls(
            header["run"],
            ModelSpec.model_validate(header["spec"]),
            [part["job_id"] for part in parts],
            [GenerationRequest.model_validate(part["request"]) for part in parts],
            [data.read(part["image"]) or None for part in parts],
            [ToolSpec.model_validate(tool) for tool in header.get("tools", ())],
            header["level"],
            header["room"],
            screener=(seen_by := header.get("screener")) and ToolSpec.model_validate(seen_by),
            unsafe_above=[part.get("unsafe_above", 0.0) for part in parts],
            previews=bool(header.get("previews")),
            decoder=(found := header.get("decoder")) and ToolSpec.model_validate(found),
            waiting=list(range(len(parts))),
        )

    @property
    def pixels(self) -> int:
        """Of one picture; all are of the same size."""
        return self.requests[0].width * self.requests[0].height

    @property
    def at_once(self) -> int:
        """How many of them are painted together."""
        return len(self.requests) if self.room is None else max(1, self.room // self.pixels)
