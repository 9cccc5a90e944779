"""The latents, which nobody had to learn: a picture's averages over 8x8 pixels, in Haar's terms.

Each latent cell stands for 16x16 pixels. For each of red, green and blue it holds the mean over the
cell, and how left and right, upper and lower, and the two diagonal pairs of its four quarters
differ. The encoder of an AutoencoderTiny can compute exactly that: a few convolutions that average.
So pictures are encoded exactly, and only the decoder, which must find the outlines again, is
trained.
"""

from __future__ import annotations

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from numpy.typing import NDArray
from torch import Tensor, nn

from demo_model.scene import PIXELS

GAIN = 3.0  # makes colors' deviation about 1
DETAIL_GAIN = 6.0
MIDDLE = 0.5

# Signs of the quarters (upper left, upper right, lower left, lower right) in the four terms.
_TERMS = ((1, 1, 1, 1), (1, -1, 1, -1), (1, 1, -1, -1), (1, -1, -1, 1))


def encode(pictures: NDArray[np.uint8]) -> Tensor:
    """Latents [count, 12, 16, 16] of pictures [count, 256, 256, 3] in sRGB."""
    count, side = len(pictures), PIXELS // 16
    blocks = pictures.reshape(count, side, 2, 8, side, 2, 8, 3)
    means = (
        blocks.mean(axis=(3, 6), dtype=np.float32) / 255
    )  # [count, row, low, column, right, rgb]
    terms = np.asarray(_TERMS, np.float32).reshape(4, 2, 2) / 4
    latents = np.einsum("nyaxbc,tab->ntcyx", means, terms)
    latents[:, 0] -= MIDDLE
    latents[:, 0] *= GAIN
    latents[:, 1:] *= DETAIL_GAIN
    return torch.from_numpy(latents.reshape(count, 12, side, side))


@torch.no_grad()
def set_encoder(vae: AutoencoderTiny) -> None:
    """Gives the encoder the weights with which it does what `encode` does."""
    convolutions = [module for module in vae.encoder.layers if isinstance(module, nn.Conv2d)]
    for module in convolutions:
        nn.init.zeros_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    entry, *halvings, last, exit_ = convolutions
    assert exit_.bias is not None
    for color in range(3):
        entry.weight[color, color, 1, 1] = 1
        for module in halvings:
            module.weight[color, color, 1:3, 1:3] = 0.25
        for quarter in range(4):
            last.weight[3 * quarter + color, color, 1 + quarter // 2, 1 + quarter % 2] = 1
        for term, signs in enumerate(_TERMS):
            gain = GAIN if term == 0 else DETAIL_GAIN
            for quarter, sign in enumerate(signs):
                exit_.weight[3 * term + color, 3 * quarter + color, 1, 1] = gain * sign / 4
        exit_.bias[color] = -GAIN * MIDDLE
