"""A large file comes as a whole or is gone on with, and nothing damaged takes its place."""

import asyncio
import fcntl
import threading
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from generation.worker import transfer as module
from generation.worker.transfer import DamagedFile, LargeFile, Stopped, transfer
from tests.small_models.hub import COMMIT, At, Fault, Hub, serve_hub

DATA = bytes(range(256)) * 4096  # 1 MiB
HALF = len(DATA) // 2
NAME = "weights.safetensors"


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / NAME).write_bytes(DATA)
    async with serve_hub({"test/large": tmp_path / "repo"}) as hub:
        yield hub


@pytest.fixture
def file(hub: Hub, tmp_path: Path) -> LargeFile:
    digest = sha256(DATA).hexdigest()
    url = f"{hub.url}/test/large/resolve/{COMMIT}/{NAME}"
    return LargeFile(NAME, len(DATA), digest, url, tmp_path / "blobs" / digest)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE_S", 0.01)
    monkeypatch.setattr(module, "_LOOK_S", 0.01)


def strikes(hub: Hub, fault: Fault) -> None:
    """Have that go wrong with the file's bytes."""
    fault.where, fault.at = "test/large/*", frozenset({At.BODY})
    hub.faults.append(fault)


def ranges(hub: Hub) -> list[str | None]:
    """What part of it was asked for, each time that bytes were sent."""
    return [asked.range for asked in hub.bodies("test/large") if asked.status in (200, 206)]


async def bring(file: LargeFile, stop: threading.Event | None = None) -> list[int]:
    """Transfer it; how many bytes were here meanwhile."""
    told: list[int] = []
    await asyncio.to_thread(transfer, file, told.append, stop or threading.Event())
    return told


async def test_it_comes_in_pieces_and_is_whole_in_the_end(file: LargeFile) -> None:
    told = await bring(file)
    assert file.blob.read_bytes() == DATA
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, len(DATA))
    assert len(told) > 3
    assert not file.partial.exists()


@pytest.mark.parametrize("reset", [False, True])
async def test_one_that_is_cut_off_goes_on_where_it_was(
    file: LargeFile, hub: Hub, reset: bool
) -> None:
    strikes(hub, Fault("", cut_after=HALF, reset=reset, times=1))
    await bring(file)
    assert file.blob.read_bytes() == DATA
    first, second = ranges(hub)
    assert first is None
    assert second is not None
    assert 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= HALF


async def test_what_another_call_left_is_not_asked_for_again(file: LargeFile, hub: Hub) -> None:
    file.blob.parent.mkdir()
    file.partial.write_bytes(DATA[:HALF])
    told = await bring(file)
    assert file.blob.read_bytes() == DATA
    assert ranges(hub) == [f"bytes={HALF}-"]
    assert told[0] == HALF


async def test_a_hub_that_sends_all_of_it_again_is_taken_at_its_word(
    file: LargeFile, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.blob.parent.mkdir()
    file.partial.write_bytes(DATA[:HALF])
    # As a server that knows no ranges: the question never reaches it.
    monkeypatch.setattr(module, "_range", lambda _: {})
    await bring(file)
    assert ranges(hub) == [None]
    assert file.blob.read_bytes() == DATA


async def test_it_is_given_up_when_nothing_comes_any_more(file: LargeFile, hub: Hub) -> None:
    strikes(hub, Fault("", cut_after=0, reset=True))
    with pytest.raises(httpx2.TransportError):
        await bring(file)
    assert len(ranges(hub)) == module._TRIES
    assert not file.blob.exists()


async def test_a_line_that_keeps_breaking_is_no_reason_to_give_up(
    file: LargeFile, hub: Hub
) -> None:
    strikes(hub, Fault("", cut_after=len(DATA) // 10))
    await bring(file)
    assert len(ranges(hub)) > module._TRIES
    assert file.blob.read_bytes() == DATA


async def test_what_came_wrong_is_thrown_away(file: LargeFile, hub: Hub) -> None:
    strikes(hub, Fault("", corrupt=True, times=1))
    with pytest.raises(DamagedFile, match="weights"):
        await bring(file)
    assert list(file.blob.parent.iterdir()) == []
    await bring(file)
    assert file.blob.read_bytes() == DATA


async def test_one_that_is_stopped_keeps_what_came(file: LargeFile, hub: Hub) -> None:
    strikes(hub, Fault("", bytes_per_second=len(DATA) // 2))
    stop = threading.Event()
    running = asyncio.create_task(bring(file, stop))
    while file.here == 0:
        await asyncio.sleep(0.01)
    stop.set()
    with pytest.raises(Stopped):
        await running
    assert DATA.startswith(file.partial.read_bytes())
    assert 0 < file.here < len(DATA)


async def test_two_at_once_fetch_it_once(file: LargeFile, hub: Hub) -> None:
    strikes(hub, Fault("", bytes_per_second=4 * len(DATA)))
    both = await asyncio.gather(bring(file), bring(file))
    assert ranges(hub) == [None]
    # Also the one that waits tells how far it is.
    assert all(told[-1] == len(DATA) for told in both)
    assert file.blob.read_bytes() == DATA
    assert not file.partial.exists()


async def test_what_another_process_leaves_unfinished_is_finished(
    file: LargeFile, hub: Hub
) -> None:
    file.blob.parent.mkdir()
    with file.partial.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = asyncio.create_task(bring(file))
        other.write(DATA[:HALF])
        other.flush()
        await asyncio.sleep(0.1)
        assert not waiting.done()
    told = await waiting
    assert HALF in told
    assert ranges(hub) == [f"bytes={HALF}-"]
