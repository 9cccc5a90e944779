"""The worker's loop: one run after the other, each ending in exactly one final frame."""

import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PIL import Image

from generation.catalog import ModelSpec
from generation.channel import Channel
from generation.executors.base import FailureKind
from generation.imaging import png
from generation.recipe import library_versions, recipe
from generation.request import GenerationRequest
from generation.worker import libraries
from generation.worker.cancellations import Cancellations
from generation.worker.causes import trail
from generation.worker.cores import usable_cores
from generation.worker.device import Device
from generation.worker.hub import limit_patience
from generation.worker.load_errors import LoadError
from generation.worker.loader import LoadedModel, Loader
from generation.worker.memory import is_out_of_memory, is_poisoned
from generation.worker.paint import BadPicture, Interrupted, Pixels, paint
from generation.worker.run import Run

log = logging.getLogger(__name__)

_POISONED = 70  # exit status: the device's context is broken
_MOST_ENCODERS = 4


class Server:
    """Takes runs from the channel and answers on it."""

    def __init__(self, channel: Channel, device: Device, cancellations: Cancellations) -> None:
        """Make ready; nothing is painted before `serve`."""
        self._channel = channel
        self._device = device
        self._loader = Loader(device)
        self._cancelled = cancellations
        # PNG takes as long as some models take to paint, and needs no device.
        threads = max(1, min(_MOST_ENCODERS, usable_cores() - 1))
        self._encoding = ThreadPoolExecutor(threads, thread_name_prefix="encoding")
        libraries.tame()
        limit_patience()
        libraries.import_slowest()

    def serve(self) -> None:
        """Say that runs are begun at once from now on, then do so.

        Never returns: the process ends with the channel.
        """
        self._channel.send({"kind": "ready"})
        while True:
            frame = self._channel.receive()
            if frame.kind == "paint":
                self._answer(frame.header)
            else:
                log.error("unknown frame %s", frame.kind)

    def _answer(self, header: dict[str, Any]) -> None:
        run = Run.read(header)
        self._paint_within_memory(run, range(len(run.requests)))
        if run.painted:
            self._send(run.serial, "painted")
        for number, pixels, made in run.painted:
            self._encoding.submit(self._finish, run.serial, number, pixels, made)
        self._cancelled.forget(run.serial)

    def _paint_within_memory(self, run: Run, numbers: Sequence[int]) -> None:
        """Paint these parts; where the memory does not suffice, each alone, or again with less.

        What is said here of memory is said where no traceback holds the tensors any more: only then
        is there something to free.
        """
        if self._try(run, numbers):
            return
        self._loader.free()
        if len(numbers) > 1:
            log.warning("run %s: too little memory for %d at once", run.serial, len(numbers))
            for number in numbers:
                self._paint_within_memory(run, [number])
        elif economy := self._loader.economize(run.spec):
            log.warning("run %s: too little memory, again with %s", run.serial, economy.name)
            self._paint_within_memory(run, numbers)
        else:
            self._loader.drop()
            self._tell_of_models()
            message = _too_little_memory(run.spec, run.requests[numbers[0]])
            self._fail(run, numbers, FailureKind.OUT_OF_MEMORY, message)

    def _try(self, run: Run, numbers: Sequence[int]) -> bool:
        """Paint these parts or say why not; False where the memory did not suffice."""
        try:
            self._paint(run, numbers)
        except Interrupted:
            for number in numbers:
                self._send(run.serial, "cancelled", part=number)
        except LoadError as error:
            # What is to be seen is in what the libraries say, not in where they said it.
            log.error("jobs %s: %s", run.job_ids, trail(error))
            self._fail(run, numbers, FailureKind.MODEL_UNAVAILABLE, str(error), error)
        except Exception as error:
            if is_poisoned(error):
                log.exception("jobs %s: the device is of no further use here", run.job_ids)
                os._exit(_POISONED)
            if is_out_of_memory(error):
                return False
            log.exception("jobs %s: a bug", run.job_ids)
            self._fail(run, numbers, FailureKind.INTERNAL, _INTERNAL, error)
        return True

    def _paint(self, run: Run, numbers: Sequence[int]) -> None:
        model = self._load(run, numbers)

        def on_step(step: int) -> None:
            self._stop_if_cancelled(run, numbers)
            if step > run.steps_done:  # a picture that had to be repeated starts anew
                run.steps_done = step
                steps = run.requests[0].num_inference_steps
                self._send(run.serial, "progress", step=step, steps=steps)

        self._stop_if_cancelled(run, numbers)
        requests = [run.requests[number] for number in numbers]
        outcomes = paint(model, run.spec, requests, on_step)
        for number, outcome in zip(numbers, outcomes, strict=True):
            if isinstance(outcome, BadPicture):
                self._fail(run, [number], FailureKind.BAD_PICTURE, _BAD_PICTURE, outcome)
            elif not self._is_cancelled(run, number):
                circumstances = self._circumstances(model, len(numbers))
                made = recipe(run.spec, run.requests[number], circumstances)
                run.painted.append((number, outcome, made))
            else:
                self._send(run.serial, "cancelled", part=number)

    def _load(self, run: Run, numbers: Sequence[int]) -> LoadedModel:
        loading = False

        def on_load() -> None:
            nonlocal loading
            loading = True
            self._send(run.serial, "loading")

        self._stop_if_cancelled(run, numbers)
        try:
            model = self._loader.get(run.spec, on_load)
        finally:
            # Also of one that can't be loaded: others may have left for it.
            if loading:
                self._tell_of_models()
        if loading:
            self._send(run.serial, "loaded")
        return model

    def _tell_of_models(self) -> None:
        """Say which models are loaded, and what their repos are at."""
        self._channel.send(
            {"kind": "models", "loaded": self._loader.names, "commits": self._loader.commits}
        )

    def _finish(self, run: int, number: int, pixels: Pixels, made: dict[str, Any]) -> None:
        try:
            image = Image.fromarray(pixels)
            size = {"width": image.width, "height": image.height}
            data = png.encode(image, made)
            self._send(run, "finished", data, part=number, revision=made["revision"], **size)
        except Exception as error:
            log.exception("a picture can't be encoded")
            self._send(
                run, "failed", part=number, **_failure(FailureKind.INTERNAL, _INTERNAL, error)
            )

    def _is_cancelled(self, run: Run, number: int) -> bool:
        return (run.serial, number) in self._cancelled

    def _stop_if_cancelled(self, run: Run, numbers: Sequence[int]) -> None:
        if all(self._is_cancelled(run, number) for number in numbers):
            raise Interrupted

    def _circumstances(self, model: LoadedModel, batch: int) -> dict[str, Any]:
        """What the recipe needs beyond the request: another host may round differently."""
        return {
            "batch": batch,
            "memory": model.economy.name,
            "revision": model.revision,
            "commits": model.commits,
            "scheduler": type(model.pipeline.scheduler).__name__,
            "dtype": str(model.dtype).removeprefix("torch."),
            "device": self._device.torch_device.type,
            "libraries": library_versions("diffusers", "torch", "transformers"),
        }

    def _send(self, run: int, kind: str, blob: bytes = b"", **fields: Any) -> None:
        self._channel.send({"kind": kind, "run": run, **fields}, blob)

    def _fail(
        self,
        run: Run,
        numbers: Sequence[int],
        failure: FailureKind,
        message: str,
        error: BaseException | None = None,
    ) -> None:
        for number in numbers:
            self._send(run.serial, "failed", part=number, **_failure(failure, message, error))


_BAD_PICTURE = "The model painted nothing that could be shown. Try another seed, or other words."
_INTERNAL = (
    "Something went wrong inside Easel while painting. Try again; whoever runs Easel finds the"
    " reason in its log."
)


def _failure(kind: FailureKind, message: str, error: BaseException | None) -> dict[str, Any]:
    return {
        "failure": kind,
        "message": message,
        "detail": trail(error)[:2000] if error else "",
    }


def _too_little_memory(spec: ModelSpec, request: GenerationRequest) -> str:
    """What the member reads: what was too much, and what to lower."""
    asked = request.width * request.height
    smaller = [str(size) for size in spec.sizes if size.width * size.height < asked]
    remedy = f"Ask for {' or '.join(smaller)}" if smaller else "Choose another model"
    return (
        f"{spec.title} needs more memory for {request.width}x{request.height} than this host's"
        f" device has. {remedy}."
    )
