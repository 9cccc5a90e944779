"""Small pictures of how a picture stands while it is painted, never at the price of a step.

The step loop hands over a copy of its latents and goes on. A thread that comes after everything
else decodes them, one at a time; what would have to wait is left out. On a GPU that has a stream of
its own. On a processor it takes the core which painting leaves free: where there is but one, there
are no previews. Each is followed by a pause twenty times as long as it took.
"""

import io
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from generation.catalog import ToolSpec
from generation.imaging import png
from generation.worker.causes import trail
from generation.worker.cores import usable_cores
from generation.worker.decoders import Decoder, Decoders, to_pixels, unpacked
from generation.worker.device import Device
from generation.worker.estimates import Noise, noise
from generation.worker.loaded import LoadedModel
from generation.worker.run import Run

log = logging.getLogger(__name__)

Pixels = npt.NDArray[np.uint8]  # height x width x 3, RGB

#: Between two of them, and from the beginning to the first one (seconds).
INTERVAL_S = 2.0
_FIRST_S = 1.0
#: Of the time that one took: the pause after it.
_PAUSE = 20
_SIDE = 256  # pixels, of the longer one
_QUALITY = 75
_EFFORT = 2  # of WebP's encoder, 0 to 6
#: What has to be free on a GPU: the painting's own needs come first.
_ROOM = 512 * 1024**2
#: The painting on a processor has 5, that on a GPU 0; with the least, 19, it would hardly ever run
#: on a busy host, and others would wait for what it holds.
_NICENESS = 10


class Send(Protocol):
    """Sends a frame of a run."""

    def __call__(self, run: int, kind: str, blob: bytes = b"", **fields: Any) -> None: ...  # noqa: D102


class Preview(NamedTuple):
    """One that may be shown."""

    data: bytes  # WebP
    unsafe: float | None  # 0 to 1, where it was looked at


class Previews:
    """Of one worker: whatever it paints, one is made at a time."""

    def __init__(
        self,
        device: Device,
        send: Send,
        held: Callable[[ToolSpec], Any] = lambda _: None,
        now: Callable[[], float] = time.monotonic,
        cores: int | None = None,
    ) -> None:
        """They go out by `send`; `held` is what is loaded of a tool.

        `now` gives seconds; `cores`: as many as there are.
        """
        self.held = held
        self._device = device
        self._send = send
        self._now = now
        self.decoders = Decoders(device, now)
        self._affordable = device.is_gpu or (cores or usable_cores()) > 1
        self._thread = ThreadPoolExecutor(1, "preview", initializer=_step_back)
        self._stream: Any = None

    @contextmanager
    def of(self, run: Run, model: LoadedModel) -> "Iterator[Watched | None]":
        """What is to be called with the latents of a run's steps; None where it has no previews.

        When the block ends, nothing is sent any more.
        """
        if not (run.previews and self._affordable and len(run.requests) == 1):
            yield None
            return
        pipeline = model.pipeline if run.images[0] is None else model.from_picture()
        if "latents" not in getattr(pipeline, "_callback_tensor_inputs", ()):
            yield None
            return
        watched = Watched(self, run, pipeline, self._now)
        try:
            yield watched
        finally:
            watched.close()

    def begin(self, do: Callable[[], None]) -> "Future[None]":
        """Have it done on the thread."""
        return self._thread.submit(do)

    def copy(self, *latents: torch.Tensor) -> tuple[torch.Tensor, Any]:
        """Copies, one after the other in one tensor, and what says when they are there.

        On a GPU nobody waits for them here.
        """
        made = torch.stack([each.detach() for each in latents])
        if not self._device.is_gpu:
            return made, None
        event = torch.cuda.Event(blocking=True)  # whoever waits for it takes no processor
        event.record(torch.cuda.current_stream(self._device.torch_device))
        return made, event

    def has_room(self) -> bool:
        """Whether the device has memory for one, beside what is painted."""
        if not self._device.is_gpu:
            return True
        return torch.cuda.mem_get_info(self._device.torch_device)[0] >= _ROOM

    def beside(self) -> Any:
        """A context in which the device does it beside the painting."""
        if not self._device.is_gpu:
            return nullcontext()
        self._stream = self._stream or torch.cuda.Stream(self._device.torch_device)
        return torch.cuda.stream(self._stream)

    def send(self, run: Run, preview: Preview) -> None:
        """Send one."""
        self._send(run.serial, "preview", preview.data, unsafe=preview.unsafe)


class Watched:
    """One painting; to be told of each of its steps, and closed at its end."""

    def __init__(
        self, previews: Previews, run: Run, pipeline: Any, now: Callable[[], float]
    ) -> None:
        """Use `Previews.of`."""
        self._previews = previews
        self._run = run
        self._pipeline = pipeline
        self._now = now
        self._steps = run.requests[0].steps_made
        self._due = now() + _FIRST_S
        self._making: Future[None] | None = None
        self._before: torch.Tensor | None = None  # latents of the step before
        self._over = False
        self._sending = threading.Lock()

    def __call__(self, step: int, latents: torch.Tensor) -> None:
        """A step is done, from 1, and these are its latents. Raises nothing, waits for nothing."""
        before, self._before = self._before, latents
        if self._over or not 1 < step < self._steps or self._now() < self._due:
            return
        if self._making is not None and not self._making.done():
            return
        self._due = self._now() + INTERVAL_S
        try:
            left = noise(self._pipeline.scheduler, step, self._steps)
            both = [latents] if before is None or left is None else [latents, before]
            copies, there = self._previews.copy(*both)
            self._making = self._previews.begin(lambda: self._make(copies, left, there))
        except Exception as error:
            self._give_up(error)

    def close(self) -> None:
        """Nothing is sent any more: what comes now is the picture itself."""
        with self._sending:
            self._over = True

    def _make(self, copies: torch.Tensor, left: Noise | None, there: Any) -> None:
        if self._over:
            return
        try:
            if there is not None:
                there.synchronize()
            begun = self._now()
            # All of it: a decoder's weights, too, come to the device in line with what reads them.
            with self._previews.beside():
                preview = self._preview(copies, left)
            now = self._now()
            self._due = max(self._due, now + _PAUSE * (now - begun))
            with self._sending:
                if preview is not None and not self._over:
                    self._previews.send(self._run, preview)
        except Exception as error:
            self._give_up(error)

    def _preview(self, copies: torch.Tensor, left: Noise | None) -> Preview | None:
        decode = self._previews.decoders.of(self._pipeline, self._run.decoder)
        if decode is None or not self._previews.has_room():
            return None
        with torch.inference_mode():
            latents, *before = copies
            if left is not None and before:
                latents = left.removed(before[0], latents)
            pixels = self._decoded(decode, latents)
            if pixels is None:
                return None
            if self._run.screener is None:
                return Preview(_encoded(pixels), None)
            # Nothing is shown that nobody has looked at; nobody waits for it to be loaded.
            screener = self._previews.held(self._run.screener)
            if screener is None:
                return None
            (unsafe,) = screener.scores([pixels])
        if not unsafe <= self._run.unsafe_above[0]:
            return None
        return Preview(_encoded(pixels), unsafe)

    def _decoded(self, decode: Decoder, latents: torch.Tensor) -> Pixels | None:
        request = self._run.requests[0]
        image = decode(unpacked(self._pipeline, latents, request.width, request.height))
        if not image.isfinite().all():
            return None
        return to_pixels(image, _SIDE).numpy()

    def _give_up(self, error: Exception) -> None:
        """Once: this run has no more of them, and paints on."""
        self._over = True
        log.warning("jobs %s: no previews any more: %s", self._run.job_ids, trail(error))


def _encoded(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    xmp = png.XMP.encode()  # that it is made by a machine, here too
    image.save(buffer, "WEBP", quality=_QUALITY, method=_EFFORT, xmp=xmp)
    return buffer.getvalue()


def _step_back() -> None:
    """Leave the right of way to the other threads of this process."""
    if sys.platform == "linux":  # elsewhere it would be of the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
