"""Every model paints every prompt, as `python -m bot generate` does, all with the same seed."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot.app import open_studio
from bot.database import Database
from bot.painting import Painter, PaintingFailed, Show, painting, stage
from bot.settings import Settings
from bot.studio import Studio
from generation.catalog import ModelSpec
from generation.errors import RequestRefused
from generation.events import JobEvent, JobProgress
from generation.executors.base import FailureKind
from generation.prompts import accepted
from generation.reading import read
from generation.request import remarks

from ._attempt import Attempt

#: After one of these a model is not tried with another prompt: each would fail as slowly.
_GIVEN_UP = {FailureKind.MODEL_UNAVAILABLE, FailureKind.DEVICE_UNAVAILABLE}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be compared."""

    models: Sequence[str]  # names of the catalog
    prompts: Sequence[str]
    seed: int
    folder: Path  # of all results; `pictures` in it has them by the prompt's number and the model

    @property
    def pictures(self) -> Path:
        """Where the pictures go."""
        return self.folder / "pictures"


async def paint_all(settings: Settings, order: Order) -> list[Attempt]:
    """All attempts, model by model. A model that fails keeps nothing from the others.

    Raises GenerationError, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="easel-") as folder:
        scratch = Path(folder)
        async with (
            Database.open(scratch) as database,
            open_studio(settings, database, scratch) as studio,
        ):
            specs = [studio.whole_catalog[name] for name in order.models]
            await asyncio.to_thread(order.pictures.mkdir, parents=True, exist_ok=True)
            with tqdm(total=len(specs) * len(order.prompts), unit="picture") as bar:
                async with painting(studio) as painter:
                    artist = _Artist(studio, painter, order, bar)
                    return [attempt for spec in specs for attempt in await artist.paint(spec)]


class _Artist:
    """Has the models paint, one after another."""

    def __init__(self, studio: Studio, painter: Painter, order: Order, bar: "tqdm[Any]") -> None:
        self._studio = studio
        self._painter = painter
        self._order = order
        self._bar = bar
        self._said: set[str] = set()

    async def paint(self, spec: ModelSpec) -> list[Attempt]:
        """What became of each prompt."""
        attempts: list[Attempt] = []
        failure = self._why_not(spec)
        for number, prompt in enumerate(self._order.prompts, 1):
            attempt = Attempt(number, prompt, spec.name, failure=failure)
            if failure is None:
                attempt, failure = await self._one(spec, attempt)
            if attempt.failure is not None and attempt.failure != failure:
                self._say(f"{spec.name}, prompt {number}: {attempt.failure}")
            attempts.append(attempt)
            self._bar.update()
        if failure is not None:
            self._say(f"{spec.name} is left out: {failure}")
        return attempts

    async def _one(self, spec: ModelSpec, attempt: Attempt) -> tuple[Attempt, str | None]:
        """The attempt with what came of it, and why no other is of use, if so."""
        self._bar.set_description(spec.name)
        try:
            request, said = read(
                *(self._studio.catalog, spec, attempt.prompt),
                model=spec.name,
                seed=self._order.seed,
            )
            for note in (*said, *remarks(spec, request)):
                self._say(f"{spec.name}: {note}")
            plain = accepted(request.prompt).plain
            attempt = replace(attempt, request=request, text=plain)
            job = await self._painter.paint(request, self._show(spec))
        except RequestRefused as refusal:
            return replace(attempt, failure=str(refusal)), None
        except PaintingFailed as error:
            message = str(error)
            is_over = error.kind in _GIVEN_UP
            return replace(attempt, failure=message), message if is_over else None
        for note in job.remarks:
            self._say(f"{spec.name}: {note}")
        assert job.picture is not None  # held by a CHECK of the table
        data = await self._studio.pictures.load(job.picture)
        file = self._order.pictures / f"{attempt.number:04}-{spec.name}.png"
        await asyncio.to_thread(file.write_bytes, data)
        await asyncio.to_thread(self._studio.pictures.delete, [job.picture.path])
        return replace(attempt, file=file, seconds=job.seconds), None

    def _why_not(self, spec: ModelSpec) -> str | None:
        """Why a model of the catalog is not offered on this host; None where it is."""
        if spec.name in self._studio.catalog:
            return None
        reason = self._studio.catalog.withheld[spec.name]
        return f"It is not painted here: {reason}. python -m bot doctor says what to do."

    def _show(self, spec: ModelSpec) -> Show:
        def show(event: JobEvent) -> None:
            if isinstance(event, JobProgress):
                self._bar.set_description(f"{spec.name}: step {event.step} of {event.steps}")
            elif said := stage(event):
                self._bar.set_description(f"{spec.name}: {said}")

        return show

    def _say(self, note: str) -> None:
        """Once each."""
        if note not in self._said:
            self._said.add(note)
            tqdm.write(note, file=sys.stderr)
