"""Hosted pictures are looked at by the hosted API before they come out."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from generation.catalog import Catalog
from generation.executors.base import FailureKind, Work
from generation.executors.hosted import HostedExecutor
from generation.safety.screeners import NOBODY
from tests.support import png
from tests.unit.generation.executors.conformance import failed, painted
from tests.unit.generation.executors.endpoint import (
    SPEC,
    TOKEN,
    Endpoint,
    StartHosted,
    asks,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCREENER = Catalog.load().tools["nsfw-detection"]
NORMAL = {"normal": 0.9, "nsfw": 0.1}


@pytest_asyncio.fixture(loop_scope="module")
async def executor(start_hosted: StartHosted, hub: Endpoint) -> AsyncIterator[HostedExecutor]:
    hub.labels, hub.looked_at = [NORMAL], []
    executor = await start_hosted()
    executor.screen_with(SCREENER)
    yield executor


def screened(prompt: str = "png", **fields: object) -> Work:
    """A picture that has to be looked at."""
    wanted = {"spec": SPEC, "screener": SCREENER, **fields}
    return replace(asks(prompt), **wanted)  # pyright: ignore[reportArgumentType]


async def test_a_picture_is_posted_with_its_score(executor: HostedExecutor, hub: Endpoint) -> None:
    picture = await painted(executor, screened())
    assert (picture.unsafe, picture.screened_by) == (0.1, "nsfw-detection")
    (looked_at,) = hub.looked_at
    assert looked_at["repo"] == "Falconsai/nsfw_image_detection"
    assert looked_at["authorization"] == f"Bearer {TOKEN}"


async def test_the_picture_goes_there_without_its_recipe(
    executor: HostedExecutor, hub: Endpoint
) -> None:
    picture = await painted(executor, screened())
    (looked_at,) = hub.looked_at
    assert png.texts(picture.data)["easel"]
    assert not png.texts(looked_at["data"])
    pixels = [chunk for chunk in png.chunks(picture.data) if chunk[0] in ("IHDR", "IDAT")]
    assert [each for each in png.chunks(looked_at["data"]) if each in pixels] == pixels


async def test_nobody_is_asked_where_nobody_has_to_look(
    executor: HostedExecutor, hub: Endpoint
) -> None:
    assert (await painted(executor, asks("png"))).unsafe is None
    assert hub.looked_at == []


async def test_without_anybody_who_looks_nobody_is_asked_to_paint(
    executor: HostedExecutor, hub: Endpoint
) -> None:
    before = len(hub.bodies)
    failure = await failed(executor, screened(screener=None))
    assert failure.kind is FailureKind.TOOL_UNAVAILABLE
    assert len(hub.bodies) == before


@pytest.mark.parametrize(
    "said",
    ["401", "404", "500", "html", "json", "cut off", {"safe": 1.0}, {"nsfw": float("nan")}],
    ids=str,
)
async def test_whatever_goes_wrong_with_it_there_is_no_picture(
    executor: HostedExecutor,
    hub: Endpoint,
    said: dict[str, float] | str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hub.labels = [said]
    failure = await failed(executor, screened())
    assert failure.kind is FailureKind.TOOL_UNAVAILABLE
    assert "could not look at it" in failure.message
    assert TOKEN not in failure.detail
    assert TOKEN not in caplog.text
    # The next one is not even painted, for a while.
    assert "can't look at pictures just now" in str(executor.blindness())


async def test_what_could_not_be_looked_at_is_not_painted(
    executor: HostedExecutor, hub: Endpoint
) -> None:
    hub.labels = ["404", NORMAL]
    await failed(executor, screened())
    before = len(hub.bodies)
    failure = await failed(executor, screened())  # it has been in line since before that
    assert failure.kind is FailureKind.TOOL_UNAVAILABLE
    assert "can't look at pictures just now" in failure.message
    assert len(hub.bodies) == before
    assert (await painted(executor, asks("png"))).unsafe is None


@pytest.mark.parametrize("said", ["400", "413"])
async def test_one_picture_that_is_refused_stops_no_other(
    executor: HostedExecutor, hub: Endpoint, said: str
) -> None:
    hub.labels = [said, said, NORMAL, said, NORMAL]
    for _ in range(2):
        failure = await failed(executor, screened())
        assert failure.kind is FailureKind.TOOL_UNAVAILABLE
        assert executor.blindness() is None
    assert (await painted(executor, screened())).unsafe == 0.1
    await failed(executor, screened())  # counted from the last that was looked at
    assert executor.blindness() is None


async def test_where_every_picture_is_refused_none_is_painted_for_a_while(
    executor: HostedExecutor, hub: Endpoint
) -> None:
    hub.labels = ["400"]
    for _ in range(3):
        assert executor.blindness() is None
        await failed(executor, screened())
    assert "can't look at pictures just now" in str(executor.blindness())


async def test_it_is_asked_again_where_it_is_only_busy(
    executor: HostedExecutor, hub: Endpoint
) -> None:
    hub.labels = ["503", NORMAL]
    before = len(hub.bodies)
    assert (await painted(executor, screened())).unsafe == 0.1
    assert len(hub.bodies) == before + 1  # it was painted once
    assert executor.blindness() is None


async def test_one_that_hangs_ends_the_job(
    start_hosted: StartHosted, hub: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generation.executors.hosted._painter._LOOKING_S", 0.0)
    hub.labels = ["hang"]
    executor = await start_hosted(timeout_s=1)
    executor.screen_with(SCREENER)
    failure = await failed(executor, screened())
    assert failure.kind is FailureKind.TOOL_UNAVAILABLE
    assert executor.blindness() is not None


async def test_the_model_is_not_taken_for_broken_by_that(
    start_hosted: StartHosted, hub: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    hub.labels = ["401"]
    executor = await start_hosted(trips_after=1)
    executor.screen_with(SCREENER)
    await failed(executor, screened())
    assert executor.hindrance(SPEC) is None
    assert "could not look at it" in caplog.text


async def test_why_nobody_can_look_is_known_beforehand(start_hosted: StartHosted) -> None:
    executor = await start_hosted()
    assert executor.blindness() == NOBODY
    executor.screen_with(SCREENER.model_copy(update={"repo": "/srv/classifier"}))
    assert "no picture classifier that this host names" in str(executor.blindness())
    executor.screen_with(SCREENER)
    assert executor.blindness() is None
    without = await start_hosted(token=None)
    without.screen_with(SCREENER)
    assert "takes a token" in str(without.blindness())


async def test_it_is_left_alone_for_a_minute(
    executor: HostedExecutor, hub: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(executor._screener, "_now", lambda: now)
    hub.labels = ["404"]
    await failed(executor, screened())
    now += 59
    assert executor.blindness() is not None
    now += 2
    assert executor.blindness() is None
