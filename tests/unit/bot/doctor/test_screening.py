"""What is said of the picture classifier, by what wants one and where it is."""

from pathlib import Path
from typing import Any

import pytest

from bot.doctor import Case, Finding, State
from bot.doctor._screening import check_screening
from bot.doctor._views import Device, Devices, Files, Hub, ModelFiles
from tests.unit.bot.doctor.conftest import MakeCase

ON_CPU = Devices(torch="2", devices=(Device("CPU", gpu=False),))
NOTHING_PAINTS = Devices()
HUB = Hub("https://hub.example", reachable=True, status=401)
HF_TOKEN = "hf_" + "x" * 30
MIB = 1024**2


def files(here: int = 3, **known: Any) -> Files:
    values = {"here": here, "here_bytes": 0, "lacking": 3 - here, "lacking_bytes": 343 * MIB}
    values |= dict.fromkeys(("example", "damaged", "obstacle", "repo", "words"))
    one = ModelFiles(name="nsfw-detection", **{**values, **known})
    return Files(models={one.name: one})


async def only(case: Case) -> Finding:
    (finding,) = await check_screening(case)
    assert finding.subject == "screening"
    return finding


def write(case: Case, text: str) -> Case:
    folder: Path = case.settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "models.toml").write_text(text)
    return case


async def test_one_that_is_here_is_ok(make_case: MakeCase):
    finding = await only(make_case(ON_CPU, HUB, files()))
    assert finding.state is State.OK
    assert "nsfw-detection is here" in finding.found


async def test_one_that_is_still_to_come_is_told_with_what_is_refused_until_then(
    make_case: MakeCase,
):
    finding = await only(make_case(ON_CPU, HUB, files(0)))
    assert finding.state is State.NOTE
    assert "sdxl, sdxl-lightning-4, sdxl-lightning-2 and" in finding.found
    assert "343.0 MiB" in finding.remedy
    assert "python -m bot models download nsfw-detection" in finding.remedy


@pytest.mark.parametrize("trouble", [{"obstacle": "unreachable"}, {"damaged": "model.safetensors"}])
async def test_one_that_can_not_be_had_is_a_warning_with_both_ways_out(
    make_case: MakeCase, trouble: dict[str, str]
):
    finding = await only(make_case(ON_CPU, HUB, files(0, **trouble)))
    assert finding.state is State.WARNING
    assert "are refused" in finding.found
    assert "python -m bot models download nsfw-detection" in finding.remedy
    assert 'screening = "none"' in finding.remedy


async def test_a_host_without_any_is_told_what_it_refuses(make_case: MakeCase):
    case = write(make_case(ON_CPU, HUB, files()), "[tools.nsfw-detection]\nhidden = true\n")
    finding = await only(case)
    assert finding.state is State.WARNING
    assert "there is no picture classifier" in finding.found


async def test_hosted_pictures_take_a_token(make_case: MakeCase):
    address = "https://endpoint.example/paint"
    case = make_case(NOTHING_PAINTS, HUB, files(), hosted_endpoint=address)
    finding = await only(case)
    assert finding.state is State.WARNING
    assert "Give HF_TOKEN" in finding.remedy
    case = make_case(NOTHING_PAINTS, HUB, files(), hf_token=HF_TOKEN)
    finding = await only(case)
    assert finding.state is State.OK
    assert "Falconsai/nsfw_image_detection" in finding.found


async def test_where_nothing_is_painted_nobody_has_to_look(make_case: MakeCase):
    assert (await only(make_case(NOTHING_PAINTS, HUB, files()))).state is State.OK
