"""Tools that have to be fetched once are told, each with the command that does it."""

from bot.doctor import State
from bot.doctor._tools import check_tools
from bot.doctor._views import Device, Devices
from tests.unit.bot.doctor.conftest import MakeCase

ON_CPU = Devices(torch="2", devices=(Device("CPU", gpu=False),))


async def test_each_that_nobody_has_fetched_yet_is_noted(make_case: MakeCase):
    found = {each.subject: each for each in await check_tools(make_case(ON_CPU))}
    assert {"tool restoreformer", "tool general", "tool real-esrgan-x2"} == found.keys()
    finding = found["tool restoreformer"]
    assert finding.state is State.NOTE
    assert "what needs it is refused" in finding.found
    assert finding.remedy == "Fetch it once: python -m bot models download restoreformer"


async def test_one_that_was_fetched_is_not(make_case: MakeCase):
    case = make_case(ON_CPU)
    url = "https://github.com/TencentARC/GFPGAN/releases/download/v1.3.4/RestoreFormer.pth"
    case.settings.data_dir.mkdir()
    lock = case.settings.data_dir / "models.lock"
    lock.write_text(f'"{url}" = "{"a" * 64}"\n', encoding="utf-8")
    assert "tool restoreformer" not in {each.subject for each in await check_tools(case)}


async def test_a_host_that_does_not_paint_needs_none(make_case: MakeCase):
    assert await check_tools(make_case(Devices())) == []
