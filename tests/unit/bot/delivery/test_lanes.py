"""A channel that Discord has wait holds up the pictures of no other."""

import asyncio
import dataclasses

import pytest

from bot.delivery import _delivery
from bot.delivery._lanes import AT_ONCE, Lanes
from bot.delivery._loading import PICTURES_AT_ONCE, Loading
from bot.delivery._shown import Shown
from bot.delivery._way import OtherRules
from generation.events import JobGenerated
from generation.imaging.process import SmallerPicture
from generation.job import Job, JobStatus
from tests.support.executors import PICTURE
from tests.support.jobs import make_origin, make_request

from .place import FakeMessage, Place

LIMITED, FREE = 20, 21  # channels


class Pictures:
    """Painted ones, whose edits in the first channel hang until Discord takes them."""

    def __init__(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = place
        self.takes = asyncio.Event()
        self.hanging = 0
        self.token_dies = False
        monkeypatch.setattr(_delivery, "Way", lambda client, store, job: self.message(job))

    def message(self, job: Job) -> FakeMessage:
        assert job.origin is not None
        message = FakeMessage()
        message.channel_id = None if self.token_dies else job.origin.channel_id
        if job.origin.channel_id == LIMITED:
            self.hold(message)
        return message

    def hold(self, message: FakeMessage) -> None:
        show = message.show

        async def held(shown: Shown, *, moving: bool = False) -> None:
            if message.channel_id is None:
                message.channel_id = LIMITED
                raise OtherRules
            self.hanging += 1
            await self.takes.wait()
            await show(shown, moving=moving)

        message.show = held

    async def paint(
        self, number: int, channel_id: int, data: bytes = PICTURE.data, limit: int | None = None
    ) -> Job:
        line = self.place.line
        origin = dataclasses.replace(
            make_origin(1, 100 + 10 * number), channel_id=channel_id, file_limit=limit
        )
        job = await line.store.create(make_request(), origin)
        await line.store.start(job.id)
        stored = await line.pictures.save(job.id, data)
        done = await line.store.finish(job.id, PICTURE, stored)
        line.events.publish(JobGenerated(done))
        return done


@pytest.fixture
def painted(place: Place, monkeypatch: pytest.MonkeyPatch) -> Pictures:
    return Pictures(place, monkeypatch)


@pytest.mark.parametrize("token_dies", [False, True], ids=["by right", "after the token"])
async def test_what_waits_in_one_channel_holds_up_no_other(painted: Pictures, token_dies: bool):
    painted.token_dies = token_dies
    until = painted.place.line.until
    waiting = [await painted.paint(n, LIMITED) for n in range(PICTURES_AT_ONCE)]
    await asyncio.sleep(0.1)
    assert painted.hanging == AT_ONCE
    await until(await painted.paint(90, FREE), JobStatus.DELIVERED)
    painted.takes.set()
    for job in waiting:
        await until(job, JobStatus.DELIVERED)


async def test_what_a_token_limits_has_no_lane():
    lanes = Lanes()
    async with asyncio.timeout(1), lanes.lane(None), lanes.lane(None), lanes.lane(None):
        pass


async def test_a_lane_is_kept_for_as_long_as_somebody_is_in_it():
    lanes = Lanes()
    async with lanes.lane(LIMITED):
        async with lanes.lane(LIMITED), lanes.lane(FREE):
            assert sorted(lanes._lanes) == [LIMITED, FREE]
        assert list(lanes._lanes) == [LIMITED]
    assert not lanes._lanes


async def test_what_is_made_smaller_first_holds_up_no_small_picture_of_any_channel(
    painted: Pictures,
):
    until, done = painted.place.line.until, asyncio.Event()
    shrinking = painted.place.imaging.shrink

    async def slow(png: bytes, limit: int) -> SmallerPicture:
        await done.wait()
        return SmallerPicture(png[:limit], 95)

    shrinking.side_effect = slow
    large = [
        await painted.paint(n, 30 + n % 3, bytes(20_000), 10_000) for n in range(PICTURES_AT_ONCE)
    ]
    await asyncio.sleep(0.1)
    assert shrinking.call_count < 3
    for number, channel_id in enumerate((FREE, 32), start=90):
        await until(await painted.paint(number, channel_id), JobStatus.DELIVERED)
    done.set()
    for job in large:
        await until(job, JobStatus.DELIVERED)


@pytest.mark.parametrize("small", [0, AT_ONCE], ids=["first", "behind small ones"])
async def test_large_pictures_of_one_channel_hold_up_no_large_one_of_another(
    painted: Pictures, small: int
):
    painted.place.imaging.shrink.return_value = SmallerPicture(PICTURE.data, 95)
    until = painted.place.line.until
    waiting = [await painted.paint(n, LIMITED) for n in range(small)]
    await asyncio.sleep(0.1)
    waiting += [await painted.paint(n, LIMITED, bytes(20_000), 10_000) for n in range(10, 14)]
    await asyncio.sleep(0.1)
    assert painted.hanging == max(small, 1)  # of large ones it is one a channel
    large = await painted.paint(90, FREE, bytes(20_000), 10_000)
    await until(large, JobStatus.DELIVERED)
    painted.takes.set()
    for job in waiting:
        await until(job, JobStatus.DELIVERED)


async def test_beside_a_large_one_there_is_a_place_for_small_ones_of_its_channel():
    loading, never = Loading(), asyncio.Event()

    async def hold(channel_id: int | None) -> None:
        async with loading.place(channel_id, oversized=True):
            await never.wait()

    # Two have their places; those of the free channel wait for one.
    holding = [asyncio.create_task(hold(each)) for each in (None, None, FREE, FREE, FREE)]
    await asyncio.sleep(0.01)
    async with asyncio.timeout(1):
        for _ in range(3):
            async with loading.place(FREE, oversized=False):
                pass
    for task in holding:
        task.cancel()
    await asyncio.gather(*holding, return_exceptions=True)
