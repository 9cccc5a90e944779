"""What a paint frame asks for, and what has come of it so far."""

from dataclasses import dataclass, field
from typing import Any, Self

from generation.catalog import ModelSpec
from generation.request import GenerationRequest
from generation.worker.paint import Pixels


@dataclass(slots=True)
class Run:
    """A batch; its parts go by their numbers in it."""

    serial: int  # tells this run's frames from those of others
    spec: ModelSpec
    job_ids: list[int]
    requests: list[GenerationRequest]
    steps_done: int = 0
    # Number, pixels and recipe of what is still to be encoded.
    painted: list[tuple[int, Pixels, dict[str, Any]]] = field(default_factory=list)

    @classmethod
    def read(cls, header: dict[str, Any]) -> Self:
        """From the frame."""
        parts = header["parts"]
        return cls(
            header["run"],
            ModelSpec.model_validate(header["spec"]),
            [part["job_id"] for part in parts],
            [GenerationRequest.model_validate(part["request"]) for part in parts],
        )
