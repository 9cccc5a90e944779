"""Straight coupling: a picture's starting noise decides all that its caption leaves open.

Each freedom of a layout (place, size, tint) is one linear functional of the noise, a dot product
with a fixed unit vector. So caption and noise determine the picture, the way from noise to picture
is nearly straight, plain regression learns it, and few steps suffice, as in a distilled model.

The functionals are orthonormal, so their values are independent standard normal numbers, and it
works backwards too: `noise_for` gives fresh noise with chosen values. One drawn picture thus serves
with ever new noise.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from demo_model.architecture import LATENT_CHANNELS, LATENT_SIDE
from demo_model.scene import FREEDOMS

# A layout's freedoms, and two more that choose color and shape where a caption names nothing.
NUMBERS = FREEDOMS + 2


@cache
def directions() -> Tensor:
    """The functionals as orthonormal rows, [NUMBERS, channels * side * side].

    Each is a checkerboard on a latent channel of its own: flat colors, most of a picture, leave
    such patterns alone, so they stay readable when some of the noise has already given way to the
    picture.
    """
    row = torch.arange(LATENT_SIDE)
    stripes = (1.0 - 2.0 * (row % 2)).expand(LATENT_SIDE, LATENT_SIDE)
    rows = torch.zeros(NUMBERS, LATENT_CHANNELS, LATENT_SIDE, LATENT_SIDE)
    for number in range(NUMBERS):
        rows[number, number] = stripes * stripes.T / LATENT_SIDE
    return rows.flatten(1)


def numbers_in(noise: Tensor) -> Tensor:
    """The freedoms that a noise holds: [batch, channels, side, side] to [batch, NUMBERS]."""
    return noise.flatten(1) @ directions().T


def noise_for(numbers: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Random noise that holds exactly these numbers, [batch, channels, side, side]."""
    shape = (len(numbers), LATENT_CHANNELS, LATENT_SIDE, LATENT_SIDE)
    noise = torch.randn(shape, generator=generator)
    missing = numbers - numbers_in(noise)
    return noise + (missing @ directions()).view(shape)
