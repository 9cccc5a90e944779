"""`python -m bot generate`: the same way as /imagine, without Discord, on a scratch database."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from bot.app import open_studio
from bot.database import Database
from bot.inputs import take
from bot.painting import painting, stage
from bot.settings import Settings
from bot.studio import Studio
from generation.errors import RequestRefused
from generation.events import JobEvent, JobProgress
from generation.job import Job
from generation.reading import read
from generation.request import GenerationRequest, remarks


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asked for; None where it left the choice to the model."""

    prompt: str
    out: Path
    model: str | None = None
    negative_prompt: str | None = None
    steps: int | None = None
    guidance: float | None = None
    seed: int | None = None
    size: str | None = None
    image: Path | None = None
    strength: float | None = None


async def generate(settings: Settings, order: Order) -> str:
    """Paint one picture into `order.out`; a sentence about it. Raises GenerationError, OSError."""
    _check_out(order.out)
    with tempfile.TemporaryDirectory(prefix="easel-") as folder:
        scratch = Path(folder)
        async with (
            Database.open(scratch) as database,
            open_studio(settings, database, scratch) as studio,
        ):
            request, said = await _request(studio, order)
            for note in (*said, *remarks(studio.catalog[request.model], request)):
                tqdm.write(note)
            painted = await _paint(studio, request)
            for note in painted.remarks:
                tqdm.write(note)
            assert painted.picture is not None  # held by a CHECK of the table
            data = await studio.pictures.load(painted.picture)
    await asyncio.to_thread(order.out.write_bytes, data)
    return f"{order.out}: {request.model}, seed {request.seed}"


def _check_out(out: Path) -> None:
    """Before anything is painted: a picture that can't be kept is lost."""
    if not out.parent.is_dir():
        raise RequestRefused("--out", f"There is no folder {out.parent}.", "Make it first.")
    if out.is_dir() or out.suffix.lower() != ".png":
        raise RequestRefused("--out", f"{out} is no PNG's name.", "Name a file that ends in .png.")


async def _request(studio: Studio, order: Order) -> tuple[GenerationRequest, Sequence[str]]:
    image = None
    if order.image is not None:
        image = await take(studio, await asyncio.to_thread(order.image.read_bytes))
    return read(
        studio.catalog,
        studio.default_model,
        order.prompt,
        model=order.model,
        negative_prompt=order.negative_prompt,
        steps=order.steps,
        guidance=order.guidance,
        seed=order.seed,
        size=order.size,
        image=image,
        strength=order.strength,
    )


async def _paint(studio: Studio, request: GenerationRequest) -> Job:
    """Paint it with a progress bar; the painted job."""
    with tqdm(total=request.steps_made, unit="step", leave=False) as progress:

        def show(event: JobEvent) -> None:
            if isinstance(event, JobProgress):
                progress.set_description("painting")
                progress.update(event.step - progress.n)
            elif said := stage(event):
                progress.set_description(said)

        async with painting(studio) as painter:
            return await painter.paint(request, show)
