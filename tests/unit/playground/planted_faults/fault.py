"""What a planted fault is."""

from dataclasses import dataclass, field
from typing import Any

INVALID_FORM = (400, 50035)


@dataclass(frozen=True, slots=True)
class Fault:
    """A body that Discord refuses, and one that it takes and that differs as little as may be."""

    name: str
    route: str  # which of WireBot's calls sends it
    body: Any
    twin: Any
    path: str = ""  # where in `errors` the fault is named; "" for the body as a whole
    error: str | None = None  # the code there; None where the refusal has no tree
    refusal: tuple[int, int] = INVALID_FORM  # HTTP status and JSON code
    files: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    twin_files: dict[int, tuple[str, bytes]] | None = None  # None: the same files

    def __str__(self) -> str:
        """Its name, as the test shows it."""
        return f"{self.route}: {self.name}"
