"""A picture that was painted is made larger from what it is, not from what was asked for."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot import loads as loads_module
from bot.finishing import _enlarge, _kept, _target
from bot.loads import Loads
from generation.errors import RequestRefused
from generation.finishing import Extent
from generation.inputs.store import InputStore
from generation.intake import Intake
from generation.job import Job
from generation.pictures import PictureStore
from generation.safety.screening import Screening
from generation.store import JobStore
from tests.support import png
from tests.support.jobs import CATALOG, make_job


@pytest.fixture
def studio(tmp_path: Path) -> Any:
    return SimpleNamespace(pictures=PictureStore(tmp_path), inputs=InputStore(tmp_path))


async def test_its_size_is_that_of_the_file(studio: Any):
    stored = await studio.pictures.save(1, png.make(320, 180))
    job = dataclasses.replace(make_job(1), picture_path=stored.path, picture_sha256=stored.sha256)
    assert str(job.request.extent) == "256x256"
    image = await _kept(studio, job)
    assert (image.width, image.height) == (320, 180)


async def test_what_is_no_picture_any_more_is_refused(studio: Any):
    stored = await studio.pictures.save(1, b"half a picture")
    job = dataclasses.replace(make_job(1), picture_path=stored.path, picture_sha256=stored.sha256)
    with pytest.raises(RequestRefused, match="not kept here any more"):
        await _kept(studio, job)


@pytest.mark.parametrize(("size", "to"), [((2047, 10), "2048"), ((10, 2048), "x2")])
def test_what_is_that_large_already_becomes_twice_as_large(size: tuple[int, int], to: str):
    assert _target(Extent(*size)) == to


async def _press(studio: Any, job: Job, loads: Loads | None = None) -> mock.Mock:
    """Its member presses Larger in an open channel; what the intake got."""
    intake = studio.intake = mock.create_autospec(Intake, instance=True)
    studio.store = mock.create_autospec(JobStore, instance=True)
    studio.store.get.return_value = job
    studio.catalog = studio.whole_catalog = CATALOG
    studio.safety = SimpleNamespace(screening=Screening())
    studio.input_retention = mock.AsyncMock()
    assert job.origin is not None
    interaction = mock.MagicMock(guild_id=10, channel_id=20, id=7, application_id=8, token="t")
    interaction.client.studio, interaction.filesize_limit = studio, None
    interaction.client.loads = loads or Loads()
    interaction.user.id, interaction.response.defer = job.origin.user_id, mock.AsyncMock()
    interaction.response.defer.return_value = mock.create_autospec(
        discord.InteractionCallbackResponse, instance=True, message_id=9
    )
    await _enlarge(interaction, job.id)
    return intake.submit


async def _painted(studio: Any, **fields: Any) -> Job:
    stored = await studio.pictures.save(1, png.make(320, 180))
    kept = {"picture_path": stored.path, "picture_sha256": stored.sha256}
    return dataclasses.replace(make_job(1), **kept, **fields)


async def test_what_may_not_be_shown_there_is_not_made_larger_there(studio: Any):
    job = await _painted(studio, unsafe=0.9, screened_by="nsfw")
    with pytest.raises(RequestRefused, match="outside age-restricted channels"):
        await _press(studio, job)
    studio.intake.submit.assert_not_called()


async def test_it_is_asked_for_with_the_score_of_what_it_is_made_of(studio: Any):
    submit = await _press(studio, await _painted(studio, unsafe=0.3, screened_by="nsfw"))
    (asked,) = submit.call_args_list
    parent = asked.kwargs["parent"]
    assert (parent.unsafe, parent.screened_by) == (0.3, "nsfw")


async def test_who_has_many_read_at_once_is_asked_to_come_back(
    studio: Any, monkeypatch: pytest.MonkeyPatch
):
    job, loads = await _painted(studio), Loads()
    monkeypatch.setattr(loads_module, "_PATIENCE_S", 0.01)
    assert job.origin is not None
    async with loads.place(job.origin.user_id, shrinking=False):
        with pytest.raises(RequestRefused, match="Too many pictures"):
            await _press(studio, job, loads)
    assert (await _press(studio, job, loads)).call_count == 1
