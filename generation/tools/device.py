"""`python -m generation.tools.device DEVICE…`: which devices a worker would paint on.

A line of JSON on stdout: `torch`, its version, and `cuda`, the version it was built for (None: for
none), or `broken`, why it can't be imported; `devices`, each with `name`, `gpu`, `free` and `total`
(bytes of its own memory); `unavailable`, why one that was asked for can't be used; `refused`, why
torch takes no GPU at all.
"""

import json
import sys
import warnings
from collections.abc import Sequence
from typing import Any


def main(wanted: Sequence[str]) -> None:
    """Tell of the devices: auto, cpu, cuda or cuda:N."""
    try:
        import torch
    except (ImportError, OSError) as error:
        print(json.dumps({"broken": str(error), "devices": []}))
        return
    found: dict[str, Any] = {
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "devices": [],
        "refused": _refusal(),
    }
    from generation.worker.device import DeviceUnavailable, choose_device

    names = list(wanted)
    if names == ["auto"] and found["refused"] is None:
        names = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    for name in names:
        try:
            device = choose_device(name)
            found["devices"].append(
                {"name": device.name, "gpu": device.is_gpu, **_memory(device.torch_device)}
            )
        except DeviceUnavailable as error:
            found["unavailable"] = str(error)
        except RuntimeError as error:  # one that is there, and broken
            found["unavailable"] = _first_line(error)
    print(json.dumps(found))


def _refusal() -> str | None:
    """Why no GPU can be used, in torch's words; None where one can."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the error says the same
        try:
            torch.ones(1, device="cuda").item()
        except (RuntimeError, AssertionError) as error:
            from generation.worker.device import too_old

            return too_old(torch.device("cuda"), error) or _first_line(error)
    return None


def _memory(device: Any) -> dict[str, int]:
    import torch

    if device.type != "cuda":
        return {}
    free, total = torch.cuda.mem_get_info(device)
    return {"free": free, "total": total}


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


if __name__ == "__main__":
    main(sys.argv[1:])
