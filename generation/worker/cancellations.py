"""Which runs are cancelled: told by the channel's thread, asked by the one that paints."""

import threading

from generation.frames import Frame


class Cancellations:
    """Serial numbers of runs; they only ever rise."""

    def __init__(self) -> None:
        """None is cancelled."""
        self._runs: set[int] = set()
        self._lock = threading.Lock()

    def take(self, frame: Frame) -> bool:
        """Whether the frame was one of ours; if so it is noted."""
        if frame.kind != "cancel":
            return False
        with self._lock:
            self._runs.add(frame.header["run"])
        return True

    def __contains__(self, run: int) -> bool:
        """Whether that run is cancelled."""
        return run in self._runs

    def forget(self, run: int) -> None:
        """That run is over, and so are all before it."""
        with self._lock:
            self._runs = {other for other in self._runs if other > run}
