"""What was found out about the device, the hub and the files, as several checks look at it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Device:
    """One that a worker can paint on."""

    name: str
    gpu: bool
    free: int = 0  # bytes of its own memory
    total: int = 0


@dataclass(frozen=True, slots=True)
class Devices:
    """All of them, as `generation.tools.device` tells."""

    torch: str = ""
    cuda: str | None = None  # what torch was built for
    devices: tuple[Device, ...] = ()
    lacking: tuple[str, ...] = ()  # packages that are not installed
    broken: str | None = None  # why torch can't be imported
    unavailable: str | None = None  # why one that was asked for can't be used
    refused: str | None = None  # why torch takes no GPU at all

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """From the tool's line."""
        devices = tuple(Device(**device) for device in said["devices"])
        return cls(**{**said, "devices": devices})

    @property
    def paints(self) -> bool:
        """Whether anything is painted on this host."""
        return bool(self.devices)

    @property
    def has_gpu(self) -> bool:
        """Whether that is a GPU."""
        return any(device.gpu for device in self.devices)


@dataclass(frozen=True, slots=True)
class Hub:
    """What the hub answered to the question who asks."""

    address: str
    reachable: bool = False
    offline: bool = False  # the host wants it left alone
    status: int | None = None
    trouble: str = ""  # why there was no answer
    user: str | None = None  # whose token it is


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What is here of a model, as `generation.tools.files` tells."""

    name: str
    here: int
    here_bytes: int
    lacking: int | None
    lacking_bytes: int | None
    example: str | None
    damaged: str | None
    obstacle: str | None
    repo: str | None
    words: str | None

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return not (self.lacking or self.obstacle or self.damaged)


@dataclass(frozen=True, slots=True)
class Files:
    """All models' that could be looked at in time."""

    cache: Path = Path()  # the folder of downloads
    models: Mapping[str, ModelFiles] = field(default_factory=dict)

    @classmethod
    def read(cls, said: Iterable[Mapping[str, Any]]) -> Self:
        """From the tool's lines."""
        first, *rest = said
        return cls(Path(first["cache"]), {each["name"]: ModelFiles(**each) for each in rest})
