"""Models that come and go leave nothing behind in the worker."""

import os
from pathlib import Path
from typing import Any

import pytest

from generation.processes.child import ChildProcess
from generation.request import GenerationRequest
from tests.unit.generation.worker.entries import entry

NAMES = ("sdxl", "realvisxl-lightning", "sdxl-lightning-4", "sd-2-1", "zb-tech-local")
SWITCHES = 20

pytestmark = pytest.mark.long


def resident_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def paint_frame(run: int, name: str) -> dict[str, Any]:
    spec = entry(name)
    request = GenerationRequest.build(spec, "a red fox", seed=7)
    small = {"width": 64, "height": 64, "num_inference_steps": 2}
    asked = request.model_copy(update=small).model_dump(mode="json")
    whole = {"kind": "paint", "run": run, "level": 0, "room": None}
    return {
        **whole,
        "spec": spec.model_dump(mode="json"),
        "parts": [{"job_id": run, "request": asked, "image": 0}],
    }


async def painted(worker: ChildProcess, run: int, name: str) -> list[str]:
    """Have it paint; the kinds of what it said, up to the last."""
    await worker.send(paint_frame(run, name))
    kinds = []
    while not kinds or kinds[-1] not in ("finished", "failed"):
        frame = await worker.receive()
        if frame.header.get("run") == run:
            kinds.append(frame.kind)
    return kinds


async def test_after_twenty_switches_the_memory_is_what_it_was(tmp_path: Path) -> None:
    """Counted from when each of the five was there once: libraries keep what they imported."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
    module = "tests.unit.generation.worker.switches"
    worker = await ChildProcess.spawn(module, ["cpu"], environment, hello_timeout_s=60)
    taken = []
    try:
        for run in range(len(NAMES) + SWITCHES):
            kinds = await painted(worker, run, NAMES[run % len(NAMES)])
            # Each had left, and is loaded anew.
            assert {"loading", "loaded", "finished"} <= set(kinds), kinds
            taken.append(resident_bytes(worker.pid))
    finally:
        await worker.end(5)
    before, after = taken[len(NAMES) - 1], taken[-1]
    assert after < 1.05 * before, taken
