"""What a host lacks for a model: nobody paints slowly, or downloads in vain, unasked."""

import pytest

from bot import lacks
from bot.lacks import common_lacks, lack_of, lacks_of
from bot.settings import Settings
from tests.support.jobs import CATALOG

SDXL = CATALOG["sdxl"]
DEMO = CATALOG["demo"]
FOUR_BITS = CATALOG["sd-3-5-medium"]
HOSTED = next(spec for spec in CATALOG.values() if spec.executor == "hosted")


def test_without_a_gpu_what_was_made_for_one_is_not_offered():
    lack = lack_of(SDXL, Settings(), has_gpu=False)
    assert lack is not None
    assert "EASEL_DEVICE=cpu" in lack.remedy
    assert "EASEL_DEVICE=cpu" in lack.withheld


def test_with_one_it_is():
    assert lack_of(SDXL, Settings(), has_gpu=True) is None


def test_a_host_that_chose_the_processor_has_it_paint_all():
    assert lack_of(SDXL, Settings(device="cpu"), has_gpu=False) is None


def test_a_host_that_named_it_has_it_and_no_other():
    settings = Settings(default_model="sdxl")
    assert lack_of(SDXL, settings, has_gpu=False) is None
    assert lack_of(CATALOG["sdxl-turbo"], settings, has_gpu=False) is not None


@pytest.mark.parametrize("spec", [DEMO, HOSTED], ids=lambda spec: spec.name)
def test_what_takes_no_gpu_lacks_none(spec):
    assert lack_of(spec, Settings(), has_gpu=False) is None


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_what_is_kept_in_4_bits_needs_a_gpu_whatever_the_host_chose(device: str):
    settings = Settings(device=device, default_model=FOUR_BITS.name)
    lack = lack_of(FOUR_BITS, settings, has_gpu=False)
    assert lack is not None
    assert "4 bits" in lack.withheld


@pytest.mark.parametrize("there", [True, False])
def test_and_there_its_library(monkeypatch, *, there: bool):
    monkeypatch.setattr(lacks, "has_4_bits", lambda: there)
    lack = lack_of(FOUR_BITS, Settings(), has_gpu=True)
    assert (lack is None) is there


def test_what_many_lack_is_told_once_with_all_their_names():
    found = lacks_of(CATALOG.values(), Settings(), has_gpu=False)
    ((names, lack),) = common_lacks(found)
    assert lack is found["sdxl"]
    assert {*names.split(", ")} == {
        spec.name
        for spec in CATALOG.values()
        if spec.memory_gib and not (spec.quantization and spec.quantization.always)
    }
    assert FOUR_BITS.name in found
    assert DEMO.name not in found
