"""Runs the benchmarks, prints a table and keeps the figures under benchmarks/results/."""

import asyncio
import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import acknowledgement
from generation.worker.cores import usable_cores

RESULTS = Path(__file__).with_name("results")


def main() -> None:
    """Run all."""
    figures = asyncio.run(acknowledgement.run())
    print(acknowledgement.table(figures))
    RESULTS.mkdir(exist_ok=True)
    day = datetime.now(UTC).date().isoformat()
    document = {
        "date": day,
        "machine": f"{platform.machine()}, {usable_cores()} cores, no GPU",
        "python": sys.version.split()[0],
        "command": "make bench",
        "acknowledgement": figures,
    }
    path = RESULTS / f"{day}-acknowledgement.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"Kept in {path.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
