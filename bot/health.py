"""The sign of life: a file in the data folder, renewed while the bot serves.

`python -m bot health` reads it.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

INTERVAL_S = 10.0
STALE_AFTER_S = 60.0
_LOOK_S = 0.5  # between two looks whether the bot serves

_FILE = "health.json"


class Heartbeat:
    """Renews the file for as long as the bot is ready to serve."""

    def __init__(self, data_dir: Path, report: Callable[[], dict[str, Any] | None]) -> None:
        """`report` gives what to write, or None while the bot does not serve."""
        self._path = data_dir / _FILE
        self._report = report

    async def run(self) -> None:
        """Renew until cancelled. Where the bot does not serve, and at the end, there is no file."""
        renewed_at: float | None = None
        try:
            while True:
                report = self._report()
                now = time.monotonic()
                if report is None:
                    if renewed_at is not None:
                        log.info("The sign of life is taken away: the bot does not serve")
                        await asyncio.to_thread(self._remove)
                    renewed_at = None
                elif renewed_at is None or now - renewed_at >= INTERVAL_S:
                    renewed_at = now
                    await asyncio.to_thread(self._renew, report)
                await asyncio.sleep(_LOOK_S)
        finally:
            self._remove()

    def _remove(self) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _renew(self, report: dict[str, Any]) -> None:
        try:
            _write(self._path, report)
        except OSError as error:
            # A full disk, say. The bot can do without; whoever asks for its health is told "no".
            log.warning("The sign of life can't be written: %s", error)


def read_sign(data_dir: Path) -> dict[str, Any] | None:
    """What the sign of life in that data folder says, however old; None where there is none."""
    try:
        report = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
        return {**report, "at": float(report["at"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check(data_dir: Path) -> tuple[bool, str]:
    """Whether a bot serves from that data folder, and a sentence about it."""
    report = read_sign(data_dir)
    if report is None:
        return False, f"No bot serves from {data_dir}."
    age = time.time() - report["at"]
    if age > STALE_AFTER_S:
        return False, f"The bot gave its last sign of life {age:.0f} s ago."
    if report.get("calls_paused"):
        return True, "The bot serves, but makes no calls for a while: Discord refused too many."
    return True, f"The bot serves: {report['waiting']} waiting, on {report['device']}."


def _write(path: Path, report: dict[str, Any]) -> None:
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps({"at": time.time(), **report}), encoding="utf-8")
    temporary.replace(path)
