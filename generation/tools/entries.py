"""`python -m generation.tools.entries`: what entries say of diffusers' classes that can't be so.

Reads `{"models": [local entries of the catalog]}` from stdin. Writes a line of JSON for each: its
`name`, `what` is wrong, in one sentence without its end (empty: nothing), and the `remedy`. The
hub is not asked, and no weights are needed.
"""

import json
import os

from generation.catalog import ModelSpec
from generation.tools._begin import read_order


def main() -> None:
    """Look at all of them."""
    order = read_order()
    os.environ["HF_HUB_OFFLINE"] = "1"
    from generation.worker.soundness import mistaken

    for entry in order["models"]:
        spec = ModelSpec.model_validate(entry)
        problems = mistaken(spec)
        what = "; ".join(problem.what for problem in problems)
        remedy = problems[0].remedy if problems else ""
        print(json.dumps({"name": spec.name, "what": what, "remedy": remedy}), flush=True)


if __name__ == "__main__":
    main()
