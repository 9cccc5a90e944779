"""Raw `pipe()` calls of the pipeline that Easel's own worker has loaded, between two of its jobs.

`RawCalls` is put into the traced worker and makes them, `RawPipeline` asks for them: a line of JSON
with the number of the request, answered by one with the seconds. They come in turns with jobs on
the same thread and the same weights in the same memory. Two processes would differ in speed by
more than what is to be measured.
"""

import asyncio
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any, Self

from benchmarks.request import OPTIONS, prompt
from benchmarks.tracing import Tracer
from generation.processes.channel import Channel
from generation.processes.frames import Frame

_RAW = "raw"


def path_beside(trace: Path) -> Path:
    """The socket of a traced worker, by the name of its trace."""
    return trace.with_name(f"{trace.name}.raw")


class RawCalls:
    """In the worker: takes orders for raw calls beside what the bot orders, and times its own."""

    def __init__(self, tracer: Tracer, path: Path) -> None:
        """They come by a socket of that name; `tracer` gets the spans of `paint`."""
        self._tracer = tracer
        self._path = path
        self._pipeline: Any = None
        self._begun = False
        self._asking: socket.socket  # from when on somebody asks

    def put_in_place(self) -> None:
        """Have the worker make raw calls where it waits for its next job."""
        receive = Channel.receive

        def receive_jobs(channel: Channel) -> Frame:
            if not self._begun:
                self._begun = True
                self._begin(channel)
            while (frame := receive(channel)).kind == _RAW:
                self._answer(frame.header["number"])
            return frame

        Channel.receive = receive_jobs  # pyright: ignore[reportAttributeAccessIssue]

    def _begin(self, channel: Channel) -> None:
        from generation.worker import serve  # by now: it imports torch

        paint = serve.paint

        def paint_and_remember(model: Any, *arguments: Any) -> Any:
            self._pipeline = model.pipeline
            return paint(model, *arguments)

        serve.paint = paint_and_remember
        self._tracer.around(serve, "paint", "paint")
        self._path.unlink(missing_ok=True)  # of a worker before this one
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self._path))
        listener.listen(1)
        listening = threading.Thread(
            target=self._listen, args=(listener, channel), name="raw calls", daemon=True
        )
        listening.start()

    def _listen(self, listener: socket.socket, channel: Channel) -> None:
        with listener:
            self._asking, _ = listener.accept()
        with self._asking, self._asking.makefile("rb") as lines:
            for line in lines:
                channel._received.put(Frame({"kind": _RAW, "number": json.loads(line)}))

    def _answer(self, number: int) -> None:
        seconds = call(self._pipeline, number)
        self._asking.sendall(json.dumps(seconds).encode() + b"\n")


def call(pipeline: Any, number: int) -> float:
    """The seconds of a call as a script makes it, to the picture that PIL has."""
    import torch

    start = time.perf_counter()
    generator = torch.Generator("cpu").manual_seed(number)
    pipeline(prompt(number), **OPTIONS, generator=generator, output_type="pil")
    return time.perf_counter() - start


class RawPipeline:
    """For the benchmark: the pipeline of a traced worker that has painted at least once."""

    def __init__(self, path: Path) -> None:
        """Its socket is there."""
        self._path = path

    async def paint(self, number: int) -> float:
        """The seconds of a raw call."""
        self._writer.write(json.dumps(number).encode() + b"\n")
        return json.loads(await self._reader.readline())

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_unix_connection(self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()
