"""Compressed frames: streams over a whole connection, large payloads alone, and none."""

import json
import logging
from types import SimpleNamespace

import discord.utils
import pytest
import zstandard

from playground.gateway import compression
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.gateway.wire import Dial


@pytest.mark.parametrize("transport", ["zlib-stream", "zstd-stream"])
async def test_frames_are_compressed_as_one_stream(
    playground: Playground, dial: Dial, transport: str
):
    wire = await dial(compress=transport)
    await wire.identify(playground)
    await wire.event("GUILD_CREATE")
    await wire.send(1, None)
    assert (await wire.receive())["op"] == 11
    assert wire.binary == 4


@pytest.mark.parametrize("transport", ["zlib-stream", "zstd-stream"])
def test_a_frame_that_was_sent_before_costs_less_the_second_time(transport: str):
    packer = compression.packer(transport)
    frame = json.dumps({"op": 0, "t": "NEWS", "d": list(range(1000))})
    first, second = packer.pack(frame), packer.pack(frame)
    assert len(second) < len(first) / 5


async def test_discord_py_takes_the_stream_it_asks_for(
    playground: Playground, login: Login, painter: Painter, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str | None] = []
    monkeypatch.setattr(
        "playground.gateway.hub.packer",
        lambda transport: asked.append(transport) or compression.packer(transport),
    )
    await login(painter)
    assert asked == [discord.utils._ActiveDecompressionContext.COMPRESSION_TYPE] == ["zstd-stream"]


async def test_without_the_library_zstd_is_answered_in_plain_text(
    playground: Playground,
    dial: Dial,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    monkeypatch.setattr(compression, "zstandard", None)
    monkeypatch.setattr(compression, "standard_zstd", None)
    with caplog.at_level(logging.WARNING):
        wire = await dial(compress="zstd-stream")
    await wire.identify(playground)
    assert wire.binary == 0
    assert "zstandard is not installed" in caplog.text


async def test_pythons_own_zstd_does_as_well(
    playground: Playground, dial: Dial, monkeypatch: pytest.MonkeyPatch
):
    class ZstdCompressor:
        """Has the interface that Python 3.14 has."""

        FLUSH_BLOCK = 1

        def __init__(self) -> None:
            self._stream = zstandard.ZstdCompressor().compressobj()

        def compress(self, data: bytes, mode: int) -> bytes:
            assert mode == self.FLUSH_BLOCK
            return self._stream.compress(data) + self._stream.flush(
                zstandard.COMPRESSOBJ_FLUSH_BLOCK
            )

    monkeypatch.setattr(compression, "zstandard", None)
    monkeypatch.setattr(
        compression, "standard_zstd", SimpleNamespace(ZstdCompressor=ZstdCompressor)
    )
    wire = await dial(compress="zstd-stream")
    await wire.identify(playground)
    assert (await wire.event("GUILD_CREATE"))["name"] == "Playground"
    assert wire.binary == 3


async def test_discord_py_logs_in_where_the_library_is_missing(
    login: Login, painter: Painter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(compression, "zstandard", None)
    monkeypatch.setattr(compression, "standard_zstd", None)
    await login(painter)
    assert len(painter.guilds) == 1


async def test_identify_may_ask_that_large_payloads_be_compressed_alone(
    playground: Playground, dial: Dial
):
    wire = await dial()
    await wire.identify(playground, compress=True)
    small = wire.binary
    await wire.event("GUILD_CREATE")
    assert wire.binary == small + 1
    await wire.send(1, None)
    assert (await wire.receive())["op"] == 11
    assert wire.binary == small + 1


async def test_payload_compression_gives_way_to_the_connections_own(
    playground: Playground, dial: Dial
):
    wire = await dial(compress="zlib-stream")
    await wire.identify(playground, compress=True)
    assert (await wire.event("GUILD_CREATE"))["name"] == "Playground"
