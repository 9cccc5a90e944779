"""What strangers bring goes through the imaging process: in time, and it outlives all of it."""

import asyncio
import io
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from generation.imaging import process as module
from generation.imaging.flaws import Flaw
from generation.imaging.process import ImagingProcess, InputRefused
from tests.support import bad_pictures as bad
from tests.support import png

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def picture(width: int = 64, height: int = 48, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def imaging() -> AsyncIterator[ImagingProcess]:
    imaging = ImagingProcess(ENVIRONMENT, timeout_s=30)
    await imaging.start()
    yield imaging
    await imaging.close()


async def refused(imaging: ImagingProcess, data: bytes) -> Flaw:
    with pytest.raises(InputRefused) as caught:
        await imaging.bring(data)
    return caught.value.flaw


async def test_a_picture_comes_back_as_png_with_its_size(imaging: ImagingProcess) -> None:
    brought = await imaging.bring(picture())
    assert (brought.width, brought.height) == (64, 48) == png.size(brought.png)
    assert png.texts(brought.png) == {}


async def test_a_finished_picture_is_known_by_its_pixels(imaging: ImagingProcess) -> None:
    finished = await imaging.finish(picture(), {"prompt": "x", "model": "demo", "seed": 7})
    brought = await imaging.bring(finished.png)
    assert brought.pixels == finished.pixels
    assert brought.png != finished.png


BAD = {
    "pixels": (bad.huge_png(50_000, 50_000), Flaw.TOO_MANY_PIXELS),
    "text": (bad.text_bomb(), Flaw.TOO_MUCH_TEXT),
    "moving": (bad.moving("WEBP"), Flaw.MOVING),
    "svg": (bad.SVG, Flaw.NO_PICTURE),
    "truncated": (bad.truncated("JPEG"), Flaw.BROKEN),
}


@pytest.mark.parametrize(("data", "flaw"), BAD.values(), ids=BAD.keys())
async def test_a_bad_one_is_refused_and_leaves_it_alive(
    imaging: ImagingProcess, data: bytes, flaw: Flaw
) -> None:
    await imaging.bring(picture())
    child = imaging._child
    began = time.monotonic()
    assert await refused(imaging, data) is flaw
    assert time.monotonic() - began < 2
    assert imaging._child is child


async def test_the_largest_webp_there_can_be_is_refused(imaging: ImagingProcess) -> None:
    assert await refused(imaging, bad.huge_webp()) in (Flaw.TOO_MANY_PIXELS, Flaw.BROKEN)
    await imaging.bring(picture())


async def test_one_that_never_ends_to_be_decoded_is_given_up(
    imaging: ImagingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_READ_TIMEOUT_S", 0.5)
    began = time.monotonic()
    assert await refused(imaging, bad.endless_jpeg()) is Flaw.TOO_SLOW
    assert time.monotonic() - began < 5
    monkeypatch.undo()
    await imaging.bring(picture())


async def test_what_takes_too_much_work_is_given_up_by_the_process_itself(
    imaging: ImagingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_READ_TIMEOUT_S", 300)
    with pytest.raises(InputRefused, match="SIGPROF") as caught:
        await imaging.bring(bad.endless_jpeg())
    assert caught.value.flaw is Flaw.TOO_SLOW
    await imaging.bring(picture())


async def test_on_a_host_that_is_busy_with_something_else_an_honest_one_is_taken(
    imaging: ImagingProcess,
) -> None:
    await imaging.bring(picture())
    assert imaging._child is not None
    child = imaging._child
    os.kill(child.pid, signal.SIGSTOP)
    asked = asyncio.create_task(imaging.bring(picture()))
    await asyncio.sleep(2.5)
    os.kill(child.pid, signal.SIGCONT)
    assert (await asked).width == 64
    assert imaging._child is child


async def test_that_nothing_can_be_read_is_no_picture_s_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_MODULE", "generation.imaging.no_such")
    imaging = ImagingProcess(ENVIRONMENT)
    assert await refused(imaging, picture()) is Flaw.NO_DECODER
    monkeypatch.undo()
    await imaging.bring(picture())
    await imaging.close()


async def test_a_decoder_that_dies_is_replaced(imaging: ImagingProcess) -> None:
    await imaging.bring(picture())
    assert imaging._child is not None
    os.kill(imaging._child.pid, signal.SIGKILL)
    assert await refused(imaging, picture()) is Flaw.TOO_SLOW
    await imaging.bring(picture())


async def test_a_large_photograph_is_taken(imaging: ImagingProcess) -> None:
    brought = await imaging.bring(picture(4000, 3000))
    assert (brought.width, brought.height) == (4000, 3000)


async def test_several_at_once_get_each_its_own(imaging: ImagingProcess) -> None:
    widths = [16, 24, 32, 40]
    brought = await asyncio.gather(*(imaging.bring(picture(width)) for width in widths))
    assert [each.width for each in brought] == widths


async def test_who_gave_up_leaves_no_answer_to_the_next(imaging: ImagingProcess) -> None:
    impatient = asyncio.create_task(imaging.bring(picture(3000, 3000)))
    await asyncio.sleep(0.05)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    assert (await imaging.bring(picture(20, 20))).width == 20
