"""Scores and standings for people: on the terminal and as CSV."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from generation.request import GenerationRequest

from ._attempt import Attempt, Scorer
from ._standings import Standing

_NOTHING = "–"


def report(
    attempts: Sequence[Attempt], found: Sequence[Standing], scorer: Scorer, seed: int
) -> list[str]:
    """The lines of the terminal: what was compared, a row a model, what went wrong."""
    prompts = len({each.number for each in attempts})
    lines = [f"CLIP score by {scorer}; prompts: {prompts}, seed {seed}", *_table(found)]
    cut = {each.number for each in attempts if each.scored is not None and each.scored.cut}
    if cut:
        lines.append(
            f"CLIP reads {scorer.limit} tokens: of {len(cut)} of the {prompts} prompts it did not"
            " read the end."
        )
    for each in found:
        failures = [a.failure for a in attempts if a.model == each.model and a.failure]
        if failures:
            lines.append(f"{each.model}: {len(failures)} of {each.asked} failed. {failures[0]}")
    return lines


def write_scores(path: Path, attempts: Iterable[Attempt], scorer: Scorer) -> None:
    """A line a picture. Raises OSError."""
    _write(
        path,
        *("prompt_number", "prompt", "model", "seed", "steps", "guidance", "width", "height"),
        *("seconds", "clip_score", "tokens_not_read", "picture", "failure", "clip"),
        rows=[_row(each, scorer, path.parent) for each in attempts],
    )


def write_summary(path: Path, found: Iterable[Standing], scorer: Scorer) -> None:
    """A line a model. Raises OSError."""
    _write(
        path,
        *("model", "prompts", "pictures", "mean", "median", "win_rate", "seconds_a_picture"),
        "clip",
        rows=[
            (
                *(each.model, each.asked, each.painted, each.mean, each.median, each.wins),
                *(each.seconds, scorer),
            )
            for each in found
        ],
    )


def _row(each: Attempt, scorer: Scorer, folder: Path) -> tuple[object, ...]:
    scored = each.scored
    return (
        *(each.number, each.prompt, each.model),
        *_asked(each.request),
        each.seconds,
        scored.value if scored else None,
        scored.cut if scored else None,
        each.file.relative_to(folder).as_posix() if each.file else None,
        each.failure,
        scorer,
    )


def _asked(request: GenerationRequest | None) -> tuple[object, ...]:
    if request is None:
        return (None,) * 5
    return (
        *(request.seed, request.num_inference_steps, request.guidance_scale),
        *(request.width, request.height),
    )


def _write(path: Path, *columns: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _table(found: Iterable[Standing]) -> list[str]:
    cells = [("model", "pictures", "mean", "median", "wins", "s a picture")]
    cells += [
        (
            each.model,
            f"{each.painted} of {each.asked}",
            _number(each.mean, ".2f"),
            _number(each.median, ".2f"),
            _number(each.wins, ".0%"),
            _number(each.seconds, ".2f"),
        )
        for each in found
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join((first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])))
        for first, *rest in cells
    ]


def _number(value: float | None, how: str) -> str:
    return _NOTHING if value is None else format(value, how)
