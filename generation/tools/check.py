"""`python -m generation.tools.check`: whether the files of models that are here are whole.

Reads `{"models": [entries of the catalog], "tools": [its tools]}` from stdin. Writes a line of JSON
for each: its `name`, how many `files` were looked at, their `size` in bytes, and the `problems`,
each with `what` is wrong, the `remedy`, and `is_missing` where something is not here. Nothing is
asked of the hub. Tools that are a single file are opened, and tried.
"""

import json
import os
import signal
import sys

from tqdm import tqdm

from generation.catalog import ModelSpec, ToolSpec
from generation.tools._begin import read_order


def main() -> None:
    """Look at all of them, which takes seconds for each gigabyte."""
    order = read_order()
    os.environ["HF_HUB_OFFLINE"] = "1"
    from generation.worker.soundness import Soundness, examine, examine_tool
    from generation.worker.trial import try_out

    def look(spec: ModelSpec | ToolSpec) -> Soundness:
        if isinstance(spec, ModelSpec):
            return examine(spec)
        if spec.pipeline is not None:
            return examine(spec.as_model())
        found = examine_tool(spec)
        return found if found.problems else try_out(spec, found)

    specs: list[ModelSpec | ToolSpec] = [ModelSpec.model_validate(each) for each in order["models"]]
    specs += [ToolSpec.model_validate(each) for each in order.get("tools", ())]
    for spec in tqdm(specs, desc="checking", unit="model", leave=False, delay=0.5):
        found = look(spec)
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
