"""What makes small pictures of latents: a model's own decoder where that is small, else a tool.

Nothing here touches what other threads are at: networks are made empty, by a context of this
thread alone, and then get their weights.
"""

import inspect
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from safetensors.torch import load_file
from torch.nn import functional

from generation.catalog import ToolSpec
from generation.worker import selection
from generation.worker.device import Device
from generation.worker.load_errors import ToolError
from generation.worker.toolbox import Toolbox

log = logging.getLogger(__name__)

#: A decoder with no more weights than this is small: TAESD's have 1.2 million, SDXL's 50.
SMALL = 3_000_000
#: Larger latents are made smaller first: what is made of them is a small picture anyway.
_MOST_LATENTS = 64
#: After a download that came to nothing.
_PAUSE_S = 600.0


class Decoder:
    """A network that makes pictures of latents; `scaling` and `shift` are how it takes them."""

    def __init__(self, network: Any, scaling: float = 1.0, shift: float = 0.0) -> None:
        """`network` is on its device, and nobody else uses it."""
        self._network = network
        self._scaling = scaling
        self._shift = shift

    def __call__(self, latents: torch.Tensor) -> torch.Tensor:
        """1 x channels x height x width to 1 x 3 x height x width in [0, 1], on the device."""
        smaller = _shrunk(latents.to(self._network.dtype), _MOST_LATENTS)
        decoded = self._network.decode(smaller / self._scaling + self._shift, return_dict=False)[0]
        return decoded.float().div(2).add(0.5).clamp(0, 1)


class Decoders:
    """Those of one worker. What is not here is fetched in the background, and not waited for."""

    def __init__(self, device: Device, now: Callable[[], float] = time.monotonic) -> None:
        """Networks go to `device`; `now` gives seconds."""
        self._device = device
        self._now = now
        self._toolbox = Toolbox(lambda _: None)
        self._opened: dict[ToolSpec, Decoder] = {}
        self._own: WeakKeyDictionary[Any, Decoder] = WeakKeyDictionary()
        self._fetched: dict[str, float] = {}  # when it was last tried, by name

    @property
    def commits(self) -> Mapping[str, str]:
        """What the repos without a pinned revision are at here."""
        return self._toolbox.commits

    def of(self, pipeline: Any, tool: ToolSpec | None) -> Decoder | None:
        """The one for that pipeline's latents; `tool` is the catalog's. None where none is here."""
        vae = getattr(pipeline, "vae", None)
        if is_small(vae):
            if vae not in self._own:
                self._own[vae] = _copy_of(vae, self._device)
            return self._own[vae]
        if tool is None:
            return None
        tool = tool.pinned(self.commits)
        if tool not in self._opened:
            if not self._toolbox.is_ready(tool):
                self._fetch(tool)
                return None
            self._opened[tool] = open_tiny(self._toolbox.fetch(tool), tool, self._device)
        return self._opened[tool]

    def _fetch(self, tool: ToolSpec) -> None:
        last = self._fetched.get(tool.name)
        if last is not None and self._now() - last < _PAUSE_S:
            return
        self._fetched[tool.name] = self._now()
        name = f"fetching {tool.name}"
        threading.Thread(target=self._bring, args=(tool,), name=name, daemon=True).start()

    def _bring(self, tool: ToolSpec) -> None:
        try:
            self._toolbox.fetch(tool)
        except ToolError as error:
            log.info("no previews by %s for now: %s", tool.name, error)
        except Exception:
            log.exception("no previews by %s for now", tool.name)


def is_small(vae: Any) -> bool:
    """Whether a model's own decoder is quick enough for previews, and takes latents as they are."""
    decoder = getattr(vae, "decoder", None)
    if not isinstance(decoder, torch.nn.Module) or getattr(vae.config, "latents_mean", None):
        return False
    weights = list(decoder.parameters())
    # Where layers come to the device one after the other, between two steps there are none.
    return not any(each.is_meta for each in weights) and sum(map(torch.numel, weights)) <= SMALL


def open_tiny(folder: Path, tool: ToolSpec, device: Device) -> Decoder:
    """TAESD, which takes latents undivided. Raises what is wrong with the files."""
    names = selection.of_tool({path.name for path in folder.iterdir()}, tool)
    (weights,) = (folder / name for name in names if name.endswith(".safetensors"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    dtype = getattr(torch, tool.dtype) if device.is_gpu and tool.dtype else torch.float32
    network = _made_of(AutoencoderTiny, config, load_file(weights))
    return Decoder(network.to(device.torch_device, dtype))


def unpacked(pipeline: Any, latents: torch.Tensor, width: int, height: int) -> torch.Tensor:
    """Latents as they lie in the picture: FLUX.1 has them as tokens of 2 x 2 each."""
    if latents.ndim == 3 and hasattr(pipeline, "_unpack_latents"):
        return pipeline._unpack_latents(latents, height, width, pipeline.vae_scale_factor)
    if latents.ndim != 4:
        raise ValueError(f"latents of {latents.ndim} dimensions")
    return latents


def to_pixels(image: torch.Tensor, side: int) -> torch.Tensor:
    """1 x 3 x height x width in [0, 1] to height x width x 3 bytes, no side longer than `side`."""
    rounded = _shrunk(image, side)[0].mul(255).round().to(torch.uint8)
    return rounded.permute(1, 2, 0).contiguous().cpu()


def _shrunk(image: torch.Tensor, most: int) -> torch.Tensor:
    height, width = image.shape[-2:]
    factor = most / max(height, width)
    if factor >= 1:
        return image
    size = (max(1, round(height * factor)), max(1, round(width * factor)))
    return functional.interpolate(image, size, mode="area")


def _copy_of(vae: Any, device: Device) -> Decoder:
    """Of its own: the pipeline's may be moved, or made more precise, at any time."""
    weights = {
        name: tensor.detach().to(device.torch_device, torch.float32, copy=True)
        for name, tensor in vae.state_dict().items()
    }
    network = _made_of(type(vae), vae.config, weights)
    shift = getattr(vae.config, "shift_factor", None)
    return Decoder(network, vae.config.scaling_factor, shift or 0.0)


def _made_of(kind: Any, config: Any, weights: Mapping[str, torch.Tensor]) -> Any:
    known = inspect.signature(kind.__init__).parameters
    options = {name: value for name, value in config.items() if name in known}
    with torch.device("meta"):  # no numbers are drawn for it
        network = kind(**options)
    network.load_state_dict(weights, assign=True)
    return network.eval().requires_grad_(requires_grad=False)
