"""What paints: the processor or a GPU, what torch makes of it, and the memory."""

from typing import TYPE_CHECKING

from generation.host import free_memory, has_nvidia_driver

from ._finding import Finding, amount, error, note, ok, warning
from ._views import Devices

if TYPE_CHECKING:
    from ._case import Case

_GIB = 1024**3
#: With less, a worker that loads a small model may be ended by the system.
_LEAST_MEMORY = 2 * _GIB

_MEND_DRIVER = (
    "Install or update NVIDIA's driver, and in Docker the NVIDIA Container Toolkit; nvidia-smi must"
    " show the GPU, and docs/hosting.md says which drivers and GPUs this torch takes. Or set"
    " EASEL_DEVICE=cpu."
)


async def check_device(case: "Case") -> list[Finding]:
    """What a worker would paint on, asked of a process that imports torch as a worker does."""
    devices = await case.devices()
    if devices.lacking:
        return [_not_installed(case, devices)]
    if devices.broken:
        return [
            error(
                "device",
                f"torch can't be used: {devices.broken}",
                "Install torch and torchvision anew, both from the same index.",
            )
        ]
    findings = [ok("device", _in_words(devices))] if devices.paints else []
    if devices.unavailable:
        wanted = case.settings.device
        found = f"EASEL_DEVICE={wanted} can't be used: {devices.refused or devices.unavailable}"
        findings.append(error("device", found, _MEND_DRIVER))
    elif not devices.has_gpu and case.settings.device == "auto":
        findings += _without_gpu(devices, has_driver=has_nvidia_driver())
    return findings


async def check_memory(case: "Case") -> list[Finding]:
    """The host's own memory."""
    free = free_memory()
    if free is None:
        return [ok("memory", "this system does not say how much is free")]
    found = f"{amount(free)} of this host's are free"
    if free >= _LEAST_MEMORY or case.lacking:
        return [ok("memory", found)]
    return [
        warning(
            "memory",
            f"only {found}: the system may end the process that paints",
            "End other programs, or give the container more; a hosted model needs none.",
        )
    ]


def _in_words(devices: Devices) -> str:
    names = ", ".join(
        f"{device.name}, {amount(device.free)} of {amount(device.total)} free"
        if device.gpu
        else device.name
        for device in devices.devices
    )
    return f"{names} (torch {devices.torch})"


def _not_installed(case: "Case", devices: Devices) -> Finding:
    found = f"this host does not paint itself: {', '.join(devices.lacking)} not installed"
    remedy = "To paint here, install Easel with its extra `local`: docs/hosting.md says how."
    return note("device", found, remedy) if case.has_hosted else error("device", found, remedy)


def _without_gpu(devices: Devices, *, has_driver: bool) -> list[Finding]:
    """Why it is the processor, where the host left the choice to Easel."""
    if has_driver and devices.cuda is None:
        return [
            warning(
                "device",
                f"there is an NVIDIA GPU, but torch {devices.torch} was built without CUDA",
                "Install torch and torchvision with CUDA, both from the same index.",
            )
        ]
    if has_driver:
        found = f"torch, built for CUDA {devices.cuda}, can't use the GPU: {devices.refused}"
        return [warning("device", found, _MEND_DRIVER)]
    return [
        note(
            "device",
            "no NVIDIA GPU is to be seen: the processor paints, which is slow for large models",
            "If there is one: install its driver, and in Docker the NVIDIA Container Toolkit.",
        )
    ]
