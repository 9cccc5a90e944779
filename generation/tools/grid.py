"""`python -m generation.tools.grid`: pictures of several models side by side.

Reads `{"file": PNG, "columns": [heading], "rows": [{"caption", "cells": [{"file" or null,
"caption", "best"}]}]}` from stdin and writes that PNG.
"""

import json
import sys
from pathlib import Path

from generation.imaging.grid import Cell, Row, draw


def main() -> int:
    """Draw what is ordered."""
    order = json.load(sys.stdin)
    rows = [
        Row(
            row["caption"],
            tuple(
                Cell(cell["caption"], Path(cell["file"]) if cell["file"] else None, cell["best"])
                for cell in row["cells"]
            ),
        )
        for row in order["rows"]
    ]
    try:
        draw(order["columns"], rows).save(order["file"], "PNG")
    except OSError as error:
        print(f"{order['file']} can't be drawn: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
