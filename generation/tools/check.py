"""`python -m generation.tools.check`: whether the files of models that are here are whole.

Reads `{"models": [entries of the catalog], "loras": [as generation.lora_files writes them],
"tools": [the catalog's tools]}` from stdin. Writes a line of JSON for each: its `name`, how many
`files` were looked at, their `size` in bytes, the `problems`, each with `what` is wrong, the
`remedy`, and `is_missing` where something is not here, and `unfinished`, the bytes by repo that
cut-off downloads left. Nothing is asked of the hub. Tools that are a single file are opened, and
tried.
"""

import json
import os
import signal
import sys

from tqdm import tqdm

from generation.tools._begin import read_order


def main() -> None:
    """Look at all of them, which takes seconds for each gigabyte."""
    order = read_order()
    os.environ["HF_HUB_OFFLINE"] = "1"
    from generation.tools._items import read_items
    from generation.tools._unfinished import unfinished

    items = read_items(order)
    for item in tqdm(items, desc="checking", unit="model", leave=False, delay=0.5):
        found = item.examine()
        problems = [
            {"what": each.what, "remedy": each.remedy, "is_missing": each.is_missing}
            for each in (*found.problems, *item.mistakes(found))
        ]
        left = {repo: sum(unfinished(repo).values()) for repo in item.repos}
        line = {
            "name": item.spec.name,
            "files": found.files,
            "size": found.size,
            "problems": problems,
            "unfinished": {repo: size for repo, size in left.items() if size},
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
