"""Bringing a picture: what is refused before it is fetched, and what everybody is told."""

import asyncio
import errno
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot import inputs as module
from bot.attachments import NotFetched, TooLarge
from bot.database import Database
from bot.inputs import bring, expected, kept_if_taken
from bot.settings import DISCORD_API_URL
from generation.errors import IntakeFull, RequestRefused
from generation.imaging.flaws import BYTE_LIMIT, Flaw
from generation.imaging.process import FinishedPicture, ImagingProcess, InputRefused
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputStore
from generation.intake import Intake
from generation.store import JobStore
from tests.support.jobs import make_origin, make_request

URL = "https://cdn.discordapp.com/attachments/1/2/fox.png?ex=1&hm=2"


class Stage:
    """An interaction, and a bot of which only what matters here is real."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fetched: list[str] = []
        self.answer: bytes | Exception = b"as it was attached"
        self.imaging = mock.create_autospec(ImagingProcess, instance=True)
        self.imaging.bring.return_value = FinishedPicture(b"plain", 640, 480, "c" * 64)
        self.intake = mock.create_autospec(Intake, instance=True)
        self.folder = folder
        studio = SimpleNamespace(
            inputs=InputStore(folder), input_imaging=self.imaging, intake=self.intake
        )
        client = SimpleNamespace(
            studio=studio, api_url=DISCORD_API_URL, bringing=asyncio.Semaphore(1)
        )
        self.interaction: Any = SimpleNamespace(
            client=client, id=1, guild_id=10, user=mock.Mock(spec_set=discord.User, id=7)
        )
        monkeypatch.setattr(module, "fetch", self.fetch)

    def studio(self, database: Database) -> Any:
        """The bot's, with a database."""
        studio: Any = self.interaction.client.studio
        studio.input_retention = InputRetention(database, studio.inputs)
        return studio

    async def fetch(self, address: str, api_url: str, limit: int) -> bytes:
        assert (api_url, limit) == (DISCORD_API_URL, BYTE_LIMIT)
        self.fetched.append(address)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def refusal(self, **about: Any) -> RequestRefused:
        with pytest.raises(RequestRefused) as caught:
            await bring(self.interaction, attached(**about))
        assert caught.value.field == "image"
        return caught.value


def attached(**about: Any) -> Any:
    usual = {"url": URL, "content_type": "image/png", "size": 1000, "width": 640, "height": 480}
    return SimpleNamespace(**usual | about)


@pytest.fixture
async def database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    async with Database.open(tmp_path_factory.mktemp("database")) as opened:
        yield opened


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path, monkeypatch)


async def test_a_picture_is_on_the_disk_when_it_is_brought(stage: Stage):
    image = await bring(stage.interaction, attached())
    assert (image.width, image.height) == (640, 480)
    assert (stage.folder / image.path).read_bytes() == b"plain"
    assert stage.fetched == [URL]
    stage.imaging.bring.assert_awaited_once_with(b"as it was attached")


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/webp", "image/PNG; x=y"])
async def test_pictures_by_their_kind(stage: Stage, kind: str):
    supposed = expected(stage.interaction, attached(content_type=kind))
    assert supposed is not None
    assert supposed.width == 640


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"content_type": "image/svg+xml"}, "no PNG, JPEG or WebP"),
        ({"content_type": "image/gif"}, "no PNG, JPEG or WebP"),
        ({"content_type": None}, "no PNG, JPEG or WebP"),
        ({"content_type": "text/html"}, "no PNG, JPEG or WebP"),
        ({"url": "https://example.org/fox.png"}, "no PNG, JPEG or WebP"),
        ({"size": BYTE_LIMIT + 1}, "25 MiB"),
        ({"width": 50_000, "height": 50_000}, "16.8 million pixels"),
    ],
)
async def test_what_discord_says_of_it_is_enough_to_refuse_it_unfetched(
    stage: Stage, about: dict[str, Any], said: str
):
    with pytest.raises(RequestRefused, match=said):
        expected(stage.interaction, attached(**about))
    assert said in str(await stage.refusal(**about))
    assert stage.fetched == []


async def test_a_picture_whose_size_discord_does_not_know_is_looked_at(stage: Stage):
    unknown = attached(width=None, height=None)
    assert expected(stage.interaction, unknown) is None
    assert (await bring(stage.interaction, unknown)).height == 480


async def test_who_may_not_ask_now_is_told_so_unfetched(stage: Stage):
    stage.intake.check_quotas.side_effect = IntakeFull("pictures a day", "Enough.", "Tomorrow.")
    with pytest.raises(IntakeFull, match="Tomorrow"):
        await bring(stage.interaction, attached())
    assert stage.fetched == []


@pytest.mark.parametrize("flaw", Flaw)
async def test_for_every_flaw_there_are_words_and_a_remedy(stage: Stage, flaw: Flaw):
    stage.imaging.bring.side_effect = InputRefused(flaw, "what the log says")
    refusal = await stage.refusal()
    assert refusal.limit.endswith(".")
    assert refusal.remedy.endswith(".")
    assert "what the log says" not in str(refusal)
    assert list(stage.folder.iterdir()) == []


async def test_a_host_that_can_read_no_picture_blames_none(
    stage: Stage, caplog: pytest.LogCaptureFixture
):
    why = "the decoder can't be started: [Errno 24] Too many open files"
    stage.imaging.bring.side_effect = InputRefused(Flaw.NO_DECODER, why)
    refusal = await stage.refusal()
    assert isinstance(refusal, IntakeFull)  # it may be taken later
    assert refusal.limit == "The host can't read pictures just now."
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert why in record.getMessage()


async def test_what_discord_does_not_give_out_is_said(stage: Stage):
    stage.answer = NotFetched("status 404")
    assert "Attach it once more." in str(await stage.refusal())


async def test_more_bytes_than_discord_said_are_too_many_all_the_same(stage: Stage):
    stage.answer = TooLarge("more")
    assert "25 MiB" in str(await stage.refusal())


async def test_a_full_disk_is_the_hosts_to_mend(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    async def full(*_: object, held: bool) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(InputStore, "save", full)
    assert isinstance(await stage.refusal(), IntakeFull)


async def test_a_picture_that_was_brought_for_nothing_goes_at_once(
    stage: Stage, database: Database
):
    studio = stage.studio(database)
    image = await bring(stage.interaction, attached())
    with pytest.raises(RequestRefused):
        async with kept_if_taken(studio, image):
            raise RequestRefused("to", "It is too small.", "Bring another one.")
    assert not (stage.folder / image.path).exists()


async def test_one_that_a_job_needs_stays_whatever_is_refused(stage: Stage, database: Database):
    studio = stage.studio(database)
    image = await bring(stage.interaction, attached())
    await JobStore(database).create(make_request(image=image), make_origin())
    with pytest.raises(RequestRefused):
        async with kept_if_taken(studio, image):
            raise RequestRefused("to", "It is too small.", "Bring another one.")
    assert (stage.folder / image.path).exists()


async def test_one_that_somebody_else_just_brought_stays_whoever_is_refused_first(
    stage: Stage, database: Database
):
    studio = stage.studio(database)
    theirs, own = [await bring(stage.interaction, attached()) for _ in range(2)]
    async with kept_if_taken(studio, theirs):
        with pytest.raises(RequestRefused):
            async with kept_if_taken(studio, own):
                raise RequestRefused("to", "It is too small.", "Bring another one.")
        assert (stage.folder / theirs.path).exists()
        await JobStore(database).create(make_request(image=theirs), make_origin())
    assert studio.inputs.held() == set()
    assert (stage.folder / theirs.path).exists()


async def test_the_last_one_who_is_refused_takes_it_along(stage: Stage, database: Database):
    studio = stage.studio(database)
    images = [await bring(stage.interaction, attached()) for _ in range(2)]
    for image in images:
        assert (stage.folder / image.path).exists()
        with pytest.raises(RequestRefused):
            async with kept_if_taken(studio, image):
                raise RequestRefused("to", "It is too small.", "Bring another one.")
    assert not (stage.folder / images[0].path).exists()


async def test_not_all_are_in_memory_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    inside, most = 0, 0

    async def slow(_: bytes) -> FinishedPicture:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1
        return FinishedPicture(b"plain", 1, 1, "c" * 64)

    stage.imaging.bring.side_effect = slow
    await asyncio.gather(*(bring(stage.interaction, attached()) for _ in range(5)))
    assert most == 1
