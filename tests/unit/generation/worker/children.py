"""Children that misbehave: `python -m tests.unit.generation.worker.children FD HOW`."""

import os
import socket
import sys
import time

from generation import channel as parent
from generation.frames import Frame


def main(descriptor: int, how: str) -> None:
    if how == "bare":  # no protection but what the kernel gives
        parent.begin()
        socket.socket(fileno=descriptor).sendall(_hello())
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
    channel.send({"kind": "hello", "sees": sorted(os.environ), "cwd": os.getcwd()})
    if how == "never ready":
        time.sleep(600)
    if how == "slow":
        _paint(channel)
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
        run = channel.receive().header["run"]
        for kind in ("loading", "loaded"):
            channel.send({"kind": kind, "run": run})
        size = {"width": 64, "height": 64, "revision": None}
        channel.send({"kind": "finished", "run": run, **size}, b"picture")


def _hello() -> bytes:
    from generation.frames import pack

    return pack({"kind": "hello"})


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
