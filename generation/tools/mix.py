"""`python -m generation.tools.mix`: mix models into one.

Reads `{"order": a MixOrder, "folder": where the pipeline is written, "work": a folder for what is
only needed meanwhile}` from stdin. Why it can't be done goes to stderr, where progress is drawn,
too. Exit code 1 where it could not be done, 130 where it was interrupted.
"""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generation.mixing import MixOrder, MixRefused
from generation.tools._begin import read_order


def main() -> int:
    """Mix; the exit code."""
    try:
        return _mix(read_order())
    except KeyboardInterrupt:
        print("Interrupted. Nothing was changed.", file=sys.stderr)
        return 128 + signal.SIGINT


def _mix(given: Mapping[str, Any]) -> int:
    from generation.tools._mixer import mix
    from generation.worker import hub, libraries
    from generation.worker.load_errors import LoadError

    hub.limit_patience()
    libraries.tame()
    try:
        mix(MixOrder.model_validate(given["order"]), Path(given["folder"]), Path(given["work"]))
    except (MixRefused, LoadError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
