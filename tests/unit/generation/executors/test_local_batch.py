"""Several works in one run of the local executor."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from PIL import Image

from generation.catalog import ModelSpec
from generation.executors.base import Batch, Cancelled, Finished, Painted, Progress, Told, Work
from generation.executors.local import LocalExecutor
from tests.support import png
from tests.unit.generation.executors.conformance import painted, small

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def told_of(executor: LocalExecutor, *works: Work) -> list[Told]:
    return [told async for told in executor.run(Batch(works))]


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.int16)


async def test_each_gets_its_own_picture_as_if_alone_but_for_rounding(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    works = [small(turbo, prompt=prompt, seed=n) for n, prompt in enumerate(("red", "blue", "sun"))]
    told = await told_of(local, *works)
    pictures = {job_id: event.picture.data for job_id, event in told if isinstance(event, Finished)}
    assert set(pictures) == {work.job_id for work in works}
    for work in works:
        alone = pixels((await painted(local, work)).data)
        assert np.abs(alone - pixels(pictures[work.job_id])).max() <= 2
    assert len({pixels(data).tobytes() for data in pictures.values()}) == 3


async def test_the_recipe_and_the_picture_say_how_many_there_were(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    told = await told_of(local, small(turbo), small(turbo, seed=8))
    for picture in [event.picture for _, event in told if isinstance(event, Finished)]:
        assert picture.batch == 2
        assert picture.device_seconds == picture.seconds / 2
        assert json.loads(png.texts(picture.data)["easel"])["batch"] == 2


async def test_all_hear_of_every_step_and_of_the_free_device_before_their_pictures(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    works = small(turbo), small(turbo, seed=8)
    told = await told_of(local, *works)
    for work in works:
        events = [event for job_id, event in told if job_id == work.job_id]
        assert [type(event) for event in events] == [Progress, Progress, Painted, Finished]


async def test_cancelling_one_says_so_at_once_and_the_others_go_on(
    local: LocalExecutor,
    turbo: ModelSpec,
    painting: Callable[[Work], Awaitable[None]],
) -> None:
    works = [small(turbo, side=256, steps=30, seed=seed) for seed in range(2)]
    following = asyncio.create_task(told_of(local, *works))
    await painting(works[0])
    await local.cancel(works[0].job_id)
    told = await following
    ends = [(job_id, type(event)) for job_id, event in told if not isinstance(event, Progress)]
    assert ends[0] == (works[0].job_id, Cancelled)
    assert ends[-1] == (works[1].job_id, Finished)
    after = told[told.index(Told(works[0].job_id, Cancelled())) + 1 :]
    assert all(job_id == works[1].job_id for job_id, _ in after)
    assert any(isinstance(event, Progress) for _, event in after)


async def test_cancelling_all_ends_the_run(
    local: LocalExecutor, local_works: object, turbo: ModelSpec, painting: Callable
) -> None:
    works = [small(turbo, side=512, steps=500, seed=seed) for seed in range(2)]
    following = asyncio.create_task(told_of(local, *works))
    await painting(works[0])
    async with asyncio.timeout(30):
        for work in works:
            await local.cancel(work.job_id)
        told = await following
    assert [job_id for job_id, event in told if event == Cancelled()] == [w.job_id for w in works]
