"""A CLIP model's files: brought here, or found where they are already. Imports no torch."""

import json
from collections.abc import Collection
from pathlib import Path

from tqdm import tqdm

from generation.catalog import ModelSpec, Source
from generation.worker import fetch, selection
from generation.worker.load_errors import LoadError
from generation.worker.watching import Progress


def bring(source: Source) -> Path:
    """The folder that holds a CLIP model; what is missing is downloaded, with a bar.

    Raises LoadError.
    """
    spec = _stand_in(source)
    plan = fetch.plan(source, _choose, spec)
    fetch.check_space([plan], spec)
    with tqdm(
        total=plan.size, unit="B", unit_scale=True, desc=source.repo, disable=plan.is_complete
    ) as bar:

        def watch(here: int, _: int) -> None:
            bar.update(here - bar.n)

        folder = fetch.bring(plan, spec, Progress(plan.size, watch))
    _check(folder)
    return folder


def find(source: Source) -> Path | None:
    """The folder that holds a CLIP model, without asking the hub; None where it lacks something.

    Raises LoadError where what is there is none.
    """
    if source.is_folder:
        try:
            folder = fetch.plan(source, _choose, _stand_in(source)).folder
        except OSError:
            return None
    else:
        found = fetch.cached(source, _choose)
        if found is None:
            return None
        folder = found.folder
    _check(folder)
    return folder


def _stand_in(source: Source) -> ModelSpec:
    """What stands for it in the messages about downloads."""
    return ModelSpec.model_construct(
        name="clip", title=source.repo, repo=source.repo, revision=source.revision
    )


def _choose(names: Collection[str]) -> set[str]:
    chosen = selection.of_folder(names, None, None)
    # The tokenizer's files, and how pictures are prepared.
    chosen |= {name for name in names if "/" not in name and name.endswith((".json", ".txt"))}
    there = chosen.intersection(names)  # what lacks is chosen, too
    if "config.json" not in there or not selection.weights_of(there):
        raise LoadError(
            "It is no model in the safetensors format, the only one Easel loads:"
            " config.json and model.safetensors have to be there."
        )
    return chosen


def _check(folder: Path) -> None:
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    except (OSError, ValueError, KeyError, TypeError):
        kind = None
    if kind != "clip":
        raise LoadError(f"It is no CLIP model: its config.json says {kind or 'nothing'}.")
