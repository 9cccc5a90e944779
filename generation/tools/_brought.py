"""What came of a download."""

from collections.abc import Mapping
from typing import NamedTuple


class Brought(NamedTuple):
    """What is here now."""

    size: int  # of its weights, in bytes
    commits: Mapping[str, str]  # by repo of the hub
    #: What its entry left open: commits by repo, and the hash of a file by its address.
    resolved: Mapping[str, str]
