"""`python -m tests.unit.generation.worker.switches FD DEVICE` is a worker on a crowded device.

All is as in any other worker, but that no two models fit beside each other: each has to leave for
the next.
"""

import sys

from generation.worker import room

_PLENTY = 100 * 1024**3


def main(descriptor: int, device: str) -> None:
    from generation.worker.__main__ import main as work

    # A model alone has room for all of it; while another is there, it has none.
    room.taken_bytes = lambda _device, _pipelines: _PLENTY
    room.free_bytes = lambda _device: 0
    work(descriptor, device)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
