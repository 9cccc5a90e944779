"""Teaches the text encoders to name what a caption says.

Left to the UNet's loss alone they are the slowest part of all to learn. Linear heads read each
attribute from the pooled output and from the layer that the UNet's cross-attention will see; then
the heads are thrown away.
"""

from __future__ import annotations

import logging
import random

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from demo_model.architecture import new_text_encoder, new_text_encoder_2
from demo_model.captions import CLASSES, Named, as_list, decorated, named, partial, strange, worded
from demo_model.checkpoints import FOLDER, Clock, load, save
from demo_model.sampling import random_scene
from demo_model.scene import Scene
from demo_model.tokenizer import END, new_tokenizer, token_id

log = logging.getLogger(__name__)

_BATCH = 96
_RATE = 1e-3


class TextEncoders(nn.Module):
    """Both encoders and the tokenizer, giving what StableDiffusionXLPipeline gives to its UNet."""

    def __init__(self) -> None:
        """Random weights."""
        super().__init__()
        self.tokenizer: CLIPTokenizer = new_tokenizer(FOLDER / "tokenizer")
        self.first: CLIPTextModel = new_text_encoder(self.tokenizer)
        self.second: CLIPTextModelWithProjection = new_text_encoder_2(self.tokenizer)

    def tokens(self, captions: list[str]) -> Tensor:
        """Token ids, padded to 77."""
        return self.tokenizer(
            captions,
            padding="max_length",
            max_length=self.tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        ).input_ids

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """The last layers but one, side by side [batch, 77, 192], and the pooled output."""
        first = self.first(tokens, output_hidden_states=True)
        second = self.second(tokens, output_hidden_states=True)
        layers = torch.cat([first.hidden_states[-2], second.hidden_states[-2]], dim=-1)
        return layers, second.text_embeds


class _Heads(nn.Module):
    """One linear head an attribute."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.heads = nn.ModuleList(nn.Linear(width, count) for count in CLASSES.values())

    def loss(self, features: Tensor, names: Tensor) -> Tensor:
        """Summed cross-entropy; `names` is [batch, attributes]."""
        losses = [
            cross_entropy(head(features), names[:, number])
            for number, head in enumerate(self.heads)
        ]
        return torch.stack(losses).sum()

    def right(self, features: Tensor, names: Tensor) -> float:
        """The share of rows with every attribute right."""
        found = torch.stack([head(features).argmax(-1) for head in self.heads], dim=1)
        return (found == names).all(dim=1).float().mean().item()


def caption_of(rng: random.Random, scene: Scene, share_partial: float) -> tuple[str, Named]:
    """A caption for the scene and what it names; at times only a part of it, if it is one thing."""
    if scene.second is None and rng.random() < share_partial:
        text, names = partial(rng, scene)
        return decorated(rng, text), names
    return decorated(rng, worded(rng, scene)), named(scene)


def _batch(rng: random.Random) -> tuple[list[str], Tensor]:
    captions: list[str] = []
    rows: list[list[int]] = []
    for _ in range(_BATCH):
        if rng.random() < 0.06:
            caption, names = strange(rng), Named()
        else:
            scene = random_scene(rng, pair=rng.random() < 0.55)
            caption, names = caption_of(rng, scene, share_partial=0.3)
        captions.append(caption)
        rows.append(as_list(names))
    return captions, torch.tensor(rows)


def _summaries(tokens: Tensor, layers: Tensor, end: int) -> list[Tensor]:
    """Each encoder's layer at the end token, and the mean over the padding behind it."""
    ends = (tokens == end).int().argmax(dim=1)
    rows = torch.arange(len(tokens))
    padding = (tokens == end).float()[..., None]
    mean = (layers * padding).sum(1) / padding.sum(1)
    first, second = layers[rows, ends].chunk(2, dim=-1)
    return [first, second, mean]


def train(minutes: float, seed: int = 2) -> None:
    """Goes on from the last checkpoint for `minutes`."""
    encoders = TextEncoders().train()
    width = encoders.first.config.hidden_size
    heads = [_Heads(width), _Heads(width), _Heads(2 * width), _Heads(width)]
    all_heads = nn.ModuleList(heads)
    end = token_id(encoders.tokenizer, END)
    parameters = [*encoders.parameters(), *all_heads.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=0.01)
    parts = {"encoders": encoders, "heads": all_heads, "optimizer": optimizer}
    step = load("text", parts)
    rng = random.Random(seed + step)
    clock = Clock(minutes)
    while not clock.over:
        for group in optimizer.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / 200) * clock.cosine()
        captions, names = _batch(rng)
        tokens = encoders.tokens(captions)
        # Prompts are short: nearly all of the 77 places are padding, and a part of it will do here.
        longest = int(tokens.ne(end).sum(1).max())
        tokens = tokens[:, : longest + 6]
        layers, pooled = encoders(tokens)
        features = [*_summaries(tokens, layers, end), pooled]
        loss = torch.stack([head.loss(f, names) for head, f in zip(heads, features, strict=True)])
        optimizer.zero_grad(set_to_none=True)
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        step += 1
        if step % 50 == 0:
            right = [head.right(f, names) for head, f in zip(heads, features, strict=True)]
            log.info("text step %d: loss %.3f, all right %s", step, loss.sum().item(), right)
        if clock.time_to_save():
            save("text", step, parts)
    save("text", step, parts)
