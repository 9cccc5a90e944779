"""`python -m generation.tools.check`: whether the files of models that are here are whole.

Reads `{"models": [entries of the catalog]}` from stdin. Writes a line of JSON for each entry: its
`name`, how many `files` were looked at, their `size` in bytes, and the `problems`, each with `what`
is wrong, the `remedy`, and `is_missing` where something is not here. Nothing is asked of the hub.
"""

import json
import os
import signal
import sys

from tqdm import tqdm

from generation.catalog import ModelSpec
from generation.tools._begin import read_order


def main() -> None:
    """Look at all of them, which takes seconds for each gigabyte."""
    order = read_order()
    os.environ["HF_HUB_OFFLINE"] = "1"
    from generation.worker.soundness import examine

    for entry in tqdm(order["models"], desc="checking", unit="model", leave=False, delay=0.5):
        spec = ModelSpec.model_validate(entry)
        found = examine(spec)
        problems = [
            {"what": each.what, "remedy": each.remedy, "is_missing": each.is_missing}
            for each in found.problems
        ]
        line = {"name": spec.name, "files": found.files, "size": found.size, "problems": problems}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
