"""LoRAs of a prompt on a CUDA device: on and off again, however the model is kept there."""

from pathlib import Path

import numpy as np
import pytest

from generation.loras import AskedLora
from generation.worker.device import choose_device
from generation.worker.economy import ECONOMIES, economies
from generation.worker.loader import Loader
from tests.small_models.adapter import write_small_style
from tests.unit.generation.worker.entries import entry, load, pixels

pytestmark = pytest.mark.gpu

SDXL = entry("sdxl-turbo")
# None of 4 bits: SDXL is not kept in them.
NAMES = [each.name for each in ECONOMIES if not each.four_bit]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_without_them_is_as_before_bit_for_bit(tmp_path: Path, name: str) -> None:
    device = choose_device("auto")
    possible = [each.name for each in economies(SDXL, device)]
    if not device.is_gpu or name not in possible:
        pytest.skip(f"{name} is for other devices, or other models")
    folder = write_small_style(tmp_path, "style")
    style = AskedLora(
        name="style", licence="MIT", repo=str(folder), file="style.safetensors", weight=1.0
    )
    loader = Loader(device)
    loader.begin_at(SDXL, possible.index(name))
    before = pixels(SDXL, loader)
    wearing = pixels(SDXL, loader, loras=(style,))
    assert load(SDXL, loader).economy.name == name
    assert not np.array_equal(wearing, before)
    assert np.array_equal(pixels(SDXL, loader), before)
    assert np.array_equal(pixels(SDXL, loader, loras=(style,)), wearing)
