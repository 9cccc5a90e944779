"""The worker's loop where things go wrong on the device, whose part the test plays."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import torch

from generation.catalog import Catalog
from generation.frames import Frame
from generation.request import GenerationRequest
from generation.worker import hub, serve
from generation.worker.cancellations import Cancellations
from generation.worker.device import Device
from generation.worker.load_errors import explain
from generation.worker.memory import is_out_of_memory, is_poisoned

TURBO = Catalog.load()["sdxl-turbo"]


class Sent:
    """A channel that keeps what is sent, and has nothing to receive."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def send(self, header: dict[str, Any], blob: bytes = b"") -> None:
        self.frames.append(header)


class FakeLoader:
    """Has every model, and tells whether it was asked to free it."""

    def __init__(self) -> None:
        self.dropped = False

    def get(self, spec: object, on_load: Callable[[], None]) -> object:
        return object()

    def drop(self) -> None:
        self.dropped = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> serve.Server:
    # What it imports and silences is for the process that it is alone in.
    monkeypatch.setattr(serve, "_tame_libraries", lambda: None)
    monkeypatch.setattr(serve, "_SLOWEST", "json")
    monkeypatch.setattr(serve, "limit_patience", lambda: None)
    made = serve.Server(
        Sent(),  # pyright: ignore[reportArgumentType]
        Device(torch.device("cpu"), "CPU", torch.float32),
        Cancellations(),
    )
    made._loader = FakeLoader()  # pyright: ignore[reportAttributeAccessIssue]
    return made


def header(run: int = 1) -> dict[str, Any]:
    request = GenerationRequest.build(TURBO, "a red circle", seed=7)
    return {
        "kind": "paint",
        "run": run,
        "job_id": 10,
        "spec": TURBO.model_dump(mode="json"),
        "request": request.model_dump(mode="json"),
    }


def raising(error: BaseException) -> Callable[..., None]:
    def paint(*arguments: object) -> None:
        raise error

    return paint


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
        RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
        MemoryError(),
    ],
)
def test_out_of_memory_frees_the_model_and_is_said_plainly(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(serve, "paint", raising(error))
    server._answer(header())
    (failure,) = server._channel.frames  # pyright: ignore[reportAttributeAccessIssue]
    assert failure["failure"] == "out_of_memory"
    assert "Try a smaller size" in failure["message"]
    assert server._loader.dropped  # pyright: ignore[reportAttributeAccessIssue]


def test_a_poisoned_device_ends_the_process(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent: whoever waits learns of it from the end of the process."""
    monkeypatch.setattr(
        serve, "paint", raising(torch.AcceleratorError("CUDA error: an illegal memory access"))
    )
    ended: list[int] = []

    def leave(status: int) -> None:
        ended.append(status)
        raise SystemExit

    monkeypatch.setattr(os, "_exit", leave)
    with pytest.raises(SystemExit):
        server._answer(header())
    assert ended == [70]
    assert server._channel.frames == []  # pyright: ignore[reportAttributeAccessIssue]


def test_a_run_cancelled_before_its_turn_is_not_begun(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "paint", raising(AssertionError("painted")))
    assert server._cancelled.take(Frame({"kind": "cancel", "run": 2}))
    server._answer(header(run=2))
    assert server._channel.frames == [{"kind": "cancelled", "run": 2}]  # pyright: ignore
    assert 2 not in server._cancelled


def test_other_frames_are_not_taken_for_cancellations() -> None:
    assert not Cancellations().take(Frame({"kind": "paint", "run": 2}))


def test_a_bug_is_no_lack_of_memory_and_no_broken_device() -> None:
    error = RuntimeError("mat1 and mat2 shapes cannot be multiplied")
    assert not is_out_of_memory(error)
    assert not is_poisoned(error)
    assert is_poisoned(RuntimeError("CUDA error: unspecified launch failure"))


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
