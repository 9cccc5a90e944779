"""Trains the autoencoder's decoder: averages over 8x8 pixels in, sharp outlines out."""

from __future__ import annotations

import math
import random
from typing import cast

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_blocks import AutoencoderTinyBlock
from torch import Tensor, nn

from demo_model import workers
from demo_model.architecture import new_vae
from demo_model.drawing import draw
from demo_model.latents import GAIN, MIDDLE, encode, set_encoder
from demo_model.sampling import random_scene
from demo_model.scene import FREEDOMS, PIXELS, lay_out
from demo_model.workers import Plan, Shared

_BATCH = 8  # a worker
_CELLS = 7  # a crop's side in latent cells
_NOISE = 0.08  # on the latents, so that the decoder forgives what the UNet gets slightly wrong
_RATE = 1e-3


def _crops(rng: random.Random, count: int) -> tuple[Tensor, Tensor]:
    """Latents [count, 12, 7, 7] and pictures [count, 3, 112, 112] of crops about an outline."""
    latents: list[Tensor] = []
    pictures: list[Tensor] = []
    while len(latents) < count:
        scene = random_scene(rng, pair=rng.random() < 0.5)
        layout = lay_out(scene, [rng.gauss(0, 1) for _ in range(FREEDOMS)])
        picture = draw(layout)
        latent = encode(picture[None])[0]
        whole = torch.from_numpy(picture).permute(2, 0, 1).float() / 127.5 - 1
        for _ in range(2):
            thing, angle = rng.choice(layout.things), 2 * math.pi * rng.random()
            x = (thing.x + 0.8 * thing.radius * math.cos(angle)) / 16 - _CELLS / 2
            y = (thing.y + 0.8 * thing.radius * math.sin(angle)) / 16 - _CELLS / 2
            left, top = (max(0, min(PIXELS // 16 - _CELLS, round(corner))) for corner in (x, y))
            right, bottom = left + _CELLS, top + _CELLS
            latents.append(latent[:, top:bottom, left:right])
            pictures.append(whole[:, 16 * top : 16 * bottom, 16 * left : 16 * right])
    return torch.stack(latents[:count]), torch.stack(pictures[:count])


@torch.no_grad()
def start(vae: AutoencoderTiny) -> None:
    """Initial weights: the encoder complete, the decoder one that paints each cell's mean color.

    From random weights the flat colors alone take longer to learn than all else. So six channels
    carry the means (positive and negative parts, because ReLUs follow) through the whole decoder,
    and the others begin by adding nothing.
    """
    set_encoder(vae)
    outside: list[nn.Conv2d] = []
    for module in vae.decoder.layers:
        if isinstance(module, AutoencoderTinyBlock):
            last = module.conv[4]
            assert isinstance(last, nn.Conv2d)
            assert last.bias is not None
            last.weight *= 0.3
            last.weight[:6] = 0
            nn.init.zeros_(last.bias)
        elif isinstance(module, nn.Conv2d):
            outside.append(module)
    entry, *inner, exit_ = outside
    assert entry.bias is not None
    assert exit_.bias is not None
    nn.init.kaiming_normal_(entry.weight)
    entry.weight[:6] = 0
    nn.init.zeros_(entry.bias)
    for color in range(3):
        entry.weight[2 * color, color, 1, 1] = 1
        entry.weight[2 * color + 1, color, 1, 1] = -1
    for module in inner:
        nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
        module.weight[:6] = 0
        for channel in range(6):
            module.weight[channel, channel, 1, 1] = 1
    exit_.weight[:] = 0
    nn.init.constant_(exit_.bias, MIDDLE)
    for color in range(3):
        exit_.weight[color, 2 * color, 1, 1] = 1 / GAIN
        exit_.weight[color, 2 * color + 1, 1, 1] = -1 / GAIN


class Lesson:
    """Noisy latents of crops in, the crops out."""

    def __init__(self, seed: int) -> None:
        """`seed` decides all that is random."""
        self._rng = random.Random(f"vae {seed}")
        torch.manual_seed(seed)

    def loss(self, model: nn.Module, step: int) -> Tensor:
        """Absolute and squared error on fresh crops, the same at any step."""
        del step
        assert isinstance(model, AutoencoderTiny)
        latents, pictures = _crops(self._rng, _BATCH)
        noisy = latents + _NOISE * torch.rand(()) * torch.randn_like(latents)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            painted = model.decoder(noisy.to(memory_format=torch.channels_last))
        error = painted.float() - pictures
        return error.abs().mean() + error.square().mean()


def shared_vae() -> Shared:
    """The autoencoder as its checkpoint holds it."""
    vae = new_vae()
    start(vae)
    vae.encoder.requires_grad_(False)
    module = cast("nn.Module", vae.train())
    return Shared(module.to(memory_format=torch.channels_last))


def train(minutes: float, count: int = 2) -> None:
    """Goes on from the last checkpoint for `minutes`, with `count` workers."""
    workers.train(Plan("vae", minutes, _RATE, Lesson), shared_vae(), count)
