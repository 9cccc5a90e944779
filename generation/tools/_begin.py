"""How a program that deals with the hub begins."""

import json
import logging
import os
import sys
from collections.abc import Mapping
from typing import Any


def read_order() -> Mapping[str, Any]:
    """What stdin says is to be done. Called before anything imports huggingface_hub."""
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"  # ours says more
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    return json.load(sys.stdin)
