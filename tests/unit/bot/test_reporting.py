"""Copies of reports in the host's channel: taken away, or said to be still there."""

import asyncio
import dataclasses
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot.loads import Loads
from bot.reporting import hand_over, withdraw
from bot.studio import Studio
from generation.job import Posted
from generation.pictures import PictureStore
from generation.safety.bars import Bars
from generation.safety.erasure import Erasure
from generation.safety.reports import Report, Reports
from generation.safety.withdrawals import Copy
from generation.sheets.store import PartStore
from tests.support.jobs import CATALOG, make_job

MEMBER = "a" * 32


class Desk:
    """A client of which only what matters here is real, and the messages in the host's channel."""

    def __init__(self) -> None:
        self.channel = mock.create_autospec(discord.PartialMessageable, instance=True)
        self.message = mock.create_autospec(discord.PartialMessage, instance=True)
        self.channel.get_partial_message.return_value = self.message
        self.bars = mock.create_autospec(Bars, instance=True)
        self.bars.of.return_value = self.bars.find.return_value = None
        self.reports = mock.create_autospec(Reports, instance=True)
        self.reports.made_of.return_value = []
        self.erasure = mock.create_autospec(Erasure, instance=True)
        studio = mock.create_autospec(Studio, instance=True)
        studio.safety = SimpleNamespace(bars=self.bars, reports=self.reports)
        studio.erasure, studio.whole_catalog = self.erasure, CATALOG
        studio.parts = mock.create_autospec(PartStore, instance=True)
        studio.parts.of.return_value = {}
        self.client: Any = SimpleNamespace(
            studio=studio,
            settings=SimpleNamespace(report_channel_id=50),
            get_partial_messageable=lambda _: self.channel,
            loads=Loads(),
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def trouble(status: int, code: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="")
    kinds = {404: discord.NotFound, 403: discord.Forbidden}
    return kinds.get(status, discord.DiscordServerError)(response, {"code": code})


def copy_of(reported: bool) -> Copy:
    return Copy(Posted(50, 1), MEMBER, reported)


@pytest.mark.parametrize(
    ("error", "stays"),
    [
        (None, False),
        (trouble(404, 10008), False),
        (trouble(403, 50001), True),
        (trouble(500, 0), True),
        (ConnectionError("away"), True),
    ],
    ids=["done", "gone before", "no access", "Discord's fault", "no network"],
)
@pytest.mark.parametrize("reported", [False, True])
async def test_what_is_still_there_is_told(
    desk: Desk, reported: bool, error: Exception | None, stays: bool
):
    (desk.message.edit if reported else desk.message.delete).side_effect = error
    copy = copy_of(reported)
    assert await withdraw(desk.client, [copy], None) == ([copy] if stays else [])


async def test_of_a_reported_picture_a_button_stays_that_bars_by_the_pseudonym(desk: Desk):
    await withdraw(desk.client, [copy_of(reported=True)], None)
    desk.message.delete.assert_not_called()
    edit = desk.message.edit.call_args.kwargs
    assert (edit["embeds"], edit["attachments"]) == ([], [])
    (button,) = edit["view"].children
    assert (button.item.label, MEMBER in button.custom_id) == ("Bar member", True)


async def test_where_the_member_is_barred_the_button_lifts_that(desk: Desk):
    desk.bars.of.return_value = 3
    await withdraw(desk.client, [copy_of(reported=True)], None)
    (button,) = desk.message.edit.call_args.kwargs["view"].children
    assert button.item.label == "Undo bar"
    desk.channel.send.assert_not_called()


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_copy_whose_report_went_on_the_way_is_taken_away(desk: Desk, deleted: bool):
    copy = copy_of(reported=True)
    desk.channel.send.return_value = SimpleNamespace(id=1, channel=SimpleNamespace(id=50))
    desk.reports.note_post.return_value = copy if deleted else None
    job = dataclasses.replace(make_job(1), picture_path=None)
    report = Report(1, job.id, MEMBER, "", None, None, dismissed=False)
    await hand_over(desk.client, job, report, 5)
    taken = [call.args[0] for call in desk.erasure.take_away.call_args_list]
    assert taken == ([[copy]] if deleted else [])


async def test_however_many_are_reported_one_is_in_memory_at_a_time(desk: Desk):
    loaded, sent, goes = 0, 0, asyncio.Event()

    async def load(*_: object) -> bytes:
        nonlocal loaded
        loaded += 1
        return b"1"

    async def send(**_: object) -> SimpleNamespace:
        nonlocal sent
        sent += 1
        assert loaded == sent
        await goes.wait()
        return SimpleNamespace(id=sent, channel=SimpleNamespace(id=50))

    pictures = desk.client.studio.pictures = mock.create_autospec(PictureStore, instance=True)
    pictures.load.side_effect, desk.channel.send.side_effect = load, send
    desk.reports.note_post.return_value = None
    job = dataclasses.replace(make_job(1), picture_path="1.png", picture_sha256="0" * 64)
    reports = [Report(n, job.id, MEMBER, "", None, None, dismissed=False) for n in range(1, 4)]
    handing = asyncio.gather(*(hand_over(desk.client, job, each, 5) for each in reports))
    await asyncio.sleep(0.1)
    assert (loaded, sent) == (1, 1)
    goes.set()
    assert await handing == [True] * 3
