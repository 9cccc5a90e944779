"""The imaging process, from the bot's side."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from generation.imaging.process import ImagingClosed, ImagingProcess, PictureRefused
from generation.processes.child import ChildProcess
from generation.processes.frames import BLOB_LIMIT, Frame
from tests.support import bad_pictures, png

pytestmark = pytest.mark.asyncio(loop_scope="module")

RECIPE = {"prompt": "a red circle", "model": "demo", "width": 1, "height": 1, "seed": 7}
ENVIRONMENT = {"PATH": os.environ["PATH"]}


def picture(side: int = 64) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def imaging() -> AsyncIterator[ImagingProcess]:
    imaging = ImagingProcess(ENVIRONMENT, timeout_s=10)
    await imaging.start()
    yield imaging
    await imaging.close()


async def test_it_makes_a_png_with_the_recipe(imaging: ImagingProcess) -> None:
    finished = await imaging.finish(picture(), RECIPE)
    assert (finished.width, finished.height) == (64, 64) == png.size(finished.png)
    assert png.texts(finished.png)["parameters"].startswith("a red circle\n")


async def test_a_refusal_leaves_it_alive(imaging: ImagingProcess) -> None:
    child = imaging._child
    with pytest.raises(PictureRefused, match="UnidentifiedImageError"):
        await imaging.finish(b"<html>", RECIPE)
    await imaging.finish(picture(), RECIPE)
    assert imaging._child is child


async def test_several_at_once_get_each_its_own(imaging: ImagingProcess) -> None:
    sides = [16, 24, 32, 40]
    finished = await asyncio.gather(*(imaging.finish(picture(side), RECIPE) for side in sides))
    assert [one.width for one in finished] == sides


async def test_one_that_died_is_replaced(imaging: ImagingProcess) -> None:
    assert imaging._child is not None
    os.kill(imaging._child.pid, signal.SIGKILL)
    with pytest.raises(PictureRefused, match="SIGKILL"):
        await imaging.finish(picture(), RECIPE)
    await imaging.finish(picture(), RECIPE)


async def test_one_that_hangs_is_killed_and_replaced() -> None:
    imaging = ImagingProcess(ENVIRONMENT, timeout_s=0.5)
    await imaging.start()
    assert imaging._child is not None
    hung = imaging._child
    os.kill(hung.pid, signal.SIGSTOP)
    with pytest.raises(PictureRefused, match=r"not done within 0\.5 s"):
        await imaging.finish(picture(), RECIPE)
    assert "SIGKILL" in hung.last_words
    imaging._timeout_s = 10
    await imaging.finish(picture(), RECIPE)
    await imaging.close()


async def test_a_large_one_of_ours_has_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    imaging = ImagingProcess(ENVIRONMENT, timeout_s=0.1)

    async def slow(header: Mapping[str, Any], blob: bytes) -> Frame:
        await asyncio.sleep(0.2)
        told = {"kind": "shrunk", "quality": None, "width": 64, "height": 64}
        return Frame(told, blob[-1:])

    monkeypatch.setattr(imaging, "_ask", slow)
    with pytest.raises(PictureRefused, match="not done within"):
        await imaging.shrink(b"small", 1)
    large = bad_pictures.huge_png(64, 64) + bytes(BLOB_LIMIT)
    assert (await imaging.shrink(large, 1)).data == bytes(1)


async def test_a_caller_that_gave_up_leaves_no_answer_to_the_next(imaging: ImagingProcess) -> None:
    task = asyncio.create_task(imaging.finish(picture(512), RECIPE))
    await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (await imaging.finish(picture(24), RECIPE)).width == 24


async def test_closing_may_be_repeated_and_is_final() -> None:
    imaging = ImagingProcess(ENVIRONMENT)
    await imaging.start()
    await imaging.close()
    await imaging.close()
    with pytest.raises(ImagingClosed):
        await imaging.finish(picture(), RECIPE)


async def test_closing_waits_for_no_picture() -> None:
    imaging = ImagingProcess(ENVIRONMENT, timeout_s=60)
    await imaging.start()
    assert imaging._child is not None
    os.kill(imaging._child.pid, signal.SIGSTOP)  # as one that takes minutes
    asked = [asyncio.create_task(imaging.shrink(picture(), 1)) for _ in range(3)]
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await imaging.close()
        told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in told] == [ImagingClosed] * 3
    assert imaging._child is None


async def test_closing_waits_for_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    spawning = asyncio.Event()

    async def slow(*_: object, **__: object) -> None:
        spawning.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(ChildProcess, "spawn", slow)
    imaging = ImagingProcess(ENVIRONMENT)
    asked = asyncio.create_task(imaging.bring(picture()))
    await spawning.wait()
    async with asyncio.timeout(5):
        await imaging.close()
        with pytest.raises(ImagingClosed):
            await asked


async def test_it_needs_neither_torch_nor_discord() -> None:
    code = (
        "import sys, generation.imaging.__main__;"
        "print(sorted({'torch', 'discord', 'numpy', 'aiohttp'} & set(sys.modules)))"
    )
    found = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


async def test_it_makes_a_picture_of_ours_smaller(imaging: ImagingProcess) -> None:
    finished = await imaging.finish(picture(512), RECIPE)
    smaller = await imaging.shrink(finished.png, len(finished.png) // 4)
    assert len(smaller.data) <= len(finished.png) // 4
    assert smaller.quality is not None
    with pytest.raises(PictureRefused, match="10 bytes"):
        await imaging.shrink(finished.png, 10)


async def test_one_that_is_scaled_down_says_to_which_size(imaging: ImagingProcess) -> None:
    finished = await imaging.finish(picture(512), RECIPE)
    assert (await imaging.shrink(finished.png, len(finished.png) // 2)).scaled_to is None
    smaller = await imaging.shrink(finished.png, len(finished.png) // 4)
    with Image.open(io.BytesIO(smaller.data)) as image:
        assert smaller.scaled_to == image.size
    assert image.width < 512
