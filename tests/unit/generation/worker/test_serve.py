"""The worker's loop where things go wrong on the device, whose part the test plays."""

import errno
import os
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import httpx2
import numpy as np
import pytest
import torch
from PIL import Image

from generation.catalog import Catalog, ModelSpec, Size
from generation.loras import AskedLora
from generation.processes.frames import Frame
from generation.request import GenerationRequest
from generation.worker import encoding, hub, libraries, serve
from generation.worker.cancellations import Cancellations
from generation.worker.device import Device
from generation.worker.economy import ECONOMIES, Economy
from generation.worker.load_errors import LoadError, LoraError, explain
from generation.worker.loader import OnLoad
from generation.worker.memory import is_out_of_memory, is_poisoned
from generation.worker.paint import BadPicture

TURBO = Catalog.load()["sdxl-turbo"]
INK = AskedLora(name="ink", licence="MIT", repo="easel/ink", file="ink.safetensors")


class Sent:
    """A channel that keeps what is sent, and has nothing to receive."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def send(self, header: dict[str, Any], blob: bytes = b"") -> None:
        self.frames.append(header)


class FakeModel:
    """As much of a model as is told of it in a recipe."""

    revision = None
    commits: ClassVar[dict[str, str]] = {}
    dtype = torch.float32
    encoder = None

    def __init__(self, economy: Economy) -> None:
        self.economy = economy
        self.pipeline = SimpleNamespace(scheduler=object())


class FakeLoader:
    """Has every model, and tells what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.names: list[str] = []
        self.commits: dict[str, str] = {}
        self.others = False  # whether other models are loaded, too
        self.levels = 2
        self.now = 0
        self.loads: list[Exception] = []  # what loading raises, one after the other

    def get(
        self, spec: object, on_load: OnLoad, watch: object, loras: Sequence[AskedLora]
    ) -> FakeModel:
        if self.loads:
            on_load(())
            raise self.loads.pop(0)
        return FakeModel(ECONOMIES[self.now])

    def begin_at(self, spec: object, level: int) -> None:
        self.now = max(self.now, level)

    def level(self, spec: object) -> int:
        return self.now

    def loaded_at(self, spec: object) -> int:
        return self.now

    def free(self) -> None:
        self.asked.append("free")

    def make_alone(self, spec: object) -> bool:
        had, self.others = self.others, False
        return had

    def economize(self, spec: object, *, loading: bool) -> Economy | None:
        self.asked.append("economize loading" if loading else "economize")
        if self.now + 1 == self.levels:
            return None
        self.now += 1
        return ECONOMIES[self.now]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> serve.Server:
    # What it imports and silences is for the process that it is alone in.
    monkeypatch.setattr(libraries, "tame", lambda: None)
    monkeypatch.setattr(libraries, "import_slowest", lambda: None)
    monkeypatch.setattr(serve, "limit_patience", lambda: None)
    made = serve.Server(
        Sent(),  # pyright: ignore[reportArgumentType]
        Device(torch.device("cpu"), "CPU", torch.float32),
        Cancellations(),
    )
    made._loader = FakeLoader()  # pyright: ignore[reportAttributeAccessIssue]
    return made


def header(
    run: int = 1,
    parts: int = 1,
    spec: ModelSpec = TURBO,
    level: int = 0,
    room: int | None = None,
) -> dict[str, Any]:
    requests = [GenerationRequest.build(spec, f"circle {number}") for number in range(parts)]
    return {
        "kind": "paint",
        "run": run,
        "spec": spec.model_dump(mode="json"),
        "parts": [
            {"job_id": 10 + number, "request": request.model_dump(mode="json"), "image": 0}
            for number, request in enumerate(requests)
        ],
        "level": level,
        "room": room,
    }


def wearing(parts: int = 1, **asked: Any) -> dict[str, Any]:
    """A frame whose prompts name a LoRA."""
    frame = header(parts=parts, **asked)
    for part in frame["parts"]:
        part["request"]["loras"] = [INK.model_dump(mode="json")]
    return frame


def answer(server: serve.Server, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """All that is sent because of that frame, pictures included."""
    server._answer(Frame(asked))
    server._encoding.end()
    return server._channel.frames  # pyright: ignore[reportAttributeAccessIssue]


def raising(error: BaseException) -> Callable[..., None]:
    def paint(*arguments: object) -> None:
        raise error

    return paint


OUT_OF_MEMORY = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
    RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried"),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
    RuntimeError("can't start new thread"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`"),
    RuntimeError("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED"),
    RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"),
    MemoryError(),
]


class Exhausted:
    """A painter that runs out of memory as often as it is told, or with too many at once."""

    def __init__(self, error: Exception, times: int = 0, most: int = 8) -> None:
        self.error, self.times, self.most = error, times, most
        self.batches: list[int] = []

    def __call__(
        self,
        model: object,
        spec: object,
        requests: Sequence[GenerationRequest],
        on_step: Callable[[int], None],
        *_: object,
    ) -> list[Any]:
        self.batches.append(len(requests))
        on_step(1)
        if len(requests) > self.most or len(self.batches) <= self.times:
            raise self.error
        return [np.full((8, 8, 3), number, np.uint8) for number in range(len(requests))]


@pytest.mark.parametrize("error", OUT_OF_MEMORY)
def test_out_of_memory_is_tried_once_more_with_the_next_cheaper_setting(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(error, times=1))
    frames = answer(server, header())
    kinds = [frame["kind"] for frame in frames]
    assert kinds == ["progress", "scarce", "level", "painted", "finished"]
    assert server._loader.asked == ["free", "economize"]  # pyright: ignore


@pytest.mark.parametrize("levels", [1, 2, 4])
def test_out_of_memory_again_is_said_plainly(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, levels: int
) -> None:
    painter = Exhausted(OUT_OF_MEMORY[0], times=9)
    monkeypatch.setattr(serve, "paint", painter)
    server._loader.levels = levels  # pyright: ignore
    failure = answer(server, header())[-1]
    assert failure["failure"] == "out_of_memory"
    assert failure["message"] == (
        "SDXL-Turbo needs more memory for 512x512 than this host's device has."
        " Choose another model."
        if levels < 4
        else "SDXL-Turbo needed more memory for 512x512 than this host's device has. Ask again:"
        " from now on Easel paints with it in a way that needs less, and takes longer."
    )
    assert painter.batches == [1] * min(levels, 2)
    assert server._loader.asked[-1] == "economize"  # pyright: ignore


def test_out_of_memory_names_the_sizes_that_need_less(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = tuple(Size(width=side, height=side) for side in (512, 256, 1024))
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0], times=9))
    failure = answer(server, header(spec=TURBO.model_copy(update={"sizes": sizes})))[-1]
    assert failure["message"].endswith(" Ask for 256x256.")


def test_a_batch_out_of_memory_is_painted_one_by_one(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = Exhausted(OUT_OF_MEMORY[0], most=1)
    monkeypatch.setattr(serve, "paint", painter)
    frames = answer(server, header(parts=3))
    assert [frame["kind"] for frame in frames] == ["progress", "scarce", "painted"] + 3 * [
        "finished"
    ]
    assert sorted(frame["part"] for frame in frames[3:]) == [0, 1, 2]
    assert painter.batches == [3, 1, 1, 1]
    assert server._loader.asked == ["free"]  # pyright: ignore


def test_other_models_leave_before_anything_is_learned_of_this_one(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = Exhausted(OUT_OF_MEMORY[0], times=2)
    monkeypatch.setattr(serve, "paint", painter)
    server._loader.others = True  # pyright: ignore
    frames = answer(server, header())
    told = [(frame["level"], frame["room"]) for frame in frames if frame["kind"] == "scarce"]
    assert told == [(0, None), (1, None)]
    assert painter.batches == [1, 1, 1]
    assert frames[-1]["kind"] == "finished"


def test_the_bot_is_told_which_models_are_loaded_where_that_has_changed(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0]))
    server._loader.names = ["sdxl-turbo"]  # pyright: ignore
    for run in (1, 2):
        server._answer(Frame(header(run)))
    told = [frame for frame in answer(server, header(3)) if frame["kind"] == "models"]
    assert told == [{"kind": "models", "loaded": ["sdxl-turbo"], "commits": {}}]


def test_a_batch_too_large_is_halved_and_the_bot_is_told_how_many_pixels_fit(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = Exhausted(OUT_OF_MEMORY[0], most=2)
    monkeypatch.setattr(serve, "paint", painter)
    frames = answer(server, header(parts=8))
    assert painter.batches == [8, 4, 2, 2, 2, 2]
    rooms = [frame["room"] for frame in frames if frame["kind"] == "scarce"]
    assert rooms == [4 * 512 * 512, 2 * 512 * 512]


@pytest.mark.parametrize(("room", "batches"), [(2 * 512 * 512, [2, 1]), (256 * 256, [1, 1, 1])])
def test_no_more_are_painted_at_once_than_fitted_before(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, room: int, batches: list[int]
) -> None:
    painter = Exhausted(OUT_OF_MEMORY[0])
    monkeypatch.setattr(serve, "paint", painter)
    frames = answer(server, header(parts=3, room=room))
    assert painter.batches == batches
    assert [frame["kind"] for frame in frames][-3:] == ["finished"] * 3


def test_what_a_worker_before_learned_is_begun_with(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0]))
    monkeypatch.setattr(encoding.png, "encode", lambda image, recipe: made.append(recipe["memory"]))
    answer(server, header(level=3))
    assert made == [ECONOMIES[3].name]


def test_the_bot_is_told_the_level_after_the_one_that_failed_last(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0], times=9))
    server._loader.levels = 4  # pyright: ignore
    frames = answer(server, header(parts=2))
    ends = [frame for frame in frames if frame["kind"] in ("scarce", "failed")]
    told = [(frame["kind"], frame.get("level")) for frame in ends]
    assert told == [("scarce", 0), ("scarce", 1), ("scarce", 2), ("failed", None), ("failed", None)]


@pytest.mark.parametrize(("level", "told"), [(0, []), (2, [2])])
def test_the_bot_is_told_before_the_first_step_of_a_model_that_is_loaded_so_that_it_takes_longer(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, level: int, told: list[int]
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0]))
    server._loader.now = level  # pyright: ignore
    frames = answer(server, header())
    before = frames[: [frame["kind"] for frame in frames].index("progress")]
    assert [(frame["kind"], frame["level"]) for frame in before] == [("level", n) for n in told]


def test_loading_that_runs_out_of_memory_is_tried_once_more_and_no_smaller_batch(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = Exhausted(OUT_OF_MEMORY[0])
    monkeypatch.setattr(serve, "paint", painter)
    server._loader.loads = [OUT_OF_MEMORY[0]]  # pyright: ignore
    frames = answer(server, header(parts=2))
    assert [frame["kind"] for frame in frames[:2]] == ["loading", "scarce"]
    assert server._loader.asked == ["free", "economize loading"]  # pyright: ignore
    assert painter.batches == [2]


def test_weights_that_are_too_large_are_not_blamed_on_the_size(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server._loader.loads = OUT_OF_MEMORY[:2]  # pyright: ignore
    sizes = tuple(Size(width=side, height=side) for side in (512, 256))
    failure = answer(server, header(spec=TURBO.model_copy(update={"sizes": sizes})))[-1]
    assert failure["message"] == (
        "SDXL-Turbo needs more memory than this host's device has. Choose another model."
    )


def test_what_loras_need_is_not_learned_of_their_model(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = Exhausted(OUT_OF_MEMORY[0], times=9)
    monkeypatch.setattr(serve, "paint", painter)
    sizes = tuple(Size(width=side, height=side) for side in (512, 256))
    spec = TURBO.model_copy(update={"sizes": sizes})
    frames = answer(server, wearing(parts=2, spec=spec))
    told = [(frame["level"], frame["room"]) for frame in frames if frame["kind"] == "scarce"]
    assert told == [(0, None), (0, None)]
    assert painter.batches == [2, 1]
    assert server._loader.asked == ["free", "free"]  # pyright: ignore
    assert frames[-1]["failure"] == "out_of_memory"
    assert frames[-1]["message"] == (
        "SDXL-Turbo with the LoRA ink needs more memory for 512x512 than this host's device has."
        " Leave it out, or ask for 256x256."
    )


def test_other_models_leave_for_loras(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0], times=1))
    server._loader.others = True  # pyright: ignore
    assert answer(server, wearing())[-1]["kind"] == "finished"


def test_a_model_too_large_without_them_is_not_blamed_on_its_loras(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0]))
    server._loader.loads = [OUT_OF_MEMORY[0]]  # pyright: ignore
    assert answer(server, wearing())[-1]["kind"] == "finished"
    assert server._loader.asked == ["free", "economize loading"]  # pyright: ignore


def test_why_a_model_cannot_be_had_is_told_to_the_bot_once_and_logged_there_alone(
    server: serve.Server, caplog: pytest.LogCaptureFixture
) -> None:
    refused = OSError("connection refused")
    again = OSError("connection refused")
    again.__cause__ = refused
    error = LoadError("No.")
    error.__cause__ = again
    server._loader.loads = [error]  # pyright: ignore
    (*_, end) = answer(server, wearing())
    assert end["detail"] == "LoadError: No. <- OSError: connection refused"
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


def test_a_lora_that_cannot_be_had_is_no_failure_of_its_model(server: serve.Server) -> None:
    server._loader.loads = [LoraError("No."), AssertionError("asked again")]  # pyright: ignore
    frames = answer(server, wearing())
    assert (frames[-1]["kind"], frames[-1]["failure"]) == ("failed", "lora_unavailable")


def test_a_picture_tells_at_which_commits_its_model_and_its_loras_were(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0]))
    of_model = {"easel/turbo": "d" * 40, "easel/vae": "e" * 40}
    monkeypatch.setattr(FakeModel, "commits", of_model)
    server._loader.commits = {"easel/ink": "b" * 40, "easel/other": "c" * 40}
    assert answer(server, wearing())[-1]["commits"] == {**of_model, "easel/ink": "b" * 40}


def test_a_model_that_cannot_be_had_is_asked_for_once_for_all_parts(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server._loader.loads = [LoadError("No."), AssertionError("asked again")]  # pyright: ignore
    frames = answer(server, header(parts=2, room=1))
    assert [frame["kind"] for frame in frames] == ["loading", "failed", "failed"]
    assert {frame["message"] for frame in frames[1:]} == {"No."}


def test_a_part_that_is_no_picture_fails_alone(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    outcomes = [pixels, BadPicture("not finite"), pixels]
    monkeypatch.setattr(serve, "paint", lambda *_: outcomes)
    frames = answer(server, header(parts=3))
    ends = {frame["part"]: frame["kind"] for frame in frames if "part" in frame}
    assert ends == {0: "finished", 1: "failed", 2: "finished"}


def test_a_cancelled_part_is_thrown_away_and_the_others_go_on(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def paint(
        model: object, spec: object, requests: object, on_step: Callable[[int], None], *_: object
    ) -> Any:
        assert server._cancelled.take(Frame({"kind": "cancel", "run": 1, "part": 0}))
        on_step(1)
        return [np.zeros((8, 8, 3), np.uint8)] * 2

    monkeypatch.setattr(serve, "paint", paint)
    frames = answer(server, header(parts=2))
    ends = {frame["part"]: frame["kind"] for frame in frames if "part" in frame}
    assert ends == {0: "cancelled", 1: "finished"}


def test_when_all_parts_are_cancelled_painting_ends_at_the_step(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def paint(
        model: object, spec: object, requests: object, on_step: Callable[[int], None], *_: object
    ) -> Any:
        for part in range(2):
            assert server._cancelled.take(Frame({"kind": "cancel", "run": 1, "part": part}))
        on_step(1)
        raise AssertionError("painted on")

    monkeypatch.setattr(serve, "paint", paint)
    frames = answer(server, header(parts=2))
    assert [frame["kind"] for frame in frames] == ["cancelled", "cancelled"]


POISON = torch.AcceleratorError("CUDA error: an illegal memory access")


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the process ended with, as often as it did."""
    statuses: list[int] = []

    def leave(status: int) -> None:
        statuses.append(status)
        raise SystemExit

    monkeypatch.setattr(os, "_exit", leave)
    return statuses


def test_a_poisoned_device_ends_the_process(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, ended: list[int]
) -> None:
    """Of the run nothing is sent: whoever waits learns of it from the end of the process."""
    monkeypatch.setattr(serve, "paint", raising(POISON))
    with pytest.raises(SystemExit):
        server._answer(Frame(header()))
    assert ended == [70]
    frames: list[dict[str, Any]] = server._channel.frames  # pyright: ignore
    assert frames == [{"kind": "poisoned"}]


def test_what_was_painted_before_the_device_was_poisoned_arrives(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, ended: list[int]
) -> None:
    encode = encoding.png.encode

    def encode_slowly(image: Image.Image, made: dict[str, Any]) -> bytes:
        time.sleep(0.3)
        return encode(image, made)

    monkeypatch.setattr(encoding.png, "encode", encode_slowly)
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0]))
    server._answer(Frame(header(run=1, parts=3)))
    monkeypatch.setattr(serve, "paint", raising(POISON))
    with pytest.raises(SystemExit):
        server._answer(Frame(header(run=2)))
    assert ended == [70]
    frames: list[dict[str, Any]] = server._channel.frames  # pyright: ignore
    assert [each["run"] for each in frames if each["kind"] == "finished"] == [1, 1, 1]


@pytest.mark.parametrize("stage", ["fetch", "finish"])
def test_a_device_that_is_poisoned_by_what_is_done_beside_painting_ends_the_process(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, ended: list[int], stage: str
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0]))
    monkeypatch.setattr(server._finisher, stage, raising(POISON))
    with pytest.raises(SystemExit):
        server._answer(Frame(header()))
    assert ended == [70]
    frames: list[dict[str, Any]] = server._channel.frames  # pyright: ignore
    assert frames[-1] == {"kind": "poisoned"}


def wrapped(kind: type[LoadError]) -> LoadError:
    error = kind("It is for another kind of model.")
    error.__cause__ = POISON
    return error


@pytest.mark.parametrize("error", [POISON, wrapped(LoadError), wrapped(LoraError)])
def test_a_device_that_is_poisoned_while_loading_ends_the_process(
    server: serve.Server, ended: list[int], error: Exception
) -> None:
    server._loader.loads = [error]  # pyright: ignore
    with pytest.raises(SystemExit):
        server._answer(Frame(header()))
    assert ended == [70]
    frames: list[dict[str, Any]] = server._channel.frames  # pyright: ignore
    assert [frame["kind"] for frame in frames] == ["loading", "poisoned"]


def test_a_device_that_is_found_poisoned_while_memory_is_freed_ends_the_process(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, ended: list[int]
) -> None:
    monkeypatch.setattr(serve, "paint", Exhausted(OUT_OF_MEMORY[0], times=1))
    monkeypatch.setattr(server._loader, "free", raising(POISON))
    with pytest.raises(SystemExit):
        server._answer(Frame(header()))
    assert ended == [70]


def test_a_run_cancelled_before_its_turn_is_not_begun(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "paint", raising(AssertionError("painted")))
    assert server._cancelled.take(Frame({"kind": "cancel", "run": 2, "part": 0}))
    assert answer(server, header(run=2)) == [{"kind": "cancelled", "run": 2, "part": 0}]
    assert (2, 0) not in server._cancelled


def test_other_frames_are_not_taken_for_cancellations() -> None:
    assert not Cancellations().take(Frame({"kind": "paint", "run": 2}))


@pytest.mark.parametrize("error", OUT_OF_MEMORY)
def test_a_lack_of_memory_is_no_broken_device(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert not is_poisoned(error)


def test_a_bug_is_no_lack_of_memory_and_no_broken_device() -> None:
    error = RuntimeError("mat1 and mat2 shapes cannot be multiplied")
    assert not is_out_of_memory(error)
    assert not is_poisoned(error)
    assert is_poisoned(RuntimeError("CUDA error: unspecified launch failure"))


def test_a_broken_device_is_one_also_where_memory_was_short_before() -> None:
    error = RuntimeError("CUDA error: unspecified launch failure")
    error.__context__ = OUT_OF_MEMORY[0]
    assert is_poisoned(error)


def test_a_full_disk_is_said_plainly() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device", str(Path("/secret/path")))
        except OSError as error:
            raise RuntimeError("could not download") from error
    except RuntimeError as error:
        message = explain(error, TURBO)
    assert message == (
        "The host's disk has no room for SDXL-Turbo. Whoever runs Easel has to make some."
    )


def test_a_hub_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection and the question, and that is all."""
    monkeypatch.setitem(hub._PATIENCE, "read", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, hub._new_client() as client:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(httpx2.ReadTimeout) as caught:
            client.get(url, timeout=None)
    assert "Hugging Face can't be reached" in explain(caught.value, TURBO)


def test_what_nobody_thought_of_still_names_the_model() -> None:
    assert explain(KeyError("x"), TURBO).startswith("SDXL-Turbo can't be loaded.")
