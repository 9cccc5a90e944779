"""A hosted model that fails again and again is left alone for a while."""

import asyncio

import pytest

from generation.catalog import ModelSpec
from generation.executors.base import FailureKind
from generation.executors.hosted import HostedExecutor
from generation.executors.hosted._breaker import Breaker
from tests.unit.generation.executors.conformance import failed, follow, painted
from tests.unit.generation.executors.endpoint import SPEC, Endpoint, StartHosted, asks

pytestmark = pytest.mark.asyncio(loop_scope="module")

OTHER: ModelSpec = SPEC.model_copy(update={"name": "other", "title": "Other"})


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def fail(executor: HostedExecutor, times: int, wish: str = "410") -> None:
    for _ in range(times):
        await failed(executor, asks(wish))


async def test_after_three_failures_in_a_row_nobody_is_asked(
    start_hosted: StartHosted, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    executor = await start_hosted(trips_after=3)
    await fail(executor, 3)
    prompt = endpoint.plays("png")
    failure = await failed(executor, asks(prompt))
    assert failure.kind is FailureKind.BUSY
    assert failure.message.startswith("ZB-Tech Text-to-Image came to nothing 3 times in a row")
    assert "Try again in a minute or two, or choose another model." in failure.message
    assert "The last time: The hosted API doesn't offer" in failure.message
    assert endpoint.asked(prompt) == 0
    assert "zb-tech came to nothing 3 times in a row" in caplog.text


async def test_a_picture_between_failures_begins_the_count_anew(start_hosted: StartHosted) -> None:
    executor = await start_hosted(trips_after=3)
    await fail(executor, 2)
    await painted(executor, asks("png"))
    await fail(executor, 2)
    await painted(executor, asks("png"))


@pytest.mark.parametrize("wish", ["400", "422", "429", "black"])
async def test_what_is_not_the_models_fault_does_not_count(
    start_hosted: StartHosted, wish: str
) -> None:
    executor = await start_hosted(trips_after=2)
    await fail(executor, 3, wish)
    await painted(executor, asks("png"))


async def test_a_model_at_rest_says_so_and_others_do_not(start_hosted: StartHosted) -> None:
    executor = await start_hosted(trips_after=2, first_rest_s=0.2)
    await fail(executor, 1, "503")
    assert executor.hindrance(SPEC) is None
    await fail(executor, 1, "503")
    assert "leaves it alone for now" in (executor.hindrance(SPEC) or "")
    assert executor.hindrance(OTHER) is None
    await asyncio.sleep(0.25)
    assert executor.hindrance(SPEC) is None


@pytest.mark.parametrize(
    ("wish", "said", "of_all"),
    [
        ("401", "doesn't know Easel's token", True),
        ("402", "The credit for the hosted API is used up", True),
        ("403", "doesn't let Easel use ZB-Tech Text-to-Image", False),
        ("404", "has no ZB-Tech Text-to-Image there", False),
        ("410", "doesn't offer ZB-Tech Text-to-Image any more", False),
    ],
)
async def test_a_refusal_is_told_of_until_something_is_painted(
    start_hosted: StartHosted, wish: str, said: str, of_all: bool
) -> None:
    executor = await start_hosted(trips_after=9)
    assert executor.hindrance(SPEC) is None
    await fail(executor, 1, wish)
    assert said in (executor.hindrance(SPEC) or "")
    assert (executor.hindrance(OTHER) is not None) is of_all
    await painted(executor, asks("png"))
    assert not executor.hindrance(SPEC)
    assert not executor.hindrance(OTHER)


async def test_what_is_wrong_with_one_request_is_no_word_on_its_model(
    start_hosted: StartHosted,
) -> None:
    executor = await start_hosted()
    await fail(executor, 1, "400")
    assert executor.hindrance(SPEC) is None


async def test_the_log_has_each_trouble_with_model_and_remedy_once(
    start_hosted: StartHosted, caplog: pytest.LogCaptureFixture
) -> None:
    executor = await start_hosted(trips_after=99)
    troubles = {
        "401": "set a valid Hugging Face token",
        "402": "add some at https://huggingface.co/settings/billing",
        "404": "check the model's entry and the endpoint",
        "410": "name another provider or an endpoint of their own",
        "429": "Try again",
        "503": "Try again",
    }
    for status, remedy in troubles.items():
        caplog.clear()
        await fail(executor, 2, status)
        (said,) = (line for line in caplog.messages if "was not painted" in line)
        assert said.startswith("zb-tech was not painted: ")
        assert remedy in said
        assert status in said


async def test_what_is_wrong_with_one_request_is_not_in_the_hosts_log(
    start_hosted: StartHosted, caplog: pytest.LogCaptureFixture
) -> None:
    await fail(await start_hosted(), 1, "400")
    assert "was not painted" not in caplog.text


async def test_other_models_go_on(start_hosted: StartHosted) -> None:
    executor = await start_hosted(trips_after=2)
    await fail(executor, 2)
    assert "came to nothing" in (await failed(executor, asks("png"))).message
    await painted(executor, asks("png", OTHER))


async def test_after_its_rest_one_job_tries_the_model_out(
    start_hosted: StartHosted, endpoint: Endpoint
) -> None:
    executor = await start_hosted(trips_after=2, first_rest_s=0.2)
    await fail(executor, 2)
    await asyncio.sleep(0.25)
    trying = asyncio.create_task(painted(executor, asks("slow")))
    await asyncio.sleep(0.1)
    assert "came to nothing" in (await failed(executor, asks("png"))).message
    await trying
    await painted(executor, asks("png"))


async def test_a_tryout_that_is_cancelled_leaves_it_to_the_next(start_hosted: StartHosted) -> None:
    executor = await start_hosted(trips_after=2, first_rest_s=0.1)
    await fail(executor, 2)
    await asyncio.sleep(0.15)
    work = asks("hang")
    trying = asyncio.create_task(follow(executor, work))
    await asyncio.sleep(0.1)
    await executor.cancel(work.job_id)
    await trying
    await painted(executor, asks("png"))


async def test_each_tryout_that_fails_doubles_the_rest_up_to_ten_minutes() -> None:
    clock = Clock()
    breaker = Breaker(1, first_rest_s=30, now=clock)
    rests = []
    for _ in range(7):
        assert breaker.admit()
        assert breaker.fails("why")
        rests.append(breaker.rest_s)
        assert not breaker.admit()
        clock.now += breaker.rest_s
    assert rests == [30, 60, 120, 240, 480, 600, 600]
    breaker.works()
    breaker.fails("why")
    assert breaker.rest_s == 30


async def test_those_under_way_when_it_opened_do_not_lengthen_the_rest() -> None:
    clock = Clock()
    breaker = Breaker(2, first_rest_s=30, now=clock)
    assert [breaker.fails("why") for _ in range(4)] == [False, True, False, False]
    assert (breaker.failures, breaker.rest_s) == (2, 30)
