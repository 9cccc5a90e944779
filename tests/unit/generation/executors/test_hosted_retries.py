"""When a hosted API is asked again, after how long, and how often."""

import asyncio
import email.utils
import time

import pytest

from generation.executors.base import Cancelled, FailureKind, Finished, Waiting
from generation.executors.hosted import Retries
from generation.executors.hosted._retries import wanted_pause
from tests.unit.generation.executors.conformance import failed, follow, painted
from tests.unit.generation.executors.endpoint import Endpoint, StartHosted, asks

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSING = ["429", "500", "503", "504", "cut off"]
LASTING = ["400", "401", "402", "403", "404", "410", "422", "html", "truncated"]


@pytest.mark.parametrize("trouble", PASSING)
async def test_what_passes_is_waited_out_and_told(
    start_hosted: StartHosted, endpoint: Endpoint, trouble: str
) -> None:
    prompt = endpoint.plays(trouble, trouble, "png")
    *before, last = await follow(await start_hosted(), asks(prompt))
    assert isinstance(last, Finished)
    assert before == [Waiting(), Waiting(over=True)] * 2
    assert endpoint.asked(prompt) == 3


@pytest.mark.parametrize("trouble", LASTING)
async def test_what_lasts_is_asked_for_once(
    start_hosted: StartHosted, endpoint: Endpoint, trouble: str
) -> None:
    prompt = endpoint.plays(trouble, "png")
    await failed(await start_hosted(), asks(prompt))
    assert endpoint.asked(prompt) == 1


async def test_connections_that_are_refused_are_tried_again(
    start_hosted: StartHosted, unused_tcp_port: int
) -> None:
    executor = await start_hosted(endpoint=f"http://127.0.0.1:{unused_tcp_port}/paint")
    *before, _ = await follow(executor, asks("png"))
    assert before == [Waiting(), Waiting(over=True)] * 3


async def test_it_is_given_up_after_so_many_tries(
    start_hosted: StartHosted, endpoint: Endpoint
) -> None:
    prompt = endpoint.plays("503")
    await failed(await start_hosted(retries=Retries(most=1, first_s=0.01)), asks(prompt))
    assert endpoint.asked(prompt) == 2


async def test_the_wait_that_the_api_asks_for_is_kept(
    start_hosted: StartHosted, endpoint: Endpoint
) -> None:
    executor = await start_hosted()
    before = time.monotonic()
    picture = await painted(executor, asks(endpoint.plays("429 after 1", "png")))
    assert time.monotonic() - before >= 1
    assert picture.seconds < 1  # the time of the try that succeeded, for forecasts


async def test_a_wait_longer_than_the_time_left_is_not_begun_but_told(
    start_hosted: StartHosted, endpoint: Endpoint
) -> None:
    executor = await start_hosted(timeout_s=5)
    prompt = endpoint.plays("429 after 300", "png")
    async with asyncio.timeout(3):
        failure = await failed(executor, asks(prompt))
    assert failure.kind is FailureKind.BUSY
    assert "Try again in about 5 minutes." in failure.message
    assert endpoint.asked(prompt) == 1


async def test_all_tries_together_have_one_limit_of_time(
    start_hosted: StartHosted, endpoint: Endpoint
) -> None:
    executor = await start_hosted(timeout_s=1, retries=Retries(most=100, first_s=0.1))
    before = time.monotonic()
    await failed(executor, asks("503"))
    assert time.monotonic() - before < 2


async def test_a_job_that_waits_can_be_cancelled(
    start_hosted: StartHosted, endpoint: Endpoint
) -> None:
    executor = await start_hosted(timeout_s=60)
    prompt = endpoint.plays("429 after 30", "png")
    work = asks(prompt)
    following = asyncio.create_task(follow(executor, work))
    async with asyncio.timeout(5):
        while not endpoint.asked(prompt):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        await executor.cancel(work.job_id)
        assert await following == [Waiting(), Cancelled()]
    assert endpoint.asked(prompt) == 1


async def test_pauses_double_up_to_the_longest_and_none_is_quite_like_another() -> None:
    retries = Retries(most=8, first_s=1, longest_s=10)
    for tried, longest in enumerate([1, 2, 4, 8, 10, 10, 10, 10], start=1):
        pauses = [retries.pause(tried) or 0 for _ in range(50)]
        assert longest / 2 <= min(pauses) < max(pauses) <= longest
    assert retries.pause(9) is None


async def test_no_pause_is_shorter_than_the_api_wants() -> None:
    assert all(5 <= (Retries().pause(1, 5) or 0) <= 6 for _ in range(50))
    assert Retries(most=0).pause(1, 5) is None


async def test_the_wanted_wait_is_read_in_seconds_as_a_date_and_in_hugging_faces_way() -> None:
    in_a_minute = email.utils.formatdate(time.time() + 60, usegmt=True)
    assert wanted_pause({"Retry-After": "7"}) == 7
    assert 58 <= (wanted_pause({"Retry-After": in_a_minute}) or 0) <= 60
    assert wanted_pause({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}) == 0
    assert wanted_pause({"Retry-After": "soon"}) is None
    assert wanted_pause({"RateLimit": '"api";r=0;t=55'}) == 55
    assert wanted_pause({"RateLimit": '"api";r=3;t=55'}) is None
    assert wanted_pause({}) is None
