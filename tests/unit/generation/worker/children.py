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
    if how == "computes":
        while True:  # holds the interpreter as much as Python code can
            sum(range(10_000))
    while True:
        frame: Frame = channel.receive()
        channel.send(frame.header, frame.blob)


def _hello() -> bytes:
    from generation.frames import pack

    return pack({"kind": "hello"})


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
