"""The wire: what is packed is read, and nothing else is."""

import asyncio
import json
import socket
import struct

import pytest

from generation.processes.frames import (
    BLOB_LIMIT,
    HEADER_LIMIT,
    ChannelClosed,
    Frame,
    FrameError,
    pack,
    read_frame,
    receive_frame,
)

FRAMES = [
    Frame({"kind": "cancel", "run": 1}),
    Frame({"kind": "paint", "prompt": "Grün 🎨 \ud83d \0"}),
    Frame({"kind": "finished"}, bytes(range(256)) * 4096),
]


async def read(data: bytes) -> Frame:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return await read_frame(reader)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.kind)
async def test_a_frame_arrives_as_it_was(frame: Frame) -> None:
    assert await read(pack(*frame)) == frame


async def test_the_blocking_side_reads_the_same() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sending = asyncio.create_task(
            asyncio.to_thread(ours.sendall, b"".join(pack(*frame) for frame in FRAMES))
        )
        received = [await asyncio.to_thread(receive_frame, theirs) for _ in FRAMES]
        await sending
        assert received == FRAMES
        ours.close()
        with pytest.raises(ChannelClosed):
            receive_frame(theirs)


async def test_a_frame_cut_off_means_the_other_side_is_gone() -> None:
    whole = pack({"kind": "finished"}, b"picture")
    for length in (0, 3, 8, 12, len(whole) - 1):
        with pytest.raises(ChannelClosed):
            await read(whole[:length])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="another protocol"),
        pytest.param(struct.pack(">II", HEADER_LIMIT + 1, 0), id="a header too long"),
        pytest.param(struct.pack(">II", 2, BLOB_LIMIT + 1) + b"{}", id="a blob too long"),
        pytest.param(struct.pack(">II", 2, 0) + b"{]", id="no JSON"),
        pytest.param(struct.pack(">II", 1, 0) + b"\xff", id="no UTF-8"),
        pytest.param(struct.pack(">II", 2, 0) + b"[]", id="no object"),
        pytest.param(struct.pack(">II", 2, 0) + b"{}", id="no kind"),
        pytest.param(struct.pack(">II", 10, 0) + b'{"kind":1}', id="a kind that is no word"),
        pytest.param(struct.pack(">II", 200_000, 0) + b"[" * 200_000, id="nested too deep"),
    ],
)
async def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        await read(data)


def test_what_is_too_long_is_not_even_sent() -> None:
    with pytest.raises(FrameError):
        pack({"kind": "paint", "prompt": "x" * HEADER_LIMIT})


def test_a_batch_of_the_longest_prompts_of_emoji_fits() -> None:
    parts = [{"prompt": "🎨" * 2000, "negative_prompt": "🎨" * 2000} for _ in range(16)]
    assert len(pack({"kind": "paint", "parts": parts})) < HEADER_LIMIT / 2


def test_a_header_is_plain_json() -> None:
    packed = pack({"kind": "cancel", "run": 7})
    assert json.loads(packed[8:]) == {"kind": "cancel", "run": 7}
