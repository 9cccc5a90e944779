"""The host's rules about unsafe pictures, from the settings and the catalog."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database import Database
from bot.safety import open_safety
from bot.settings import load_settings
from generation.catalog import Catalog
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputStore
from generation.pictures import PictureStore
from generation.safety.guild_screening import GuildScreening
from generation.safety.screening import Policy, Rules, Screening, Verdict


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path) as database:
        yield database


async def opened(database: Database, folder: Path, own: str = "") -> Screening:
    (folder / "models.toml").write_text(own)
    inputs = InputRetention(database, InputStore(folder))
    catalog = Catalog.load(folder / "models.toml")
    safety = await open_safety(load_settings(None), database, PictureStore(folder), inputs, catalog)
    return safety.screening


async def test_without_a_setting_the_classifier_s_own_threshold_holds(
    database: Database, tmp_path: Path
):
    screening = await opened(database, tmp_path, "[tools.nsfw-detection]\nthreshold = 0.7\n")
    assert screening.host == Policy(0.7, Verdict.REFUSE, Verdict.ALLOW)


async def test_the_host_s_settings_hold(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EASEL_SCREENING_THRESHOLD", "0.25")
    monkeypatch.setenv("EASEL_SCREENING_OPEN", "Blur")
    monkeypatch.setenv("EASEL_SCREENING_AGE_RESTRICTED", "blur")
    screening = await opened(database, tmp_path)
    assert screening.host == Policy(0.25, Verdict.BLUR, Verdict.BLUR)


async def test_what_guilds_set_holds_after_a_start(database: Database, tmp_path: Path):
    await GuildScreening(database).change(7, Rules(threshold=0.1))
    screening = await opened(database, tmp_path)
    assert screening.policy(7).threshold == 0.1
