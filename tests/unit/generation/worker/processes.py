"""Looking at processes from outside."""

import asyncio
from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether that process is there and no zombie: an orphan may wait for a lazy init."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


async def gone_within(seconds: float, pid: int) -> bool:
    """Whether that process ends in time."""
    try:
        async with asyncio.timeout(seconds):
            while is_running(pid):
                await asyncio.sleep(0.02)
    except TimeoutError:
        return False
    return True
