"""This host's own memory."""

from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def free_memory() -> int | None:
    """Bytes that the system says are available, or a container's limit leaves if that is less.

    None where the system does not say.
    """
    limits = [*_available(), *_left_by_limit()]
    return min(limits) if limits else None


def _available() -> list[int]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    except (OSError, ValueError):
        return []  # not on every system


def _left_by_limit() -> list[int]:
    try:
        limit = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        if limit == "max":
            return []
        used = int((_CGROUP / "memory.current").read_text(encoding="ascii"))
        return [max(0, int(limit) - used)]
    except (OSError, ValueError):
        return []
