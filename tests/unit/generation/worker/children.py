"""Children that misbehave: `python -m tests.unit.generation.worker.children FD HOW`."""

import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from generation.processes import channel as parent
from generation.processes.frames import Frame


def main(descriptor: int, how: str) -> None:
    if how == "bare":  # no protection but what the kernel gives
        parent.begin()
        held = socket.socket(fileno=descriptor)  # forgotten, it would be closed
        held.sendall(_hello())
        time.sleep(600)
    if how == "silent":
        time.sleep(600)
    if how == "nonsense":
        os.write(descriptor, b"GET / HTTP/1.1\r\n\r\n")
        time.sleep(600)
    if how == "dies":
        print("WARNING somewhere: about to go", file=sys.stderr)
        print("and so it went", file=sys.stderr)
        sys.exit(3)
    parent.begin()
    channel = parent.Channel(descriptor)
    channel.listen()
    if how == "cuda":
        channel.send({"kind": "unavailable", "message": "The GPU is gone."})
        return
    told = {"sees": sorted(os.environ), "cwd": os.getcwd(), "device_name": "Child"}
    channel.send({"kind": "hello", "gpu": "HAS_GPU" in os.environ, **told})
    if how == "never ready":
        time.sleep(600)
    if how == "dies early":
        sys.exit(3)
    if how.startswith("{"):
        _play(channel, json.loads(how))
    if how in ("slow", "auto"):
        _paint(channel)
    if how.startswith("["):
        _break(channel, json.loads(how))
    if how == "computes":
        while True:  # holds the interpreter as much as Python code can
            sum(range(10_000))
    while True:
        frame: Frame = channel.receive()
        channel.send(frame.header, frame.blob)


def _paint(channel: parent.Channel) -> None:
    """Be a worker that takes a while to get ready, and then paints at once."""
    time.sleep(1.5)
    channel.send({"kind": "ready"})
    while True:
        _finish(channel, channel.receive().header["run"])


def _play(channel: parent.Channel, script: dict[str, list[Any]]) -> None:
    """Be a worker that sends these frames, and waits these seconds, at that level."""
    channel.send({"kind": "ready"})
    while True:
        header = channel.receive().header
        with Path(os.environ["HOME"], "asked").open("a") as file:
            file.write(f"{header['level']} {header['room']}\n")
        for each in script[str(header["level"])]:
            if isinstance(each, dict):
                blob = b"picture" if each["kind"] == "finished" else b""
                channel.send({"run": header["run"], "part": 0, **each}, blob)
            else:
                time.sleep(each)


def _finish(channel: parent.Channel, run: int) -> None:
    for kind in ("loading", "loaded"):
        channel.send({"kind": kind, "run": run})
    told = {"width": 64, "height": 64, "revision": None, "remarks": []}
    channel.send({"kind": "finished", "run": run, "part": 0, **told}, b"picture")


def _break(channel: parent.Channel, answers: list[str]) -> None:
    """Be workers whose device breaks: with what each thing that is asked of them is answered."""
    asked = Path(os.environ["HOME"], "asked")
    channel.send({"kind": "ready"})
    while True:
        header = channel.receive().header
        before = asked.read_text().splitlines() if asked.exists() else []
        request = header["parts"][0]["request"]
        with asked.open("a") as file:
            file.write(f"{request['model']} {request['prompt']} {request['num_inference_steps']}\n")
        answer = answers[len(before)]
        if answer == "breaks":
            os._exit(70)
        if answer == "paints":
            _finish(channel, header["run"])
        else:
            why = {"failure": answer, "message": "No.", "detail": "still broken"}
            channel.send({"kind": "failed", "run": header["run"], "part": 0, **why})


def _hello() -> bytes:
    from generation.processes.frames import pack

    return pack({"kind": "hello"})


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
