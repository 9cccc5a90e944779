"""The worker's loop: one run after the other, each ending in exactly one final frame."""

import importlib
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import diffusers
import transformers
from PIL import Image

from generation.catalog import ModelSpec
from generation.channel import Channel
from generation.executors.base import FailureKind
from generation.imaging import png
from generation.recipe import library_versions, recipe
from generation.request import GenerationRequest
from generation.worker.cancellations import Cancellations
from generation.worker.device import Device
from generation.worker.hub import limit_patience
from generation.worker.load_errors import LoadError, trail
from generation.worker.loader import LoadedModel, Loader
from generation.worker.memory import is_out_of_memory, is_poisoned
from generation.worker.paint import BadPicture, Interrupted, Pixels, paint

log = logging.getLogger(__name__)

_POISONED = 70  # exit status: the device's context is broken
_SLOWEST = "diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl"


class Server:
    """Takes runs from the channel and answers on it."""

    def __init__(self, channel: Channel, device: Device, cancellations: Cancellations) -> None:
        """Make ready; nothing is painted before `serve`."""
        self._channel = channel
        self._device = device
        self._loader = Loader(device)
        self._cancelled = cancellations
        # PNG takes as long as some models take to paint, and needs no device.
        self._encoding = ThreadPoolExecutor(1, thread_name_prefix="encoding")
        _tame_libraries()
        limit_patience()
        # Imported lazily by diffusers, and slow: before the first run rather than in it.
        importlib.import_module(_SLOWEST)

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
        run: int = header["run"]
        out_of_memory = False
        try:
            self._paint(header)
        except Interrupted:
            self._send(run, "cancelled")
        except LoadError as error:
            # What is to be seen is in what the libraries say, not in where they said it.
            log.error("job %s: %s", header["job_id"], trail(error))
            self._fail(run, FailureKind.MODEL_UNAVAILABLE, str(error), error)
        except BadPicture as error:
            self._fail(run, FailureKind.BAD_PICTURE, _BAD_PICTURE, error)
        except Exception as error:
            if is_poisoned(error):
                log.exception(
                    "job %s: the device is of no further use to this process", header["job_id"]
                )
                os._exit(_POISONED)
            out_of_memory = is_out_of_memory(error)
            if not out_of_memory:
                log.exception("job %s: a bug", header["job_id"])
                self._fail(run, FailureKind.INTERNAL, _INTERNAL, error)
        if out_of_memory:
            # Only here, where no traceback holds the tensors any more, is there something to free.
            self._loader.drop()
            self._fail(run, FailureKind.OUT_OF_MEMORY, _OUT_OF_MEMORY, None)
        self._cancelled.forget(run)

    def _paint(self, header: dict[str, Any]) -> None:
        run: int = header["run"]
        spec = ModelSpec.model_validate(header["spec"])
        request = GenerationRequest.model_validate(header["request"])
        self._stop_if_cancelled(run)
        loading = False

        def on_load() -> None:
            nonlocal loading
            loading = True
            self._send(run, "loading")

        model = self._loader.get(spec, on_load)
        if loading:
            self._send(run, "loaded")

        done = 0

        def on_step(step: int) -> None:
            nonlocal done
            self._stop_if_cancelled(run)
            if step > done:  # a picture that had to be repeated starts anew
                done = step
                self._send(run, "progress", step=step, steps=request.num_inference_steps)

        self._stop_if_cancelled(run)
        pixels = paint(model, spec, request, on_step)
        self._send(run, "painted")
        self._encoding.submit(
            self._finish, run, pixels, recipe(spec, request, self._circumstances(model))
        )

    def _finish(self, run: int, pixels: Pixels, made: dict[str, Any]) -> None:
        try:
            image = Image.fromarray(pixels)
            self._send(
                run,
                "finished",
                png.encode(image, made),
                width=image.width,
                height=image.height,
                revision=made["revision"],
            )
        except Exception as error:
            log.exception("a picture can't be encoded")
            self._fail(run, FailureKind.INTERNAL, _INTERNAL, error)

    def _stop_if_cancelled(self, run: int) -> None:
        if run in self._cancelled:
            raise Interrupted

    def _circumstances(self, model: LoadedModel) -> dict[str, Any]:
        """What the recipe needs beyond the request: another host may round differently."""
        return {
            "revision": model.revision,
            "scheduler": type(model.pipeline.scheduler).__name__,
            "dtype": str(self._device.dtype).removeprefix("torch."),
            "device": self._device.torch_device.type,
            "libraries": library_versions("diffusers", "torch", "transformers"),
        }

    def _send(self, run: int, kind: str, blob: bytes = b"", **fields: Any) -> None:
        self._channel.send({"kind": kind, "run": run, **fields}, blob)

    def _fail(
        self, run: int, failure: FailureKind, message: str, error: BaseException | None
    ) -> None:
        detail = trail(error)[:2000] if error else ""
        self._send(run, "failed", failure=failure, message=message, detail=detail)


_BAD_PICTURE = "The model painted nothing that could be shown. Try another seed, or other words."
_INTERNAL = (
    "Something went wrong inside Easel while painting. Try again; whoever runs Easel finds the"
    " reason in its log."
)
_OUT_OF_MEMORY = "The device ran out of memory. Try a smaller size or another model."


def _tame_libraries() -> None:
    """No progress bars; warnings into our log; no line that quotes a prompt."""
    for library in (diffusers, transformers):
        library.utils.logging.disable_progress_bar()
        library.utils.logging.disable_default_handler()
        library.utils.logging.enable_propagation()
    logging.getLogger("huggingface_hub").handlers.clear()  # it would say everything twice
    # Both speak of prompts that are longer than the tokenizer takes, which the pipelines truncate.
    logging.getLogger("diffusers.pipelines").setLevel(logging.ERROR)  # quotes what it truncates
    logging.getLogger("transformers.tokenization_utils_base").addFilter(_is_of_use)


def _is_of_use(record: logging.LogRecord) -> bool:
    """Not the warning that a long prompt will end in errors: here it does not."""
    return not record.getMessage().startswith("Token indices sequence length is longer")
