"""`python -m bot doctor`: what this host has for Easel, what it lacks, and what to do about it.

Nothing is changed by looking: a bot that serves meanwhile is not disturbed. One module a subject,
each a function that takes the `Case` and returns findings; `examine` runs them side by side.
"""

from ._case import Case
from ._examination import examine
from ._finding import Area, Finding, State
from ._models import beyond
from ._report import as_json, as_table
from ._tool import ToolFailed
from ._views import Devices, ModelFiles

__all__ = [
    "Area",
    "Case",
    "Devices",
    "Finding",
    "ModelFiles",
    "State",
    "ToolFailed",
    "as_json",
    "as_table",
    "beyond",
    "examine",
]
