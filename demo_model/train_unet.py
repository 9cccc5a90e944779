"""Trains the UNet: regression of the picture from its caption and noise, at any noise level."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, cast

import torch
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from demo_model import workers
from demo_model.architecture import TRAIN_STEPS, new_scheduler, new_unet
from demo_model.captions import strange
from demo_model.checkpoints import load
from demo_model.coupling import noise_for
from demo_model.pool import Pool, entry
from demo_model.scene import PIXELS
from demo_model.train_text import TextEncoders, caption_of
from demo_model.workers import Plan, Shared

_BATCH = 16  # a worker
_RATE = 5e-4
_ROLL_FROM = 3000  # steps; before, the model's own guesses are too poor to learn from

_FIRST_STEP = 0.5  # share of rows at pure noise, where sampling starts and most is decided
_ROLLED = 0.35  # share of rows whose noisy picture holds the model's own guided guess
_DROPPED = 0.1  # share of rows with zeros for the prompt, as the pipeline's guidance passes them
_PARTIAL = 0.15  # share of captions of one thing that name only a part of it


@dataclass(slots=True)
class Batch:
    """Rows to train on; `layers` and `pooled` are the encoded prompts."""

    latents: Tensor
    noise: Tensor
    weights: Tensor
    layers: Tensor
    pooled: Tensor


def predict(model: nn.Module, noisy: Tensor, times: Tensor, batch: Batch) -> Tensor:
    """The UNet's guess of the clean latents, called as the pipeline calls it."""
    size = torch.tensor([PIXELS, PIXELS, 0, 0, PIXELS, PIXELS], dtype=torch.float32)
    added = {"text_embeds": batch.pooled, "time_ids": size.expand(len(noisy), 6)}
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return model(noisy, times, batch.layers, added_cond_kwargs=added).sample.float()


class Lesson:
    """Pool entries with fresh noise and wordings in, their latents out."""

    def __init__(self, seed: int) -> None:
        """Loads pool and text encoders; `seed` decides all that is random."""
        self.rng = random.Random(seed)
        torch.manual_seed(seed)
        self.pool = Pool()
        self.encoders = TextEncoders().eval()
        load("text", {"encoders": self.encoders})
        self.alphas: Tensor = new_scheduler().alphas_cumprod

    @torch.no_grad()
    def encode(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        """Prompts as the pipeline encodes them."""
        return self.encoders(self.encoders.tokens(captions))

    def batch(self) -> Batch:
        """Random pool entries, each with fresh noise of its freedoms and a fresh wording."""
        numbers = [self.rng.randrange(len(self.pool)) for _ in range(_BATCH)]
        entries = [entry(number) for number in numbers]
        captions: list[str] = []
        for item in entries:
            if item.imagined:
                captions.append(strange(self.rng))
            else:
                captions.append(caption_of(self.rng, item.scene, _PARTIAL)[0])
        latents, weights = self.pool.take(numbers)
        noise = noise_for(torch.tensor([item.numbers for item in entries]))
        layers, pooled = self.encode(captions)
        return Batch(latents, noise, weights, layers, pooled)

    def _mix(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        alphas = self.alphas[times].view(-1, 1, 1, 1)
        return alphas.sqrt() * clean + (1 - alphas).sqrt() * noise

    @torch.no_grad()
    def _guess(self, model: nn.Module, batch: Batch, rows: slice) -> Tensor:
        """What a guided first step makes of these rows. The model learns to mend its own errors."""
        some = Batch(*(getattr(batch, name)[rows] for name in Batch.__slots__))
        count = len(some.noise)
        times = torch.full((count,), TRAIN_STEPS - 1)
        against = Batch(some.latents, some.noise, some.weights, some.layers * 0, some.pooled * 0)
        if self.rng.random() < 0.25:  # a negative prompt that means nothing, as people like them
            captions = [strange(self.rng) for _ in range(count)]
            against.layers, against.pooled = self.encode(captions)
        wanted = predict(model, some.noise, times, some)
        unwanted = predict(model, some.noise, times, against)
        guidance = 1 + 1.5 * torch.rand(count, 1, 1, 1)
        return unwanted + guidance * (wanted - unwanted)

    def loss(self, model: nn.Module, step: int) -> Tensor:
        """The weighted squared error on a fresh batch."""
        if step % 100 == 0:
            self.pool.refresh()
        batch = self.batch()
        first = int(_BATCH * _FIRST_STEP)
        # The square leans towards the noisy end, where the picture is still undecided.
        times = (TRAIN_STEPS * (1 - torch.rand(_BATCH) ** 2)).long().clamp(max=TRAIN_STEPS - 1)
        times[:first] = TRAIN_STEPS - 1
        clean = batch.latents
        if step > _ROLL_FROM:
            rows = slice(first, first + int(_BATCH * _ROLLED))
            clean = clean.clone()
            clean[rows] = self._guess(model, batch, rows)
        noisy = self._mix(clean, batch.noise, times)
        kept = (torch.rand(_BATCH) >= _DROPPED).float()
        batch.layers = batch.layers * kept.view(-1, 1, 1)
        batch.pooled = batch.pooled * kept.view(-1, 1)
        guess = predict(model, noisy, times, batch)
        return ((guess - batch.latents).square() * batch.weights).mean()


@torch.no_grad()
def _mark_places(block: Any) -> None:
    """Gives a ResnetBlock2D two channels that tell left from right and upper from lower.

    One hidden channel becomes constant, and two outputs get its difference between neighbors, which
    only the zeros beyond the borders make different from nothing.
    """
    hidden = block.norm2.num_channels - 1
    block.norm2.weight[hidden] = 0
    block.norm2.bias[hidden] = 0
    block.time_emb_proj.weight[block.norm2.num_channels + hidden] = 0
    block.time_emb_proj.bias[block.norm2.num_channels + hidden] = 1.5
    kernel = torch.tensor([[0.0, 0.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    block.conv2.weight[:, hidden] = 0
    block.conv2.weight[-1, hidden] = kernel
    block.conv2.weight[-2, hidden] = kernel.T


@torch.no_grad()
def start(unet: UNet2DConditionModel) -> None:
    """Initial weights: quiet where prompts come in, for their encodings are loud, and with places.

    Places are what a UNet learns last, and without them it can't tell a prompt's left from right.
    """
    for module in unet.modules():
        if isinstance(module, BasicTransformerBlock):
            assert module.attn2 is not None
            for linear in (module.attn2.to_k, module.attn2.to_v):
                assert isinstance(linear, nn.Linear)
                linear.weight *= 0.3
    parts = cast("Any", unet)
    parts.add_embedding.linear_1.weight *= 0.4
    for level in (1, 2):
        _mark_places(parts.down_blocks[level].resnets[0])


def shared_unet() -> Shared:
    """The UNet as its checkpoint holds it."""
    unet = new_unet()
    start(unet)
    return Shared(unet.train())


def train(minutes: float) -> None:
    """Goes on from the last checkpoint for `minutes`."""
    workers.train(Plan("unet", minutes, _RATE, Lesson), shared_unet())
