"""Pictures on their way from pixels to files, beside whatever is painted meanwhile."""

import logging
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from generation.executors.base import FailureKind
from generation.imaging import png
from generation.imaging.pixels import pixels_hash
from generation.worker.cores import usable_cores
from generation.worker.finishing import INTERNAL, Send, failure_of
from generation.worker.run import PaintedPart, Run

log = logging.getLogger(__name__)

_MOST_THREADS = 4


class Encoding:
    """PNG takes as long as some models take to paint, and needs no device."""

    def __init__(self, send: Send) -> None:
        """`send`: each picture is sent as soon as it is there."""
        self._send = send
        threads = max(1, min(_MOST_THREADS, usable_cores() - 1))
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoding")

    def begin(self, run: Run) -> None:
        """Take up what is painted of that run."""
        for part in run.painted:
            self._pool.submit(self._encode, run, part)

    def end(self) -> None:
        """Return when all that was begun is sent; nothing can be begun any more."""
        self._pool.shutdown(wait=True)

    def _encode(self, run: Run, part: PaintedPart) -> None:
        try:
            image = Image.fromarray(part.pixels)
            told = {"width": image.width, "height": image.height, "remarks": part.remarks}
            told["pixels"] = pixels_hash(image.size, part.pixels.tobytes())
            data = png.encode(image, part.made)
            # What was only brought along is of no model.
            told |= {"revision": part.made.get("revision"), "commits": part.commits}
            if run.screener is not None:
                told |= {"unsafe": part.unsafe, "screened_by": run.screener.name}
            self._send(run.serial, "finished", data, part=part.number, **told)
        except Exception as error:
            log.exception("a picture can't be encoded")
            failure = failure_of(FailureKind.INTERNAL, INTERNAL, error)
            self._send(run.serial, "failed", part=part.number, **failure)
