"""Models that come and go leave nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_after_twenty_switches_the_memory_is_what_it_was() -> None:
    """Counted from when each of the five was there once: libraries keep what they imported."""
    command = (sys.executable, "-m", "tests.unit.generation.worker.switches", "25")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert run.returncode == 0, run.stderr
    taken = [int(line) for line in run.stdout.split()]
    assert len(taken) == 25
    assert taken[-1] < 1.05 * taken[4], taken
