"""This host's own memory, and whether it has a driver of NVIDIA's."""

from collections.abc import Iterator
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_OWN_GROUP = Path("/proc/self/cgroup")
_OF_FILES = ("active_file ", "inactive_file ")


def has_nvidia_driver() -> bool:
    """Whether the system shows a GPU of NVIDIA's, whatever torch makes of it."""
    return any(Path(path).exists() for path in ("/proc/driver/nvidia/version", "/dev/nvidiactl"))


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
    """What each of the groups that this process is in leaves it: a container, a service."""
    return [left for group in _groups() if (left := _left_of(group)) is not None]


def _groups() -> Iterator[Path]:
    """From the outermost one on; in a container that is mostly the only one to be seen."""
    yield _CGROUP
    try:
        lines = _OWN_GROUP.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    path = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), "")
    group = _CGROUP
    for name in Path(path).parts:
        group /= name
        yield group


def _left_of(group: Path) -> int | None:
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        if limit == "max":
            return None
        used = int((group / "memory.current").read_text(encoding="ascii"))
        return max(0, int(limit) - max(0, used - _cached(group)))
    except (OSError, ValueError):
        return None


def _cached(group: Path) -> int:
    """Bytes of files that were read or written: counted as used, and given up when asked for."""
    try:
        lines = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(_OF_FILES))
    except (OSError, ValueError):
        return 0
