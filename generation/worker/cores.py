"""How many cores of the host this process may use. Imports no torch."""

import os


def usable_cores() -> int:
    """The cores it is bound to, where the system tells (Linux); else all there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
