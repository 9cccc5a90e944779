"""An executor that has its picture at once: what is left is what the bot itself takes."""

import random
import struct
import zlib
from collections.abc import AsyncGenerator

from generation.catalog import ExecutorName, ModelSpec, ToolSpec
from generation.executors.base import Batch, Finished, Picture, Told


class NoOpExecutor:
    """Paints the same picture of `side` pixels always, without painting."""

    name: ExecutorName = "local"
    device = "none"

    def __init__(self, capacity: int, side: int = 8) -> None:
        """`capacity` batches at a time."""
        self.capacity = capacity
        self.picture = Picture(noise(side), side, side, 0.001, None, self.device)

    def holds(self, model: str) -> bool:  # noqa: ARG002
        """Any model."""
        return True

    def hindrance(self, spec: ModelSpec) -> str | None:  # noqa: ARG002
        """None."""
        return None

    def screen_with(self, tool: ToolSpec | None, *, at_once: bool = True) -> None:
        """Its picture is always the same: nobody has to look at it."""

    def blindness(self) -> str | None:
        """None."""
        return None

    def can_look(self) -> bool:
        """Nobody has to."""
        return False

    async def start(self) -> None:
        """There is nothing to start."""

    async def close(self) -> None:
        """There is nothing to end."""

    async def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        """Finish all of them."""
        for work in batch.works:
            yield Told(work.job_id, Finished(self.picture))

    async def cancel(self, job_id: int) -> None:
        """It is too late for that."""


def noise(side: int) -> bytes:
    """A square PNG that can't be packed: three bytes a pixel."""
    rows = random.Random(0).randbytes(side * side * 3)
    scanlines = b"".join(b"\0" + rows[at : at + side * 3] for at in range(0, len(rows), side * 3))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(scanlines, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
