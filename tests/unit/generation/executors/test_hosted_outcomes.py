"""What may come of asking a hosted API, and what its member reads of it."""

import asyncio
import logging
import re
import sys
import time

import pytest

from generation.executors.base import FailureKind
from generation.executors.hosted import HostedExecutor, Retries
from generation.executors.hosted._errors import diagnose, when
from tests.support.bot_process import ROOT
from tests.unit.generation.executors.conformance import failed, painted
from tests.unit.generation.executors.endpoint import (
    SPEC,
    TOKEN,
    Endpoint,
    StartHosted,
    asks,
    offer,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: What a sentence for members begins with where it says what to do.
REMEDY = re.compile(r"Try again|Try other|Choose another|Whoever runs Easel has to")
#: What belongs into the log and not before members.
INNARDS = re.compile(r"Traceback|Error|Exception|http://|127\.0\.0\.1|hf_|[<>{}\[\]]")

OUTCOMES = {
    "200": None,
    "401": (FailureKind.REFUSED, "set a valid Hugging Face token"),
    "402": (FailureKind.REFUSED, "huggingface.co/settings/billing"),
    "410": (FailureKind.MODEL_UNAVAILABLE, "Choose another model"),
    "429": (FailureKind.BUSY, "takes no more requests"),
    "503": (FailureKind.BUSY, "only just starting"),
    "HTML": (FailureKind.BAD_PICTURE, "check the address of the endpoint"),
    "time-out": (FailureKind.TIMED_OUT, "took too long"),
    "connection refused": (FailureKind.BUSY, "can't be reached"),
    "empty provider list": (FailureKind.MODEL_UNAVAILABLE, "No provider of the hosted API offers"),
}


async def executor_for(outcome: str, start_hosted: StartHosted) -> tuple[HostedExecutor, str]:
    """An executor and a prompt with which it comes to that."""
    match outcome:
        case "200":
            return await start_hosted(), "png"
        case "HTML":
            return await start_hosted(), "html"
        case "time-out":
            return await start_hosted(timeout_s=0.5), "hang"
        case "connection refused":
            return await start_hosted(endpoint="http://127.0.0.1:9/paint"), "png"
        case "empty provider list":
            return await start_hosted(endpoint=None), "png"
        case status:
            return await start_hosted(), status


async def test_ten_outcomes_have_ten_messages(
    start_hosted: StartHosted, hub: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    hub.offers = []
    said: dict[str, str] = {}
    with caplog.at_level(logging.DEBUG):
        for outcome, expected in OUTCOMES.items():
            executor, prompt = await executor_for(outcome, start_hosted)
            if expected is None:
                picture = await painted(executor, asks(prompt))
                said[outcome] = f"a picture of {picture.width}x{picture.height}"
                continue
            failure = await failed(executor, asks(prompt))
            kind, words = expected
            assert failure.kind is kind, outcome
            assert words in failure.message
            assert REMEDY.search(failure.message), failure.message
            assert not INNARDS.search(failure.message), failure.message
            assert TOKEN not in failure.message + failure.detail
            said[outcome] = failure.message
    print(*(f"\n{outcome:20} {message}" for outcome, message in said.items()), sep="")
    assert len(set(said.values())) == len(OUTCOMES) == 10
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("prompt", "kind", "remedy"),
    [
        ("400", FailureKind.REFUSED, "Try other words"),
        ("403", FailureKind.REFUSED, "accept the model's terms"),
        ("404", FailureKind.MODEL_UNAVAILABLE, "check the model's entry"),
        ("408", FailureKind.BUSY, "with fewer steps"),
        ("422", FailureKind.REFUSED, "Try other words"),
        ("500", FailureKind.BUSY, "Try again in a few minutes"),
        ("504", FailureKind.BUSY, "with fewer steps"),
        ("json", FailureKind.BAD_PICTURE, "Try again"),
        ("truncated", FailureKind.BAD_PICTURE, "Try again"),
        ("gif", FailureKind.BAD_PICTURE, "Try again"),
        ("black", FailureKind.BAD_PICTURE, "try other words"),
        ("cut off", FailureKind.BUSY, "can't be reached"),
    ],
)
async def test_what_else_comes_is_told_in_plain_words(
    start_hosted: StartHosted, prompt: str, kind: FailureKind, remedy: str
) -> None:
    failure = await failed(await start_hosted(), asks(prompt))
    assert failure.kind is kind
    assert remedy in failure.message
    assert not INNARDS.search(failure.message), failure.message


@pytest.mark.parametrize("prompt", ["401", "json", "html"])
async def test_a_provider_that_is_no_endpoint_is_told_of_alike(
    start_hosted: StartHosted, hub: Endpoint, prompt: str
) -> None:
    hub.offers = [offer("together")]
    failure = await failed(await start_hosted(endpoint=None), asks(prompt))
    assert failure.kind in (FailureKind.REFUSED, FailureKind.BAD_PICTURE)
    assert TOKEN not in failure.message + failure.detail


async def test_a_hub_that_hangs_holds_neither_the_loop_nor_the_other_jobs(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    """The look-up of providers is a blocking call, which by itself waits for ever."""
    hub.offers = "hang"
    executor = await start_hosted(endpoint=None, timeout_s=0.5)
    other = await start_hosted()
    running = asyncio.create_task(failed(executor, asks("png")))
    lag = 0.0
    while not running.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        lag = max(lag, time.monotonic() - before)
    assert (await running).kind is FailureKind.TIMED_OUT
    assert lag < 0.3
    await painted(other, asks("png"))


async def test_a_call_that_never_ends_does_not_keep_the_process_alive() -> None:
    """As a look-up at a hub that hangs, or a provider that says for ever that it is at work."""
    code = (
        "import asyncio, threading\n"
        "from generation.executors.hosted._client import HostedClient\n"
        "async def main():\n"
        "    client = HostedClient(None, None, 1)\n"
        "    await client.start()\n"
        "    endless = client._run(asyncio.to_thread(threading.Event().wait))\n"
        "    try:\n"
        "        await asyncio.wait_for(endless, 0.2)\n"
        "    except TimeoutError:\n"
        "        await client.close()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT)
    async with asyncio.timeout(30):
        assert await process.wait() == 0


async def test_other_errors_are_bugs_and_keep_the_token_to_themselves() -> None:
    error = AttributeError(f"what is {TOKEN}")
    failure = diagnose(error).failure(error, SPEC, TOKEN)
    assert failure.kind is FailureKind.INTERNAL
    assert failure.detail == "AttributeError: what is (token)"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "in a few minutes"),
        (0, "in a minute or two"),
        (90, "in a minute or two"),
        (301, "in about 6 minutes"),
        (7300, "in about 2 h"),
    ],
)
async def test_the_time_to_try_again_is_told_roughly(seconds: float | None, said: str) -> None:
    assert when(seconds) == said


async def test_how_often_it_was_asked_is_told(start_hosted: StartHosted) -> None:
    executor = await start_hosted(retries=Retries(most=2, first_s=0.01))
    assert (await failed(executor, asks("503"))).message.endswith("Easel asked 3 times.")
    assert "times" not in (await failed(executor, asks("401"))).message
