"""What is done with a picture once it is there, in the worker: its faces mended, then made larger.

Each of these stages tells how far it is, and looks between its steps whether it is still wanted.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from generation.catalog import ToolSpec
from generation.executors.base import FailureKind
from generation.finishing import Restoration, Upscaling
from generation.request import GenerationRequest
from generation.worker.device import Device
from generation.worker.loader import Loader
from generation.worker.memory import is_out_of_memory
from generation.worker.tiles import Pixels
from generation.worker.toolbox import Toolbox
from generation.worker.upscale import Enlarger, TooLittleMemory, enlarge

log = logging.getLogger(__name__)

_T = TypeVar("_T")

#: What members read while it goes on.
MENDING, ENLARGING = "Mending faces", "Enlarging"

_NO_FACE = "No face was found in the picture: it is as it was."
_TOO_LITTLE_MEMORY = (
    "{title} needs more memory than this host's device has. Choose another, or leave it out."
)
_NOT_FINITE = "{title} made nothing of this picture that could be shown. Choose another."


class Trouble(Exception):
    """A stage came to nothing; str() is a plain sentence for the member."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        """What came of it, and why."""
        super().__init__(message)
        self.kind = kind


class Teller(Protocol):
    """Where it is told what goes on."""

    def stage(self, name: str, step: int, steps: int) -> None:
        """A step of a stage is done."""
        ...

    def loading(self, title: str) -> None:
        """A tool is being loaded, or downloaded."""
        ...

    def loaded(self) -> None:
        """It is."""
        ...

    def bytes(self, here: int, total: int) -> None:
        """So much of it is downloaded."""
        ...

    def check(self) -> None:
        """Raises Interrupted where nobody wants the picture any more."""
        ...


@dataclass(slots=True)
class Piece:
    """A picture on its way through the stages."""

    pixels: Pixels
    request: GenerationRequest
    tools: Sequence[ToolSpec]
    made: dict[str, Any] = field(default_factory=dict[str, Any])  # for the recipe
    remarks: list[str] = field(default_factory=list[str])

    def tool(self, name: str) -> ToolSpec:
        """The entry that the request has the name of."""
        return next(tool for tool in self.tools if tool.name == name)


class Finisher:
    """Has the tools, and leads pictures through the stages."""

    def __init__(self, device: Device, loader: Loader) -> None:
        """Tools share the device with the loader's models."""
        self._device = device
        self._loader = loader
        self.toolbox = Toolbox(loader.make_room)
        loader.guests.append(self.toolbox.drop)
        self._sides: dict[str, int] = {}  # of tiles, as far as less memory was learned to be there

    def fetch(self, tools: Sequence[ToolSpec], teller: Teller) -> None:
        """Bring the files of all tools here, before anything is done. Raises ToolError."""
        for tool in tools:
            if tool.pipeline is None and not self.toolbox.is_ready(tool):
                _loading(tool, teller, lambda tool=tool: self.toolbox.fetch(tool, teller.bytes))

    def finish(self, piece: Piece, teller: Teller) -> None:
        """Lead it through all stages that it is to go through.

        Raises Trouble, ToolError, and what the teller raises.
        """
        request = piece.request
        if request.faces is not None:
            title = piece.tool(request.faces.tool).title
            wanted = request.faces
            self._with_room(title, lambda: self._mend(piece, wanted, teller))
        if request.upscale is not None:
            title = piece.tool(request.upscale.tool).title
            larger = request.upscale
            self._with_room(title, lambda: self._enlarge(piece, larger, teller))

    def look(self, pictures: Sequence[Pixels], tool: ToolSpec, teller: Teller) -> list[float]:
        """How unsafe these pictures are, by a classifier; with none, it is only made ready.

        Raises Trouble, ToolError, and what the teller raises.
        """
        # Only those who need it wait for this library.
        from generation.worker.screener import Screener

        found: list[float] = []

        def look() -> None:
            screener: Screener = self._get(
                tool, lambda path: Screener(path, tool, self._device), teller
            )
            found[:] = screener.scores(pictures)

        self._with_room(tool.title, look)
        return found

    def _mend(self, piece: Piece, wanted: Restoration, teller: Teller) -> None:
        # Only those who need them wait for these libraries.
        from generation.worker import faces
        from generation.worker.networks import FaceNetwork, NotFinite

        teller.check()
        finder, tool = piece.tool(wanted.detector), piece.tool(wanted.tool)
        detector: faces.FaceDetector = self._get(finder, faces.YuNet, teller)
        found = detector.find(piece.pixels)[: faces.MOST_FACES]
        told = {"found": len(found), "strength": wanted.strength}
        piece.made["faces"] = {**self._source(tool), **told, "detector": self._source(finder)}
        if not found:
            piece.remarks.append(_NO_FACE)
            return
        mender = self._get(
            tool, lambda path: FaceNetwork(path, tool, self._device, "FaceSR"), teller
        )

        def on_face(number: int, count: int) -> None:
            teller.stage(MENDING, number, count)
            teller.check()

        try:
            piece.pixels = faces.mend(piece.pixels, found, mender, wanted.strength, on_face)
        except NotFinite as error:
            message = _NOT_FINITE.format(title=tool.title)
            raise Trouble(FailureKind.BAD_PICTURE, message) from error

    def _enlarge(self, piece: Piece, wanted: Upscaling, teller: Teller) -> None:
        from generation.worker.networks import NotFinite

        teller.check()
        tool = piece.tool(wanted.tool)
        enlarger = self._enlarger(tool, piece.request, teller)
        enlarger.side = min(enlarger.side, self._sides.get(tool.name, enlarger.side))

        def on_tile(done: int, count: int) -> None:
            teller.stage(ENLARGING, done, count)
            teller.check()

        try:
            piece.pixels = enlarge(piece.pixels, wanted.width, wanted.height, enlarger, on_tile)
        except NotFinite as error:
            message = _NOT_FINITE.format(title=tool.title)
            raise Trouble(FailureKind.BAD_PICTURE, message) from error
        finally:
            self._sides[tool.name] = enlarger.side
        size = {"width": wanted.width, "height": wanted.height, "tile": enlarger.side}
        piece.made["upscale"] = {**self._source(tool), **size}

    def _enlarger(self, tool: ToolSpec, request: GenerationRequest, teller: Teller) -> Enlarger:
        if tool.pipeline is None:
            from generation.worker.networks import NetworkEnlarger

            return self._get(tool, lambda path: NetworkEnlarger(path, tool, self._device), teller)
        from generation.worker.diffusion import DiffusionEnlarger

        spec = tool.as_model()
        model = _loading(
            *(tool, teller),
            lambda: self._loader.get(spec, lambda _: None, teller.bytes, paints=False),
        )
        model.pipeline.scheduler = model.new_scheduler(spec)
        made = DiffusionEnlarger(tool, model.pipeline, self._device)
        made.prepare(request.prompt, request.seed, teller.check)
        return made

    def _get(self, tool: ToolSpec, open_it: Callable[[Any], Any], teller: Teller) -> Any:
        if (held := self.toolbox.held(tool)) is not None:
            return held
        return _loading(tool, teller, lambda: self.toolbox.get(tool, open_it, teller.bytes))

    def _source(self, tool: ToolSpec) -> dict[str, Any]:
        """What the recipe says of a tool: enough to have the same again."""
        # The first picture's recipe as all others': by then the bot has pinned it.
        tool = tool.pinned({**self._loader.commits, **self.toolbox.commits})
        told = {
            "tool": tool.name,
            # A folder's place on this host is nobody's business, and of no use elsewhere.
            "repo": None if tool.is_folder else tool.repo,
            "revision": tool.revision,
            "file": tool.file_name or None,
            "url": tool.url,
            "sha256": tool.sha256,
            "licence": tool.licence.name,
        }
        return {key: value for key, value in told.items() if value is not None}

    def _with_room(self, title: str, do: Callable[[], None]) -> None:
        """Do it; where the memory does not suffice, once more with the device for itself."""
        for again in (True, False):
            try:
                do()
                return
            except Exception as error:
                if not (isinstance(error, TooLittleMemory) or is_out_of_memory(error)):
                    raise
                if not again:
                    message = _TOO_LITTLE_MEMORY.format(title=title)
                    raise Trouble(FailureKind.OUT_OF_MEMORY, message) from error
            # Here, where no traceback holds the tensors any more.
            log.warning("%s: too little memory, once more without models", title)
            self._loader.make_room(sys.maxsize)
            self._sides.clear()


def _loading(tool: ToolSpec, teller: Teller, do: Callable[[], _T]) -> _T:
    teller.loading(tool.title)
    try:
        return do()
    finally:
        teller.loaded()
