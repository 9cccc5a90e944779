import asyncio
import socket
from types import SimpleNamespace
from typing import Any

from benchmarks import raw_calls
from benchmarks.raw_calls import RawCalls, RawPipeline, path_beside
from benchmarks.tracing import Tracer, read
from generation.processes.channel import Channel
from generation.processes.frames import Frame
from generation.worker import serve

JOB = Frame({"kind": "paint"})


async def test_a_raw_call_is_made_with_the_workers_pipeline_on_the_thread_that_takes_jobs(
    tmp_path, monkeypatch
):
    trace = tmp_path / "trace"
    made = []

    def call(pipeline, number):
        made.append((pipeline, number))
        return 0.25

    monkeypatch.setattr(raw_calls, "call", call)
    monkeypatch.setattr(Channel, "receive", Channel.receive)  # given back at the end
    monkeypatch.setattr(serve, "paint", lambda model: model.name)
    tracer = Tracer(trace)
    RawCalls(tracer, path_beside(trace)).put_in_place()
    ours, theirs = socket.socketpair()
    with ours:
        channel = Channel(theirs.detach())
        channel._received.put(JOB)
        assert channel.receive() == JOB
        paint: Any = serve.paint
        assert paint(SimpleNamespace(name="demo", pipeline="the pipeline")) == "demo"
        assert [span.name for span in read([trace])] == ["paint"]

        waiting = asyncio.create_task(asyncio.to_thread(channel.receive))
        async with RawPipeline(path_beside(trace)) as pipeline, asyncio.timeout(10):
            assert await pipeline.paint(7) == 0.25
            assert made == [("the pipeline", 7)]
            assert not waiting.done()  # a raw call is no job
            channel._received.put(JOB)
            assert await waiting == JOB
        channel._socket.close()
    tracer._file.close()
    assert [span.name for span in read([trace])] == ["paint"]
