"""`python -m tests.soak`: the whole of it, with the counts printed."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.run import soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--worker-kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="easel-soak-") as folder:
        soaked = asyncio.run(
            soak(
                Path(folder),
                jobs=options.jobs,
                kills=options.kills,
                worker_kills=options.worker_kills,
                seed=options.seed,
                say=lambda line: print(line, flush=True),
            )
        )
    print("\n".join(soaked.lines()))
    return 1 if soaked.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
