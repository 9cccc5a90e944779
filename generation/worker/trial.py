"""Whether a tool's file is what it should be: it is opened as for work, and tried."""

from pathlib import Path

import numpy as np
import torch

from generation.catalog import ToolSpec
from generation.worker.causes import trail
from generation.worker.device import Device
from generation.worker.load_errors import LoadError
from generation.worker.soundness import Problem, Soundness
from generation.worker.toolbox import Toolbox

_SIDE = 128


def try_out(tool: ToolSpec, found: Soundness) -> Soundness:
    """What was found of a tool whose files are whole, and whether it can be used."""
    opened = _OPENED.get(tool.kind)
    # An upscaler of several files is a pipeline, and looked at as models are.
    if opened is None or not (tool.file_name or tool.kind in _FOLDERS):
        return found
    try:
        opened(Toolbox(lambda _: None).fetch(tool), tool)
    except Exception as error:
        remedy = "correct its entry in models.toml"
        said = str(error) if isinstance(error, LoadError) else trail(error)
        what = tool.file_name or tool.name
        found.problems = (Problem(f"{what} can't be used: {said[:300]}", remedy),)
    return found


def _detector(path: Path, _: ToolSpec) -> None:
    from generation.worker.faces import YuNet

    # Of one color all over, there is no face in it.
    YuNet(path).find(np.full((_SIDE, _SIDE, 3), 127, dtype=np.uint8))


def _upscaler(path: Path, tool: ToolSpec) -> None:
    from generation.worker.networks import NetworkEnlarger

    NetworkEnlarger(path, tool, _PROCESSOR)


def _restorer(path: Path, tool: ToolSpec) -> None:
    from generation.worker.networks import FaceNetwork

    FaceNetwork(path, tool, _PROCESSOR, "FaceSR")


def _preview(path: Path, tool: ToolSpec) -> None:
    from generation.worker.decoders import open_tiny

    open_tiny(path, tool, _PROCESSOR)


def _screener(path: Path, tool: ToolSpec) -> None:
    from generation.worker.screener import Screener

    Screener(path, tool, _PROCESSOR)


_PROCESSOR = Device(torch.device("cpu"), "CPU", torch.float32)
_FOLDERS = ("screener", "preview")  # of several files each
_OPENED = {
    "face_detector": _detector,
    "upscaler": _upscaler,
    "face_restorer": _restorer,
    "screener": _screener,
    "preview": _preview,
}
