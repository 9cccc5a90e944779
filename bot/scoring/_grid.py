"""What the drawing program is told: pages of prompts × models."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ._attempt import Attempt
from ._standings import Standing, best_of

#: Rows of a page: a picture of a thousand would open nowhere.
_ROWS = 20


def grids(
    folder: Path, attempts: Sequence[Attempt], found: Sequence[Standing]
) -> list[dict[str, Any]]:
    """The orders for the pages, which are called grid-1.png and so on."""
    best = best_of(attempts)
    columns = [_heading(each) for each in found]
    by_prompt: dict[int, list[Attempt]] = {}
    for each in attempts:
        by_prompt.setdefault(each.number, []).append(each)
    rows = [
        {
            "caption": f"{number}. {tried[0].prompt}",
            "cells": [_cell(each, each.model in best.get(number, ())) for each in tried],
        }
        for number, tried in sorted(by_prompt.items())
    ]
    return [
        {
            "file": str(folder / f"grid-{page}.png"),
            "columns": columns,
            "rows": rows[first : first + _ROWS],
        }
        for page, first in enumerate(range(0, len(rows), _ROWS), 1)
    ]


def _heading(standing: Standing) -> str:
    if standing.mean is None:
        return f"{standing.model} · no picture"
    return f"{standing.model} · mean {standing.mean:.2f}"


def _cell(attempt: Attempt, is_best: bool) -> dict[str, Any]:
    if attempt.file is None:
        return {"file": None, "caption": attempt.failure or "no picture", "best": False}
    told = [f"{attempt.scored.value:.2f}"] if attempt.scored else []
    told += [f"{attempt.seconds:.2f} s"] if attempt.seconds is not None else []
    return {"file": str(attempt.file), "caption": " · ".join(told), "best": is_best}
