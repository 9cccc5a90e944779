"""`python -m tests.unit.generation.worker.switches TIMES` switches models, and prints its memory.

Nothing fits beside anything: each model has to leave for the other. A line a switch: bytes.
"""

import sys
from pathlib import Path

import torch

from generation.worker import libraries, room
from tests.unit.generation.worker.entries import entry, pixels


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def main(times: int) -> None:
    from generation.worker.loader import Loader
    from tests.unit.generation.worker.entries import CPU

    torch.set_num_threads(1)
    libraries.tame()
    loader = Loader(CPU)
    names = ["sdxl", "realvisxl-lightning", "sdxl-lightning-4", "sd-2-1", "zb-tech-local"]
    plan = room.free_bytes
    for number in range(times):
        spec = entry(names[number % len(names)])
        # The plan is made with all there is, the room with nothing.
        levels = loader._levels
        levels.setdefault(loader._key(spec), 0)
        room.free_bytes = lambda _: 0
        pixels(spec, loader, num_inference_steps=2)
        room.free_bytes = plan
        assert loader.names == [spec.name]
        print(resident_bytes(), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
