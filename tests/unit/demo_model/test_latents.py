"""Latents and the coupling of pictures to noise."""

import random

import numpy as np
import pytest
import torch

from demo_model.architecture import LATENT_CHANNELS, LATENT_SIDE, new_vae
from demo_model.coupling import NUMBERS, directions, noise_for, numbers_in
from demo_model.drawing import draw
from demo_model.latents import encode, set_encoder
from demo_model.sampling import random_scene
from demo_model.scene import FREEDOMS, lay_out


def test_the_functionals_are_orthonormal():
    rows = directions()
    torch.testing.assert_close(rows @ rows.T, torch.eye(NUMBERS))


def test_noise_holds_the_numbers_it_was_made_for():
    numbers = torch.randn(4, NUMBERS, generator=torch.Generator().manual_seed(0))
    noise = noise_for(numbers, torch.Generator().manual_seed(1))
    assert noise.shape == (4, LATENT_CHANNELS, LATENT_SIDE, LATENT_SIDE)
    torch.testing.assert_close(numbers_in(noise), numbers, atol=1e-4, rtol=0)


def test_such_noise_is_standard_normal_when_its_numbers_are():
    generator = torch.Generator().manual_seed(2)
    noise = noise_for(torch.randn(400, NUMBERS, generator=generator), generator)
    assert noise.mean().item() == pytest.approx(0, abs=0.01)
    assert noise.std().item() == pytest.approx(1, abs=0.01)
    assert numbers_in(noise).std().item() == pytest.approx(1, abs=0.05)


def test_the_vaes_encoder_computes_exactly_the_latents():
    rng = random.Random(0)
    layouts = [
        lay_out(random_scene(rng, pair=True), [rng.gauss(0, 1) for _ in range(FREEDOMS)])
        for _ in range(3)
    ]
    pictures = np.stack([draw(layout) for layout in layouts])
    vae = new_vae()
    set_encoder(vae)
    batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        latents = vae.encoder(batch)
    torch.testing.assert_close(latents, encode(pictures), atol=1e-5, rtol=0)


def test_a_flat_picture_has_flat_latents_without_detail():
    latents = encode(np.full((1, 256, 256, 3), 255, np.uint8))
    torch.testing.assert_close(latents[0, :3], torch.full((3, 16, 16), 1.5))
    assert latents[0, 3:].abs().max() == 0
