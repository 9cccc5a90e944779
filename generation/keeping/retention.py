"""How long pictures are kept: by age, by size, and files that nothing names not at all."""

import asyncio
import logging
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass

from generation.inputs.retention import InputRetention, Needs
from generation.keeping.kept import KeptPicture, KeptPictures
from generation.pictures import PictureStore, owner_of
from generation.storage import STORAGE_ERRORS, remedied

log = logging.getLogger(__name__)

_INTERVAL_S = 3600.0
_TOKENS_INTERVAL_S = 60.0
#: A file that no row names yet may be one whose row is just being written.
_ORPHAN_AGE_S = 3600.0
_DAY_S = 24 * 3600.0
#: Discord forgets an interaction's token then.
_TOKEN_LIFE_S = 15 * 60.0

#: As PictureStore.files tells them.
_Files = Mapping[str, tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Keep:
    """What is kept; None: without end."""

    days: float | None = None
    size: int | None = None  # bytes of all pictures together, those too that were brought along


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep took away."""

    too_old: int = 0
    too_many: int = 0
    orphans: int = 0


class Retention:
    """Sweeps pictures and dead tokens away now and then. Recipes stay."""

    def __init__(
        self,
        kept: KeptPictures,
        pictures: PictureStore,
        inputs: InputRetention,
        keep: Keep,
        now: Callable[[], float] = time.time,
        also: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """`now` gives seconds since the epoch; `also`: what else is swept each time."""
        self._also = also
        self._kept = kept
        self._pictures = pictures
        self._inputs = inputs
        self._keep = keep
        self._now = now

    async def run(self) -> None:
        """Sweep at once and then every hour, dead tokens every minute, until cancelled."""
        while True:
            try:
                swept = await self.sweep()
            except STORAGE_ERRORS as error:
                # The next sweep makes it good; the bot goes on.
                log.error("Old pictures could not be swept: %s", remedied(error))
            except Exception:
                log.exception("Old pictures could not be swept")
            else:
                if swept != Swept():
                    log.info("Swept %s", swept)
            for _ in range(round(_INTERVAL_S / _TOKENS_INTERVAL_S)):
                await asyncio.sleep(_TOKENS_INTERVAL_S)
                await self._forget_tokens()

    async def _forget_tokens(self) -> None:
        try:
            await self._kept.forget_tokens(self._now() - _TOKEN_LIFE_S)
        except STORAGE_ERRORS as error:
            log.error("Dead tokens could not be removed yet: %s", remedied(error))
        except Exception:
            log.exception("Dead tokens could not be removed")

    async def sweep(self) -> Swept:
        """Take away what is not kept any more. Raises OSError and the database's errors.

        There may be a hundred thousand pictures: nothing here holds the event loop for long.
        """
        await self._kept.forget_tokens(self._now() - _TOKEN_LIFE_S)
        for sweep in self._also:
            await sweep()
        # What a kill, or a full disk, left of what was cancelled, and what earlier versions did.
        await self._release(await self._kept.of_cancelled())
        needs = await self._inputs.needs()
        unfinished = await self._kept.unfinished()  # before the look at the files
        files = await asyncio.to_thread(self._pictures.files)
        size, too_old = needs.size, 0
        unnamed = dict(files)
        async for page in self._pages():
            for picture in page:
                unnamed.pop(picture.path, None)
            ended = [picture for picture in page if picture.ended]
            old = [picture for picture in ended if self._too_old(picture)]
            await self._release(old)
            too_old += len(old)
            size += _size(ended, files) - _size(old, files)
            size -= sum(needs.release(picture.job_id) for picture in old)
        too_many = await self._release_excess(size, files, needs)
        orphans = await asyncio.to_thread(self._delete_orphans, unnamed, unfinished)
        orphans += await self._inputs.sweep(needs)
        return Swept(too_old, too_many, orphans)

    async def _pages(self) -> AsyncIterator[Sequence[KeptPicture]]:
        """All pictures that a row names, the oldest jobs' first, some at a time."""
        last = (0, 0)
        while page := await self._kept.page(last):
            yield page
            last = (page[-1].job_id, page[-1].part)

    async def _release_excess(self, size: int, files: _Files, needs: Needs) -> int:
        """Let the oldest go until the others fit; how many those were."""
        if self._keep.size is None:
            return 0
        over, gone = size - self._keep.size, 0
        async for page in self._pages():
            excess: list[KeptPicture] = []
            for picture in page:
                if over <= 0:
                    break
                if picture.ended:
                    excess.append(picture)
                    over -= _size([picture], files) + needs.release(picture.job_id)
            await self._release(excess)
            gone += len(excess)
            if over <= 0:
                break
        return gone

    async def _release(self, pictures: Sequence[KeptPicture]) -> None:
        # The rows first: a file that nothing names is swept the next time, but a row must never
        # name a file that is gone.
        await self._kept.forget(pictures)
        await asyncio.to_thread(self._pictures.delete, [picture.path for picture in pictures])

    def _delete_orphans(self, unnamed: _Files, unfinished: Collection[int]) -> int:
        """But for those of jobs that have not ended.

        Such a one may wait for its row for long, as on a full disk, or be painted anew just now
        where a killed run left it.
        """
        before = self._now() - _ORPHAN_AGE_S
        orphans = [
            path
            for path, (_, changed) in unnamed.items()
            if changed < before and owner_of(path) not in unfinished
        ]
        self._pictures.delete(orphans)
        return len(orphans)

    def _too_old(self, picture: KeptPicture) -> bool:
        days = self._keep.days
        return days is not None and picture.painted_at < self._now() - days * _DAY_S


def _size(pictures: Iterable[KeptPicture], files: _Files) -> int:
    """How many bytes they have on disk."""
    return sum(files[picture.path][0] for picture in pictures if picture.path in files)
