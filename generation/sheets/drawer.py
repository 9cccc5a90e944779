"""Puts the parts of a job together: what stands under each, and the picture of them all."""

import asyncio
import logging
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from generation.catalog import Catalog
from generation.executors.base import Failed, FailureKind, Finished, Picture
from generation.imaging.process import ImagingProcess, PictureRefused, SheetCell, Tile
from generation.imaging.sizes import columns_of, side
from generation.job import Job
from generation.pictures import PictureStore, StoredPicture
from generation.prompts import accepted
from generation.ranges import plain
from generation.recipe import easel_version
from generation.request import GenerationRequest
from generation.scorer import Scorer
from generation.sheets.plan import label
from generation.sheets.scores import Scores
from generation.sheets.store import PartResult, PartStatus, PartStore
from generation.storage import until_written

log = logging.getLogger(__name__)

_LOST = "The host's disk has lost this picture."
_UNREAD = "Painted, but the host's disk does not give it out just now: /show brings it later."
_CANCELLED = "Cancelled before it was painted."
_UNDRAWN = (
    "The pictures are painted, but they can't be put together just now. /show with the number of"
    " a part brings each of them."
)
#: How long a sheet waits for a disk that does not give a picture out (seconds).
_PATIENCE_S = 600.0


class Drawer:
    """Draws sheets, and has their parts scored."""

    def __init__(
        self,
        catalog: Catalog,
        pictures: PictureStore,
        parts: PartStore,
        imaging: ImagingProcess,
        scorer: Scorer | None,
    ) -> None:
        """`scorer`: None where this host has nothing to score with."""
        self._catalog = catalog
        self._pictures = pictures
        self.parts = parts
        self._imaging = imaging
        self._scorer = scorer

    def scoring(self, job: Job, results: Mapping[int, PartResult]) -> Scores:
        """Scores for the parts of a job: at once for those that are painted already."""
        scores = Scores(job, self._scorer, self.parts, self._pictures)
        for result in results.values():
            scores.begin(result)
        return scores

    async def draw(
        self, job: Job, results: Mapping[int, PartResult], *, cut_short: bool
    ) -> Finished | Failed:
        """All parts that are painted, and gaps for the others; `cut_short`: it was cancelled."""
        columns = columns_of(len(job.request.parts), is_row=job.request.varied != "model")
        cells: list[SheetCell] = []
        recipes: list[Mapping[str, Any]] = []
        try:
            for number, part in enumerate(job.request.parts, start=1):
                result = results.get(number)
                tile, reason = await self._tile(job.id, result, side(columns))
                if tile is not None:
                    recipes.append(tile.recipe)
                heading = f"{number}. {label(self._catalog, job.request.varied, part.request)}"
                cells.append(SheetCell(heading, caption(result), tile, reason))
            footer = self._footer(job.request, results)
            made = sheet_recipe(job.request, recipes)
            prompt = accepted(job.request.prompt).plain
            drawn = await self._imaging.sheet(prompt, footer, cells, columns, made)
        except PictureRefused as error:
            return Failed(FailureKind.INTERNAL, _UNDRAWN, f"the sheet can't be drawn: {error}")
        painted = [each for each in results.values() if each.status is PartStatus.PAINTED]
        return Finished(
            Picture(
                data=drawn.png,
                width=drawn.width,
                height=drawn.height,
                pixels=drawn.pixels,
                seconds=sum(each.seconds or 0.0 for each in painted),
                revision=None,
                device=", ".join(dict.fromkeys(each.device or "" for each in painted)),
                commits=dict(ChainMap(*(dict(each.commits) for each in painted))),
                remarks=tuple(dict.fromkeys(self._remarks(job, results, cut_short=cut_short))),
                **_worst(painted),
            )
        )

    async def _tile(
        self, job_id: int, result: PartResult | None, longest: int
    ) -> tuple[Tile | None, str]:
        """A part's picture, or why there is none."""
        if result is None or result.status is PartStatus.DIED:
            return None, _CANCELLED
        if result.status is PartStatus.FAILED:
            return None, result.notice or ""
        if result.picture is None:
            return None, _LOST
        try:
            async with asyncio.timeout(_PATIENCE_S):
                png = await until_written(job_id, partial(self._load, result.picture))
        except TimeoutError:
            return None, _UNREAD
        if png is None:
            return None, _LOST
        try:
            return await self._imaging.tile(png, longest), ""
        except PictureRefused as error:
            log.info("A part is looked at once more: %s", error)  # by a new process
        return await self._imaging.tile(png, longest), ""

    async def _load(self, picture: StoredPicture) -> bytes | None:
        """None where it is gone; what else the disk says may pass. Raises OSError."""
        try:
            return await self._pictures.load(picture)
        except (FileNotFoundError, ValueError) as error:
            log.error("A part is lost: %s", error)
            return None

    def _footer(self, request: GenerationRequest, results: Mapping[int, PartResult]) -> str:
        """What all have in common, and who scored them."""
        clips = dict.fromkeys(each.clip for each in results.values() if each.clip)
        pieces = [*common(self._catalog, request), *(f"CLIP score by {clip}" for clip in clips)]
        return " · ".join(pieces)

    def _remarks(
        self, job: Job, results: Mapping[int, PartResult], *, cut_short: bool
    ) -> Iterator[str]:
        painted = [each for each in results.values() if each.status is PartStatus.PAINTED]
        if cut_short:
            count = len(job.request.parts)
            yield f"Cancelled after {len(painted)} of {count} pictures; those are kept."
        for number, result in results.items():
            yield from result.remarks
            if result.status is PartStatus.FAILED:
                part = job.request.parts[number - 1].request
                name = label(self._catalog, job.request.varied, part)
                yield f"{number} ({name}) is missing: {result.notice}"
        if self._scorer is not None and not any(each.clip for each in painted):
            yield from self._scorer.notes


def common(catalog: Catalog, request: GenerationRequest) -> Iterator[str]:
    """What all parts have in common, beside their words."""
    parts = [part.request for part in request.parts]

    def same(name: str) -> bool:
        return len({getattr(part, name) for part in parts}) == 1

    if same("model"):
        yield label(catalog, "model", request)
    if same("seed"):
        yield f"seed {request.seed}"
    if same("num_inference_steps"):
        yield label(catalog, "steps", request)
    if same("guidance_scale"):
        yield f"guidance {plain(request.guidance_scale)}"
    if same("strength") and request.strength is not None:
        yield f"strength {plain(request.strength)}, from a picture"
    if same("width") and same("height"):
        yield f"{request.width}x{request.height}"


def caption(result: PartResult | None) -> str:
    """What stands under a part's picture: 0.84 s · CLIP 27.3."""
    if result is None or result.status is not PartStatus.PAINTED:
        return ""
    pieces = [] if result.seconds is None else [_seconds(result.seconds)]
    if result.clip_score is not None:
        pieces.append(f"CLIP {result.clip_score:.1f}")
    return " · ".join(pieces)


def sheet_recipe(
    request: GenerationRequest, recipes: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The recipe of a sheet: what its parts have in common, and of each what differs."""
    first = recipes[0] if recipes else {}
    common = {
        key: value
        for key, value in first.items()
        if all(key in each and each[key] == value for each in recipes)
    }
    models = dict.fromkeys(str(each.get("model")) for each in recipes)
    return {
        "software": f"Easel {easel_version()}",
        "prompt": request.prompt,
        **common,
        "model": ", ".join(models),
        "parts": [
            {key: each[key] for key in each if key not in common or key in ("width", "height")}
            for each in recipes
        ],
    }


def _worst(painted: Sequence[PartResult]) -> dict[str, Any]:
    """What the classifier says of a sheet: the same as of its most unsafe part."""
    screened = [each for each in painted if each.unsafe is not None]
    if not screened:
        return {}
    worst = max(screened, key=lambda each: each.unsafe or 0.0)
    return {"unsafe": worst.unsafe, "screened_by": worst.screened_by}


def _seconds(value: float) -> str:
    if value < 10:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    return f"{round(value) // 60} min {round(value) % 60} s"
