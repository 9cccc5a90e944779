"""What comes of a pipeline's floats: a picture of each, or a word on why it is none."""

from typing import Any

import numpy as np
import pytest
import torch

from generation.request import GenerationRequest
from generation.worker.paint import BadPicture, paint
from tests.unit.generation.worker.entries import entry, load

WIDTH = HEIGHT = 64


class Pipeline:
    """Gives what it was told to, whatever it is asked for."""

    vae = None

    def __init__(self, *images: torch.Tensor) -> None:
        self.images = torch.stack(images)
        self.scheduler: Any = None

    def __call__(self, **_: Any) -> "Pipeline":
        return self


class Model:
    """A loaded model, as far as painting looks at it."""

    encoder = None

    def __init__(self, *images: torch.Tensor) -> None:
        self.pipeline = Pipeline(*images)

    def new_scheduler(self, _: Any) -> object:
        return object()


def outcomes(*images: torch.Tensor) -> list[Any]:
    spec = entry("demo")
    request = GenerationRequest.build(spec, "a red circle", seed=7)
    model: Any = Model(*images)
    return list(paint(model, spec, [request] * len(images), lambda _: None))


def noise(dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.rand(3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(1)).to(dtype)


def with_one(value: float, y: int = 21, x: int = 35) -> torch.Tensor:
    image = noise()
    image[1, y, x] = value
    return image


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_one_value_that_is_not_finite_makes_its_picture_bad_and_no_other(value: float):
    first, second, third = outcomes(noise(), with_one(value), noise())
    assert isinstance(second, BadPicture)
    assert "finite" in str(second)
    assert np.array_equal(first, third)


def test_both_infinities_in_one_picture_are_no_number():
    image = with_one(float("inf"))
    image[0, 0, 0] = float("-inf")
    assert isinstance(outcomes(image)[0], BadPicture)


def test_a_picture_in_16_bits_whose_sum_would_be_too_large_is_one():
    bright = (0.9 + noise() / 10).repeat(1, 8, 8).to(torch.float16)
    assert bright.numel() * 0.9 > torch.finfo(torch.float16).max
    assert not isinstance(outcomes(bright)[0], BadPicture)


def test_a_single_color_is_no_picture():
    flat = torch.full((3, HEIGHT, WIDTH), 0.5)
    (bad,) = outcomes(flat)
    assert isinstance(bad, BadPicture)
    assert "single color" in str(bad)


def test_one_pixel_of_another_color_makes_it_a_picture():
    image = torch.full((3, HEIGHT, WIDTH), 0.5)
    image[:, 21, 35] = 0.7
    (picture,) = outcomes(image)
    assert picture[21, 35].tolist() == [178, 178, 178]


def test_floats_become_the_nearest_8_bits():
    image = noise()
    (picture,) = outcomes(image)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, np.rint(image.permute(1, 2, 0).numpy() * 255))


def test_every_picture_begins_with_an_unused_scheduler():
    spec = entry("sd-2-1")
    model = load(spec)
    used = model.new_scheduler(spec)
    used.set_timesteps(5)
    assert used.num_inference_steps == 5
    fresh = model.new_scheduler(spec)
    assert fresh is not used
    assert fresh.num_inference_steps is None
    assert fresh.config == used.config


def test_entries_of_one_model_have_a_scheduler_each():
    spec = entry("sd-2-1")
    assert spec.scheduler is not None
    model = load(spec)
    other = {**spec.scheduler.options, "solver_order": 3}
    changed = spec.scheduler.model_copy(update={"options": other})
    kinds = [spec, spec.model_copy(update={"scheduler": changed}), spec]
    orders = [model.new_scheduler(each).config.solver_order for each in kinds]
    assert orders == [2, 3, 2]
