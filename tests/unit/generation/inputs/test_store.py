"""Pictures that were brought along: whole on disk, once, and what was written."""

import asyncio
import errno
import math
import os
import stat
from pathlib import Path
from unittest import mock

import pytest

from bot.database import Database
from generation.inputs import store as module
from generation.inputs.store import InputImage, InputStore
from generation.store import JobStore
from tests.support.jobs import make_origin, make_request


@pytest.fixture
def inputs(tmp_path: Path) -> InputStore:
    return InputStore(tmp_path)


async def test_what_is_kept_is_read_back(inputs: InputStore):
    image = await inputs.save(b"a picture", 64, 32)
    assert (image.width, image.height) == (64, 32)
    assert await inputs.load(image) == b"a picture"


async def test_the_same_picture_lies_there_once(inputs: InputStore, tmp_path: Path):
    first, second = [await inputs.save(b"a picture", 64, 32) for _ in range(2)]
    assert first == second
    assert [path.name for path in (tmp_path / "inputs").iterdir()] == [first.sha256]


async def test_it_is_for_this_user_alone(inputs: InputStore, tmp_path: Path):
    image = await inputs.save(b"a picture", 64, 32)
    assert stat.S_IMODE((tmp_path / image.path).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "inputs").stat().st_mode) == 0o700


async def test_it_is_on_the_disk_under_its_name_before_it_is_told_of(
    inputs: InputStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    synced: list[list[str]] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        really(descriptor)
        synced.append([path.name for path in (tmp_path / "inputs").iterdir()])

    monkeypatch.setattr(module.os, "fsync", fsync)
    image = await inputs.save(b"a picture", 64, 32)
    assert synced == [[image.sha256]]


async def test_the_half_that_a_cut_of_the_power_left_is_written_anew(
    inputs: InputStore, tmp_path: Path
):
    image = await inputs.save(b"a picture", 64, 32)
    (tmp_path / image.path).write_bytes(b"a pic")
    await inputs.save(b"a picture", 64, 32)
    assert await inputs.load(image) == b"a picture"


async def test_many_at_once_are_all_whole(inputs: InputStore):
    data = [bytes([number % 3]) * 100_000 for number in range(12)]
    images = await asyncio.gather(*(inputs.save(each, 1, 1) for each in data))
    assert [await inputs.load(image) for image in images] == data


async def test_a_full_disk_leaves_nothing_behind(
    inputs: InputStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    monkeypatch.setattr(Path, "replace", lambda *_: full(0))
    with pytest.raises(OSError, match="No space"):
        await inputs.save(b"a picture", 64, 32)
    assert list((tmp_path / "inputs").iterdir()) == []


async def test_one_that_was_changed_is_told_from_what_was_brought(
    inputs: InputStore, tmp_path: Path
):
    image = await inputs.save(b"a picture", 64, 32)
    (tmp_path / image.path).write_bytes(b"another!!")
    with pytest.raises(ValueError, match="has changed on disk"):
        await inputs.load(image)


async def test_what_somebody_brought_since_is_not_deleted(inputs: InputStore, tmp_path: Path):
    image = await inputs.save(b"a picture", 64, 32)
    os.utime(tmp_path / image.path, (100, 100))
    assert inputs.delete([image.path], before=100) == 0
    assert inputs.delete([image.path, "inputs/gone"], before=101) == 1
    assert inputs.files() == {}


async def test_what_somebody_holds_is_not_deleted_until_all_let_go(inputs: InputStore):
    first, _ = [await inputs.save(b"a picture", 64, 32, held=True) for _ in range(2)]
    for _ in range(2):
        assert inputs.held() == {first.sha256}
        assert inputs.delete([first.path], before=math.inf) == 0
        inputs.release(first)
    assert inputs.held() == set()
    assert inputs.delete([first.path], before=math.inf) == 1


async def test_what_can_not_be_kept_is_not_held(
    inputs: InputStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Path, "replace", mock.Mock(side_effect=OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        await inputs.save(b"a picture", 64, 32, held=True)
    assert inputs.held() == set()


@pytest.mark.parametrize(
    "sha256", ["", "0" * 63, "A" * 64, "../../../../etc/passwd", "0" * 63 + "/"]
)
def test_only_a_hash_names_a_file(sha256: str):
    with pytest.raises(ValueError, match="sha256"):
        InputImage(sha256=sha256, width=1, height=1)


@pytest.mark.parametrize("rounds_up", [False, True])
async def test_a_row_gives_back_picture_and_strength(database: Database, rounds_up: bool):
    image = InputImage(sha256="ab" * 32, width=640, height=480)
    request = make_request(image=image, strength=0.35)
    request = request.model_copy(update={"rounds_up": rounds_up})
    store = JobStore(database)
    job = await store.create(request, make_origin())
    assert job.request.image == image
    assert (await store.get(job.id)) == job
    assert (job.request.strength, job.request) == (0.35, request)
