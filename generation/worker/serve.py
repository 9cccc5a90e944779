"""The worker's loop: one run after the other, each ending in exactly one final frame."""

import logging
import os
from collections.abc import Sequence
from typing import Any

from generation.executors.base import FailureKind
from generation.loras import AskedLora
from generation.processes.channel import Channel
from generation.processes.frames import POISONED, Frame
from generation.recipe import library_versions, recipe
from generation.worker import lengths, libraries
from generation.worker.cancellations import Cancellations
from generation.worker.causes import trail
from generation.worker.device import Device
from generation.worker.encoding import Encoding
from generation.worker.finisher import Finisher
from generation.worker.finishing import INTERNAL, Finishing, failure_of
from generation.worker.hub import limit_patience
from generation.worker.load_errors import LoadError, LoraError
from generation.worker.loaded import LoadedModel
from generation.worker.loader import Loader
from generation.worker.lookout import Lookout
from generation.worker.memory import is_out_of_memory, is_poisoned
from generation.worker.paint import BadPicture, Interrupted, paint
from generation.worker.previews import Previews
from generation.worker.run import PaintedPart, Run
from generation.worker.shortage import too_little_memory
from generation.worker.watching import rarely

log = logging.getLogger(__name__)

#: Nobody sees more of them than a few a second, and some models take a dozen.
_STEPS_APART_S = 0.1


class Server:
    """Takes runs from the channel and answers on it."""

    def __init__(self, channel: Channel, device: Device, cancellations: Cancellations) -> None:
        """Make ready; nothing is painted before `serve`."""
        self._channel = channel
        self._device = device
        self._loader = Loader(device)
        self._finisher = Finisher(device, self._loader)
        self._lookout = Lookout(channel, self._finisher)
        self._previews = Previews(device, self._send, self._finisher.toolbox.held)
        self._cancelled = cancellations
        self._told_models: dict[str, Any] = {"loaded": [], "commits": {}}
        self._encoding = Encoding(self._send)
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
                self._answer(frame)
            elif self._lookout.takes(frame):
                self._tell_of_models()
            else:
                log.error("unknown frame %s", frame.kind)

    def _answer(self, frame: Frame) -> None:
        run = Run.read(frame.header, frame.blob)
        try:
            self._work_at(run)
        except Exception as error:
            if is_poisoned(error):
                log.exception("jobs %s: the device is of no further use here", run.job_ids)
                self._end_poisoned()
            raise
        self._tell_of_models()
        if run.painted:
            self._send(run.serial, "painted")
        self._encoding.begin(run)
        self._cancelled.forget(run.serial)

    def _end_poisoned(self) -> None:
        """End the process, which may take the driver long: the bot is told before.

        What was painted before the device broke needs none any more, and arrives.
        """
        self._channel.send({"kind": "poisoned"})
        self._encoding.end()
        os._exit(POISONED)

    def _work_at(self, run: Run) -> None:
        """Have all its parts painted, and all done with them that is asked for."""
        finishing = Finishing(
            *(run, self._finisher, self._lookout, self._send, self._fail, self._cancelled)
        )
        if not finishing.begin():
            pass  # it was said why
        elif run.requests[0].paints:
            self._loader.begin_at(run.spec, run.level)
            self._paint_within_memory(run)
        else:
            finishing.take_brought(self._device)
        run.painted = [done for part in run.painted if (done := finishing.finish(part))]

    def _paint_within_memory(self, run: Run) -> None:
        """Paint all parts; where the memory does not suffice, fewer at once, or once with less.

        What is said here of memory is said where no traceback holds the tensors any more: only then
        is there something to free.
        """
        while numbers := run.waiting[: run.at_once]:
            if self._try(run, numbers):
                del run.waiting[: len(numbers)]
            elif not self._save_memory(run, len(numbers)):
                self._fail(run, run.waiting, FailureKind.OUT_OF_MEMORY, too_little_memory(run))
                return

    def _save_memory(self, run: Run, count: int) -> bool:
        """Need less from now on, and tell the bot; False where this run is not worth another try.

        `count` were too many at once.
        """
        self._loader.free()
        if self._loader.make_alone(run.spec):
            log.warning("run %s: too little memory, once more without other models", run.serial)
            again = True
        elif count > 1 and not run.loading:
            log.warning("run %s: too little memory for %d at once", run.serial, count)
            run.room = count // 2 * run.pixels
            again = True
        elif run.wears_loras:
            # Whoever asks for that model without them is not to wait longer for it.
            log.warning("run %s: too little memory with LoRAs", run.serial)
            again = False
        else:
            economy = self._loader.economize(run.spec, loading=run.loading)
            setting = f"from now on {economy.name}" if economy else "and nothing needs less"
            log.warning("run %s: too little memory, %s", run.serial, setting)
            run.next_needs_less = economy is not None
            again = run.next_needs_less and not run.economized
            run.economized = True
        self._tell_of_models()
        level = self._loader.level(run.spec)
        room = None if run.wears_loras else run.room
        self._send(run.serial, "scarce", level=level, room=room)
        return again

    def _try(self, run: Run, numbers: Sequence[int]) -> bool:
        """Paint these parts or say why not; False where the memory did not suffice."""
        try:
            self._paint(run, numbers)
        except Interrupted:
            for number in numbers:
                self._send(run.serial, "cancelled", part=number)
        except LoadError as error:
            if is_poisoned(error):
                raise
            # What is to be seen is in what the libraries say, not in where they said it; the bot
            # has that with the jobs' ends, and logs it.
            log.debug("jobs %s: %s", run.job_ids, trail(error))
            is_lora = isinstance(error, LoraError)
            kind = FailureKind.LORA_UNAVAILABLE if is_lora else FailureKind.MODEL_UNAVAILABLE
            self._fail(run, run.waiting, kind, str(error), error)
            run.waiting.clear()
        except Exception as error:
            if is_poisoned(error):
                raise
            if is_out_of_memory(error):
                return False
            log.exception("jobs %s: a bug", run.job_ids)
            self._fail(run, numbers, FailureKind.INTERNAL, INTERNAL, error)
        return True

    def _paint(self, run: Run, numbers: Sequence[int]) -> None:
        model = self._load(run, numbers)
        steps = run.requests[0].steps_made

        def tell(step: int, steps: int) -> None:
            self._send(run.serial, "progress", step=step, steps=steps)

        tell_rarely = rarely(tell, _STEPS_APART_S)

        def on_step(step: int) -> None:
            self._stop_if_cancelled(run, numbers)
            if step > run.steps_done:  # a picture that had to be repeated starts anew
                run.steps_done = step
                tell_rarely(step, steps)

        self._stop_if_cancelled(run, numbers)
        requests = [run.requests[number] for number in numbers]
        # Whoever brings a picture is painted for alone.
        with self._previews.of(run, model) as watched:
            image = run.images[numbers[0]]
            outcomes = paint(model, run.spec, requests, on_step, image, watched)
        for number, outcome in zip(numbers, outcomes, strict=True):
            if isinstance(outcome, BadPicture):
                self._fail(run, [number], FailureKind.BAD_PICTURE, _BAD_PICTURE, outcome)
            elif not self._is_cancelled(run, number):
                circumstances = self._circumstances(model, len(numbers))
                # The first picture's recipe as all others': by then the bot has pinned them.
                spec = run.spec.pinned(self._loader.commits)
                request = run.requests[number].pinned(self._loader.commits)
                made = recipe(spec, request, circumstances)
                remarks = lengths.remarks(model, run.spec, request)
                run.painted.append(PaintedPart(number, outcome, made, remarks))
            else:
                self._send(run.serial, "cancelled", part=number)

    def _load(self, run: Run, numbers: Sequence[int]) -> LoadedModel:
        loras = run.requests[0].loras

        def on_load(putting_on: Sequence[AskedLora]) -> None:
            run.loading, run.wears_loras = True, bool(putting_on)
            self._send(run.serial, "loading", loras=[lora.name for lora in putting_on])

        def on_bytes(here: int, total: int) -> None:
            self._send(run.serial, "downloading", done=here, total=total)

        self._stop_if_cancelled(run, numbers)
        try:
            model = self._loader.get(run.spec, on_load, rarely(on_bytes), loras)
        finally:
            # Also of one that can't be loaded: others may have left for it.
            self._tell_of_models()
        run.wears_loras = bool(loras)
        if level := self._loader.loaded_at(run.spec):
            self._send(run.serial, "level", level=level)
        if run.loading:
            run.loading = False
            self._send(run.serial, "loaded")
        return model

    def _tell_of_models(self) -> None:
        """Say which models are loaded, and what their repos are at, where that has changed."""
        toolbox = self._finisher.toolbox
        models = {
            "loaded": [*self._loader.names, *toolbox.names],
            "commits": {
                **self._previews.decoders.commits,
                **self._loader.commits,
                **toolbox.commits,
            },
        }
        if models != self._told_models:
            self._channel.send({"kind": "models", **models})
            self._told_models = models

    def _is_cancelled(self, run: Run, number: int) -> bool:
        return (run.serial, number) in self._cancelled

    def _stop_if_cancelled(self, run: Run, numbers: Sequence[int]) -> None:
        if all(self._is_cancelled(run, number) for number in numbers):
            raise Interrupted

    def _circumstances(self, model: LoadedModel, batch: int) -> dict[str, Any]:
        """What the recipe needs beyond the request: another host may round differently."""
        libraries = ["diffusers", "torch", "transformers", *(["compel"] if model.encoder else [])]
        return {
            "batch": batch,
            "memory": model.economy.name,
            "revision": model.revision,
            "commits": model.commits,
            "scheduler": type(model.pipeline.scheduler).__name__,
            "dtype": str(model.dtype).removeprefix("torch."),
            "device": self._device.torch_device.type,
            "libraries": library_versions(*sorted(libraries)),
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
            self._send(run.serial, "failed", part=number, **failure_of(failure, message, error))


_BAD_PICTURE = "The model painted nothing that could be shown. Try another seed, or other words."
