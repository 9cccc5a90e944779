"""The device a worker paints on; torch's view of a GPU stands in for one."""

from typing import Any

import pytest
import torch

from generation.catalog import Catalog
from generation.worker import device as devices
from generation.worker.device import DeviceUnavailable, choose_device
from generation.worker.precision import dtype_for


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the driver lists and that this torch has no code for."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "NVIDIA GeForce GTX 1080")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (6, 1))
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: ["sm_75", "sm_90"])


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def ones(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(devices.torch, "ones", ones)


@pytest.mark.usefixtures("gpu")
def test_a_gpu_that_is_too_old_for_this_torch_is_said_to_be(monkeypatch: pytest.MonkeyPatch):
    error = "CUDA error: no kernel image is available for execution on the device"
    refuse(monkeypatch, RuntimeError(error))
    with pytest.raises(DeviceUnavailable) as caught:
        choose_device("auto")
    assert "GTX 1080" in str(caught.value)
    assert "6.1" in str(caught.value)
    assert "sm_75, sm_90" in str(caught.value)
    assert "“cpu”" in str(caught.value)


@pytest.mark.usefixtures("gpu")
def test_one_that_fails_otherwise_is_told_of_in_torch_s_words(monkeypatch: pytest.MonkeyPatch):
    refuse(monkeypatch, RuntimeError("CUDA error: out of memory"))
    with pytest.raises(DeviceUnavailable, match="out of memory"):
        choose_device("cuda:0")


class Gpus:
    """An old one and a new one; the old one is current until another is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.current = 0
        zero = torch.zeros(1)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.cuda, "get_device_name", str)
        monkeypatch.setattr(torch.cuda, "set_device", self.set)
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: self.current == 1)
        monkeypatch.setattr(devices.torch, "ones", lambda *_, **__: zero)

    def set(self, device: torch.device) -> None:
        if device.index is None:
            raise ValueError("Expected a torch.device with a specified index or an integer")
        self.current = device.index


@pytest.mark.parametrize(
    ("wanted", "current"), [("auto", 0), ("cuda", 0), ("cuda:0", 0), ("cuda:1", 1)]
)
def test_the_gpu_that_is_chosen_is_the_current_one(
    monkeypatch: pytest.MonkeyPatch, wanted: str, current: int
):
    gpus = Gpus(monkeypatch)
    assert choose_device(wanted).torch_device.index in (current, None)
    assert gpus.current == current


@pytest.mark.parametrize(
    ("wanted", "dtype"), [("cuda:0", torch.float32), ("cuda:1", torch.bfloat16)]
)
def test_what_a_gpu_can_do_is_asked_of_the_one_that_is_chosen(
    monkeypatch: pytest.MonkeyPatch, wanted: str, dtype: torch.dtype
):
    Gpus(monkeypatch)
    spec = Catalog.load()["z-image-turbo"]
    assert spec.dtype == "bfloat16"
    assert dtype_for(spec, choose_device(wanted)) is dtype


@pytest.mark.usefixtures("gpu")
def test_a_gpu_that_cannot_be_used_does_not_become_the_current_one(
    monkeypatch: pytest.MonkeyPatch,
):
    made: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "set_device", made.append)
    refuse(monkeypatch, RuntimeError("CUDA error: out of memory"))
    with pytest.raises(DeviceUnavailable):
        choose_device("cuda:1")
    assert not made


@pytest.mark.parametrize(("wanted", "said"), [("meta", "cpu or cuda"), ("tpu", "choose auto")])
def test_what_easel_paints_not_on_is_refused(wanted: str, said: str):
    with pytest.raises(DeviceUnavailable, match=said):
        choose_device(wanted)


def test_a_gpu_that_is_not_there_is_missed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceUnavailable, match="is its driver installed"):
        choose_device("cuda")
