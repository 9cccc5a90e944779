"""`python -m bot score`: models compared over many prompts, by a CLIP score and by time.

`read_prompts` reads the file, `paint_all` has every model paint every prompt, `standings` is what
comes of it once the pictures are scored, and the rest says so: as CSV, as lines, as a grid.
"""

from ._attempt import Attempt, Scored, Scorer, with_scores
from ._grid import grids
from ._paint import Order, paint_all
from ._prompts import MOST_PROMPTS, read_prompts
from ._report import report, write_scores, write_summary
from ._standings import Standing, standings

__all__ = [
    "MOST_PROMPTS",
    "Attempt",
    "Order",
    "Scored",
    "Scorer",
    "Standing",
    "grids",
    "paint_all",
    "read_prompts",
    "report",
    "standings",
    "with_scores",
    "write_scores",
    "write_summary",
]
