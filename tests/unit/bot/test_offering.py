"""What paints on this host."""

import pytest

from bot import offering
from bot.settings import Settings


class Device:
    """A local executor that says how many GPUs it sees."""

    gpus = 3

    def __init__(self, device: str, environment: object, **limits: object) -> None:
        self.device = device


@pytest.mark.parametrize(
    ("wanted", "gpus", "devices"),
    [
        ("auto", 0, ["auto"]),
        ("auto", 1, ["auto"]),
        ("auto", 3, ["auto", "cuda:1", "cuda:2"]),
        ("cpu", 3, ["cpu"]),
        ("cuda", 3, ["cuda"]),
        ("cuda:0,cuda:2", 3, ["cuda:0", "cuda:2"]),
        ("cuda:1,cuda:1", 3, ["cuda:1"]),
    ],
)
def test_each_device_gets_an_executor_of_its_own(
    monkeypatch: pytest.MonkeyPatch, wanted: str, gpus: int, devices: list[str]
) -> None:
    monkeypatch.setattr(offering, "LocalExecutor", Device)
    monkeypatch.setattr(Device, "gpus", gpus)
    started = offering._local_executors(Settings(device=wanted))
    assert [executor.device for executor in started] == devices
