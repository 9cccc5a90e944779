"""The imaging process as the bot sees it. Imports no Pillow."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Self

from generation.finishing import Extent
from generation.imaging.flaws import Flaw
from generation.imaging.header import size_of
from generation.processes.child import ChildError, ChildProcess
from generation.processes.frames import Frame, FrameError
from generation.processes.patience import NotWanted, Patience

_MODULE = "generation.imaging"
_START_TIMEOUT_S = 30.0
#: How long is waited for a picture that was brought to be decoded. The process itself ends at a
#: picture that takes it too much work, sooner than this; on a busy host an honest one may wait long
#: for the little that it takes.
_READ_TIMEOUT_S = 6.0
#: Making a picture of so many bytes smaller takes about as long again as a small one may.
_MORE_PATIENCE = 8 * 1024 * 1024


class ImagingClosed(Exception):
    """The process is closed: no picture is taken any more, whatever it is."""


class PictureRefused(Exception):
    """Bytes that are no acceptable picture; str() is for the log."""


class InputRefused(PictureRefused):
    """A picture that was brought can't be taken."""

    def __init__(self, flaw: Flaw, detail: str) -> None:
        """`flaw` is what its member is told."""
        super().__init__(detail)
        self.flaw = flaw


class Tile(NamedTuple):
    """A picture of ours, small enough for a sheet."""

    pixels: bytes  # RGB
    width: int
    height: int
    recipe: Mapping[str, Any]  # as it stands in the picture


class SheetCell(NamedTuple):
    """One part of a sheet: what it is, what is said of it, and its picture or why there is none."""

    heading: str
    caption: str = ""
    tile: Tile | None = None
    reason: str = ""


class FinishedPicture(NamedTuple):
    """A picture as it is posted."""

    png: bytes
    width: int  # pixels
    height: int  # pixels
    pixels: str  # their hash

    @classmethod
    def of(cls, answer: Frame) -> Self:
        """As the process tells it."""
        told = answer.header
        return cls(answer.blob, told["width"], told["height"], told["pixels"])


class SmallerPicture(NamedTuple):
    """A picture made smaller, as WebP."""

    data: bytes
    quality: int | None  # None: lossless
    scaled_to: Extent | None = None  # None: it has as many pixels as the original


class ImagingProcess:
    """One imaging process, spawned at first use and after it died. For use by several tasks.

    Once it is closed every question raises ImagingClosed, one that waits for its answer too.
    """

    def __init__(self, environment: Mapping[str, str], *, timeout_s: float = 30) -> None:
        """The process gets exactly `environment`; a picture may take `timeout_s`.

        One of ours that is large and to be made smaller may take longer.
        """
        self._environment = dict(environment)
        self._timeout_s = timeout_s
        self._child: ChildProcess | None = None
        self._turn = asyncio.Lock()
        self._patience = Patience()
        self._ids = itertools.count(1)

    async def start(self) -> None:
        """Spawn it now rather than at first use. Raises ChildError."""
        async with self._turn, self._patience.within():
            await self._ready_child()

    async def finish(self, encoded: bytes, recipe: Mapping[str, Any]) -> FinishedPicture:
        """Check a PNG, JPEG or WebP from outside, encode it as PNG with its recipe.

        Raises PictureRefused.
        """
        answer = await self._answer({"kind": "finish", "recipe": dict(recipe)}, encoded)
        return FinishedPicture.of(answer)

    async def shrink(self, png: bytes, limit: int) -> SmallerPicture:
        """Make a PNG of ours fit into `limit` bytes. Raises PictureRefused."""
        timeout_s = self._timeout_s * (1 + len(png) / _MORE_PATIENCE)
        answer = await self._answer({"kind": "shrink", "limit": limit}, png, timeout_s)
        told = answer.header
        size = Extent(told["width"], told["height"])
        return SmallerPicture(answer.blob, told["quality"], None if size == size_of(png) else size)

    async def bring(self, encoded: bytes) -> FinishedPicture:
        """Make a PNG, JPEG or WebP from a stranger plain: RGB, upright, sRGB, no metadata.

        Raises InputRefused.
        """
        try:
            async with self._its_turn():
                answer = await self._brought(encoded)
        except NotWanted as error:
            raise ImagingClosed(str(error)) from None
        except _NotStarted as error:
            raise InputRefused(Flaw.NO_DECODER, str(error)) from error
        except TimeoutError:
            raise InputRefused(Flaw.TOO_SLOW, "not done in time") from None
        except (ChildError, FrameError) as error:
            raise InputRefused(Flaw.TOO_SLOW, f"the decoder died of it: {error}") from error
        if answer.kind == "refused":
            raise InputRefused(Flaw(answer.header["flaw"]), str(answer.header.get("reason")))
        return FinishedPicture.of(answer)

    async def tile(self, png: bytes, side: int) -> Tile:
        """Make a PNG of ours no longer than `side` pixels. Raises PictureRefused."""
        answer = await self._answer({"kind": "tile", "side": side}, png)
        told = answer.header
        return Tile(answer.blob, told["width"], told["height"], told["recipe"])

    async def sheet(
        self,
        title: str,
        footer: str,
        cells: Sequence[SheetCell],
        columns: int,
        recipe: Mapping[str, Any],
    ) -> FinishedPicture:
        """Pictures side by side with their labels, as one PNG. Raises PictureRefused."""
        told = [
            {
                "heading": cell.heading,
                "caption": cell.caption,
                "reason": cell.reason,
                "size": (cell.tile.width, cell.tile.height) if cell.tile else None,
            }
            for cell in cells
        ]
        header = {"kind": "sheet", "title": title, "footer": footer, "columns": columns}
        header |= {"cells": told, "recipe": dict(recipe)}
        pixels = b"".join(cell.tile.pixels for cell in cells if cell.tile)
        return FinishedPicture.of(await self._answer(header, pixels))

    async def close(self) -> None:
        """End it, whatever it is doing: who waits for that hears so at once. Idempotent."""
        self._patience.end()
        async with self._turn:
            await self._drop_child()

    async def _answer(
        self, header: Mapping[str, Any], blob: bytes, timeout_s: float | None = None
    ) -> Frame:
        """The answer to one question; whatever goes wrong is a refusal, and a new process."""
        timeout_s = timeout_s or self._timeout_s
        try:
            async with self._its_turn(), self._patience.within(timeout_s):
                answer = await self._ask(header, blob)
        except NotWanted as error:
            raise ImagingClosed(str(error)) from None
        except TimeoutError:
            raise PictureRefused(f"not done within {timeout_s:g} s") from None
        except (FrameError, _NotStarted) as error:
            raise PictureRefused(str(error)) from error
        except ChildError as error:
            raise PictureRefused(f"the decoder died of it: {error}") from error
        if answer.kind == "refused":
            raise PictureRefused(str(answer.header.get("reason")))
        return answer

    async def _brought(self, encoded: bytes) -> Frame:
        """The answer to what was brought, with another time for each of the two steps."""
        async with self._patience.within():
            child = await self._ready_child()
        async with self._patience.within(_READ_TIMEOUT_S):
            answer = await self._ask({"kind": "bring"}, encoded)
        if answer.kind == "read":
            async with self._patience.within(self._timeout_s):
                answer = await child.receive()
        return answer

    @asynccontextmanager
    async def _its_turn(self) -> AsyncIterator[None]:
        """One question after the other, and a new process after one that got no answer."""
        async with self._turn:
            try:
                yield
            except FrameError:
                raise  # nothing of it was sent
            except BaseException:
                # Its answer is still to come, and must not be taken for that to the next question.
                await self._drop_child()
                raise

    async def _ask(self, header: Mapping[str, Any], blob: bytes) -> Frame:
        child = await self._ready_child()
        await child.send({**header, "id": next(self._ids)}, blob)
        return await child.receive()

    async def _ready_child(self) -> ChildProcess:
        if self._child is None:
            try:
                self._child = await ChildProcess.spawn(
                    _MODULE, [], self._environment, hello_timeout_s=_START_TIMEOUT_S
                )
            except ChildError as error:
                raise _NotStarted(f"the decoder can't be started: {error}") from error
        return self._child

    async def _drop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end(0)


class _NotStarted(ChildError):
    """There is no process to ask, which is no picture's fault."""
