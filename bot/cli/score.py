"""`python -m bot score`: compare models over many prompts, by CLIP score and by time."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import Settings

from ._exits import Exit, catching

if TYPE_CHECKING:
    from bot.scoring import Attempt, Order, Scorer

_CLIP = "openai/clip-vit-large-patch14"
_MOST_MODELS = 10  # columns of a grid


def add(commands: Any) -> None:
    """Its options."""
    score = commands.add_parser("score", help="compare models over many prompts")
    score.set_defaults(action=_score, quiet=True)
    score.add_argument(
        "--models", required=True, metavar="A,B", help="which models, with commas between"
    )
    score.add_argument(
        "--prompts", required=True, type=Path, metavar="FILE", help="one prompt a line, # comments"
    )
    score.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="a new folder for the results (default: score- and the time)",
    )
    score.add_argument("--seed", type=int, default=0, metavar="N", help="of all pictures (0)")
    score.add_argument(
        "--clip", default=_CLIP, metavar="REPO", help=f"what scores (default: {_CLIP})"
    )


def _score(settings: Settings, options: argparse.Namespace) -> int:
    async def score() -> int:
        return await _compare(settings, options)

    return catching(score)


async def _compare(settings: Settings, options: argparse.Namespace) -> int:
    from bot.scoring import Order, Scorer, paint_all, read_prompts, with_scores

    from ._models_files import require_local
    from ._tools import ask_tool

    require_local(settings, "Pictures can't be scored")
    prompts, models = read_prompts(options.prompts), _models(settings, options.models)
    order = Order(models, prompts, _seed(options.seed), _folder(options.out))
    clip = _clip(settings, options.clip)
    # First of all: what is wrong with it must not come out after hours of painting.
    ready = ask_tool(settings, "score", clip)
    if ready is None:
        return Exit.ERROR
    scorer = Scorer(options.clip, ready[0]["commit"], ready[0]["limit"])
    _keep(settings, scorer)
    attempts = await paint_all(settings, order)
    pictures = [each.order() for each in attempts if each.file is not None]
    answer = None
    if pictures:
        pinned = {**clip, "revision": scorer.commit, "pictures": pictures}
        answer = ask_tool(settings, "score", pinned)
    if answer is not None:
        attempts = with_scores(attempts, answer[1:])
    is_drawn = _write(settings, order, attempts, scorer)
    return Exit.OK if answer is not None and is_drawn else Exit.ERROR


def _write(
    settings: Settings, order: "Order", attempts: "Sequence[Attempt]", scorer: "Scorer"
) -> bool:
    """Put all results into the folder and on the terminal; whether all could be drawn."""
    from bot.scoring import grids, report, standings, write_scores, write_summary

    from ._tools import run_tool

    found = standings(attempts)
    write_scores(order.folder / "scores.csv", attempts, scorer)
    write_summary(order.folder / "summary.csv", found, scorer)
    pages = grids(order.folder, attempts, found)
    codes = [run_tool(settings, "grid", page) for page in pages]
    print(*report(attempts, found, scorer, order.seed), sep="\n")
    drawn = ", ".join(Path(page["file"]).name for page in pages)
    print(f"In {order.folder}: scores.csv, summary.csv, {drawn} and pictures/")
    return not any(codes)


def _models(settings: Settings, given: str) -> list[str]:
    """The names of entries, each once."""
    from generation.catalog import Catalog

    catalog = Catalog.load(settings.data_dir / "models.toml")
    wanted = [name for name in given.split(",") if name.strip()]
    names = list(dict.fromkeys(catalog.find(name).name for name in wanted))
    if not 1 <= len(names) <= _MOST_MODELS:
        raise _refused(
            "--models",
            f"It names {len(names)} models; 1 to {_MOST_MODELS} can be compared.",
            "Name them with commas between: --models demo,sdxl-turbo.",
        )
    return names


def _seed(given: int) -> int:
    from generation.request import SEED_LIMIT

    if not 0 <= given <= SEED_LIMIT:
        raise _refused(
            "--seed", f"It is a whole number from 0 to {SEED_LIMIT}.", "Leave it out for 0."
        )
    return given


def _folder(given: Path | None) -> Path:
    """A new or empty folder; what is in another is not written over."""
    folder = given or Path(time.strftime("score-%Y%m%d-%H%M%S"))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise _refused("--out", f"{folder} is there already.", "Name a new or an empty folder.")
    return folder


def _clip(settings: Settings, given: str) -> dict[str, Any]:
    """What the scoring program is told of the model that scores."""
    from generation.catalog import Source
    from generation.revisions import Revisions

    try:
        source = Source(repo=given)
    except ValueError as error:
        raise _refused(
            "--clip",
            f"“{given[:60]}” is no repo of Hugging Face, and no folder's path.",
            f"Give one as {_CLIP}, or a path that begins with ./ or /.",
        ) from error
    try:
        revision = None if source.is_folder else Revisions(_lock(settings))[given]
    except KeyError:
        revision = None
    device = settings.device.split(",")[0]
    return {"clip": given, "revision": revision, "device": device, "pictures": []}


def _keep(settings: Settings, scorer: "Scorer") -> None:
    """Have later scores made by the same weights, where there is a data folder to say so."""
    from generation.revisions import Revisions

    if scorer.commit is not None and settings.data_dir.is_dir():
        Revisions(_lock(settings)).record({scorer.name: scorer.commit})


def _lock(settings: Settings) -> Path:
    return settings.data_dir / "models.lock"


def _refused(field: str, limit: str, remedy: str) -> Exception:
    from generation.errors import RequestRefused

    return RequestRefused(field, limit, remedy)
