"""The pictures of a run on their way from the painting to the encoder, and what is told of it."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from generation.executors.base import FailureKind
from generation.recipe import library_versions, recipe
from generation.worker.cancellations import Cancellations
from generation.worker.causes import trail
from generation.worker.device import Device
from generation.worker.finisher import Finisher, Piece, Trouble
from generation.worker.load_errors import ToolError
from generation.worker.lookout import Lookout, pixels_of
from generation.worker.memory import is_poisoned
from generation.worker.paint import Interrupted
from generation.worker.run import PaintedPart, Run
from generation.worker.watching import rarely

log = logging.getLogger(__name__)

INTERNAL = (
    "Something went wrong inside Easel while painting. Try again; whoever runs Easel finds the"
    " reason in its log."
)
_LIBRARIES = ("opencv-python-headless", "spandrel", "torch")


class Send(Protocol):
    """Sends a frame of a run."""

    def __call__(self, run: int, kind: str, blob: bytes = b"", **fields: Any) -> None: ...  # noqa: D102


#: Says of parts of a run that they failed.
Fail = Callable[[Run, Sequence[int], FailureKind, str, BaseException | None], None]


def failure_of(kind: FailureKind, message: str, error: BaseException | None) -> dict[str, Any]:
    """What a frame says of a failure."""
    return {
        "failure": kind,
        "message": message,
        "detail": trail(error)[:2000] if error else "",
    }


class Finishing:
    """What is done with the pictures of one run once they are there."""

    def __init__(
        self,
        run: Run,
        finisher: Finisher,
        lookout: Lookout,
        send: Send,
        fail: Fail,
        cancelled: Cancellations,
    ) -> None:
        """Nothing is done yet."""
        self._run = run
        self._finisher = finisher
        self._lookout = lookout
        self._send = send
        self._fail = fail
        self._cancelled = cancelled

    def begin(self) -> bool:
        """Bring the files of its tools here, and have those pictures looked at that were brought.

        False where the run has come to its end by that.
        """
        numbers = range(len(self._run.requests))
        teller = _Teller(self, numbers)

        def prepare() -> None:
            self._finisher.fetch(self._run.tools, teller)
            self._lookout.admit(self._run, teller)

        return self._try(numbers, prepare)

    def take_brought(self, device: Device) -> None:
        """Nothing is painted: take the pictures that were brought as they are."""
        for number, (request, png) in enumerate(
            zip(self._run.requests, self._run.images, strict=True)
        ):
            assert png is not None  # it would not have come here without
            about = {"device": device.torch_device.type}
            made = recipe(self._run.spec, request, about)
            self._run.painted.append(PaintedPart(number, pixels_of(png), made, ()))

    def finish(self, part: PaintedPart) -> PaintedPart | None:
        """The part when all was done with it; None where it has come to another end."""
        request = self._run.requests[part.number]
        piece = Piece(part.pixels, request, self._run.tools)
        numbers = [part.number]
        teller = _Teller(self, numbers)
        scores: list[float] = []

        def finish() -> None:
            self._finisher.finish(piece, teller)
            scores[:] = self._lookout.look([piece.pixels], self._run, teller)

        if not self._try(numbers, finish):
            return None
        part = part._replace(unsafe=next(iter(scores), None))
        if not request.tools:
            return part
        libraries = {**part.made.get("libraries", {}), **library_versions(*_LIBRARIES)}
        made = {**part.made, **piece.made, "libraries": libraries}
        remarks = (*part.remarks, *piece.remarks)
        return part._replace(pixels=piece.pixels, made=made, remarks=remarks)

    def tell(self, kind: str, **fields: Any) -> None:
        """Send a frame of the run."""
        self._send(self._run.serial, kind, **fields)

    def is_cancelled(self, numbers: Sequence[int]) -> bool:
        """Whether nobody wants any of these parts any more."""
        return all((self._run.serial, number) in self._cancelled for number in numbers)

    def _try(self, numbers: Sequence[int], do: Callable[[], None]) -> bool:
        """Do it, or say why those parts come to nothing."""
        try:
            do()
        except Interrupted:
            for number in numbers:
                self.tell("cancelled", part=number)
        except ToolError as error:
            # The bot has that with the jobs' ends, and logs it.
            log.debug("jobs %s: %s", self._run.job_ids, trail(error))
            self._fail(self._run, numbers, FailureKind.TOOL_UNAVAILABLE, str(error), error)
        except Trouble as trouble:
            log.debug("jobs %s: %s", self._run.job_ids, trail(trouble))
            self._fail(self._run, numbers, trouble.kind, str(trouble), trouble)
        except Exception as error:
            if is_poisoned(error):
                raise
            log.exception("jobs %s: a bug", self._run.job_ids)
            self._fail(self._run, numbers, FailureKind.INTERNAL, INTERNAL, error)
        else:
            return True
        return False


class _Teller:
    """Tells the bot how far these parts of a run are."""

    def __init__(self, finishing: Finishing, numbers: Sequence[int]) -> None:
        self._finishing = finishing
        self._numbers = numbers
        self._rarely = rarely(self._downloading)

    def stage(self, name: str, step: int, steps: int) -> None:
        self._finishing.tell("progress", step=step, steps=steps, stage=name)

    def loading(self, title: str) -> None:
        self._finishing.tell("loading", loras=[], tool=title)

    def loaded(self) -> None:
        self._finishing.tell("loaded")

    def bytes(self, here: int, total: int) -> None:
        self._rarely(here, total)

    def check(self) -> None:
        if self._finishing.is_cancelled(self._numbers):
            raise Interrupted

    def _downloading(self, here: int, total: int) -> None:
        self._finishing.tell("downloading", done=here, total=total)
