"""What is cancelled of which run: told by the channel's thread, asked by the one that paints."""

import threading

from generation.processes.frames import Frame


class Cancellations:
    """Parts of runs, by the runs' serial numbers, which only ever rise, and theirs in the batch."""

    def __init__(self) -> None:
        """None is cancelled."""
        self._parts: set[tuple[int, int]] = set()
        self._lock = threading.Lock()

    def take(self, frame: Frame) -> bool:
        """Whether the frame was one of ours; if so it is noted."""
        if frame.kind != "cancel":
            return False
        with self._lock:
            self._parts.add((frame.header["run"], frame.header["part"]))
        return True

    def __contains__(self, part: tuple[int, int]) -> bool:
        """Whether that part of that run is cancelled."""
        return part in self._parts

    def forget(self, run: int) -> None:
        """That run is over, and so are all before it."""
        with self._lock:
            self._parts = {part for part in self._parts if part[0] > run}
