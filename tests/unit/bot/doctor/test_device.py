"""What is said of the device: the processor, a GPU, or one that can't be used."""

import pytest

from bot.doctor import State, _device
from bot.doctor._device import check_device, check_memory
from bot.doctor._views import Device, Devices
from tests.unit.bot.doctor.conftest import MakeCase

GIB = 1024**3
CPU = Device("CPU", gpu=False)
H100 = Device("NVIDIA H100", gpu=True, free=78 * GIB, total=80 * GIB)
TOO_OLD = "The NVIDIA driver on your system is too old (found version 11040)."


@pytest.fixture
def nvidia(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system shows a GPU."""
    monkeypatch.setattr(_device, "has_nvidia_driver", lambda: True)


@pytest.fixture
def no_nvidia(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_device, "has_nvidia_driver", lambda: False)


async def test_a_gpu_is_told_with_its_memory(make_case: MakeCase):
    case = make_case(Devices(torch="2.14.1+cu130", cuda="13.0", devices=(H100,)))
    (finding,) = await check_device(case)
    assert finding.state is State.OK
    assert finding.found == "NVIDIA H100, 78.0 GiB of 80.0 GiB free (torch 2.14.1+cu130)"


@pytest.mark.usefixtures("no_nvidia")
async def test_a_host_without_a_gpu_is_told_so_as_a_note(make_case: MakeCase):
    case = make_case(Devices(torch="2.14.1+cu130", cuda="13.0", devices=(CPU,), refused="none"))
    fine, hint = await check_device(case)
    assert (fine.state, hint.state) == (State.OK, State.NOTE)


@pytest.mark.usefixtures("nvidia")
async def test_the_processor_by_choice_is_no_finding(make_case: MakeCase):
    case = make_case(Devices(torch="2.14.1", devices=(CPU,), refused=TOO_OLD), device="cpu")
    (finding,) = await check_device(case)
    assert finding.state is State.OK


@pytest.mark.usefixtures("nvidia")
async def test_a_driver_that_is_too_old_for_torch_is_told_with_both(make_case: MakeCase):
    devices = Devices(torch="2.14.1+cu130", cuda="13.0", devices=(CPU,), refused=TOO_OLD)
    _, finding = await check_device(make_case(devices))
    assert finding.state is State.WARNING
    assert "CUDA 13.0" in finding.found
    assert TOO_OLD in finding.found
    assert "update NVIDIA's driver" in finding.remedy


@pytest.mark.usefixtures("nvidia")
async def test_a_torch_without_cuda_beside_a_gpu_is_told(make_case: MakeCase):
    devices = Devices(torch="2.14.1+cpu", cuda=None, devices=(CPU,), refused="not compiled")
    _, finding = await check_device(make_case(devices))
    assert finding.state is State.WARNING
    assert "built without CUDA" in finding.found
    assert "Install torch and torchvision with CUDA" in finding.remedy


async def test_a_gpu_that_was_asked_for_and_is_not_there_is_an_error(make_case: MakeCase):
    devices = Devices(torch="2.14.1", devices=(H100,), unavailable="The GPU “cuda:1” can't be used")
    fine, finding = await check_device(make_case(devices, device="cuda:0,cuda:1"))
    assert fine.state is State.OK
    assert finding.state is State.ERROR
    assert finding.found.startswith("EASEL_DEVICE=cuda:0,cuda:1 can't be used: The GPU “cuda:1”")


async def test_a_torch_that_can_not_be_imported_is_an_error(make_case: MakeCase):
    (finding,) = await check_device(make_case(Devices(broken="libcudart.so.13: cannot open")))
    assert finding.state is State.ERROR
    assert "libcudart.so.13" in finding.found


@pytest.mark.parametrize(
    ("token", "state"), [(None, State.ERROR), ("hf_" + "x" * 30, State.NOTE)], ids=["none", "token"]
)
async def test_without_torch_somebody_else_has_to_paint(
    make_case: MakeCase, token: str | None, state: State
):
    fields = {"hf_token": token} if token else {}
    (finding,) = await check_device(make_case(Devices(lacking=("torch", "diffusers")), **fields))
    assert finding.state is state
    assert "torch, diffusers not installed" in finding.found
    assert "`local`" in finding.remedy


@pytest.mark.parametrize(
    ("free", "lacking", "state"),
    [
        (GIB, (), State.WARNING),
        (GIB, ("torch",), State.OK),
        (3 * GIB, (), State.OK),
        (None, (), State.OK),
    ],
)
async def test_little_memory_is_told_where_this_host_paints(
    make_case: MakeCase,
    monkeypatch: pytest.MonkeyPatch,
    free: int | None,
    lacking: tuple[str, ...],
    state: State,
):
    monkeypatch.setattr(_device, "free_memory", lambda: free)
    (finding,) = await check_memory(make_case(Devices(lacking=lacking)))
    assert finding.state is state
