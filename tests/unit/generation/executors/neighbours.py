"""A worker for several runs at once: `python -m tests.unit.generation.executors.neighbours FD HOW`.

HOW is a JSON object: seconds that painting (`paint`) and encoding (`encode`) take. What a prompt
says befalls it: "poison" kills it while it is painted, "bomb" while it is encoded; with "breaks"
the device breaks, which takes the process long to die of. It writes into $HOME/asked what it does.
"""

import json
import os
import socket
import sys
import threading
import time
from pathlib import Path

from generation.processes import channel as parent
from generation.processes.frames import POISONED, Frame, pack, receive_frame

_DYING_S = 3.0  # longer than the bot waits for the status of one whose channel is closed


class Worker:
    """Paints one after the other, and encodes beside that."""

    def __init__(self, channel: socket.socket, how: dict[str, float]) -> None:
        self._channel = channel
        self._how = how
        self._sending = threading.Lock()
        self._asked = Path(os.environ["HOME"], "asked")

    def serve(self) -> None:
        self._send({"kind": "hello", "device_name": "Neighbours", "gpu": False})
        self._send({"kind": "ready"})
        while True:
            frame = receive_frame(self._channel)
            if frame.kind == "paint":
                self._paint(frame)

    def _paint(self, frame: Frame) -> None:
        parts, run = frame.header["parts"], frame.header["run"]
        words = ", ".join(part["request"]["prompt"] for part in parts)
        self._note(f"paints {words}")
        time.sleep(self._how["paint"])
        if "poison" in words:
            os._exit(1)
        if "breaks" in words:
            self._send({"kind": "poisoned"})
            self._channel.shutdown(socket.SHUT_RDWR)
            time.sleep(_DYING_S)
            os._exit(POISONED)
        self._send({"kind": "painted", "run": run})
        encoding = threading.Thread(target=self._encode, args=(words, run, len(parts)))
        encoding.start()

    def _encode(self, words: str, run: int, count: int) -> None:
        time.sleep(self._how["encode"])
        if "bomb" in words:
            os._exit(1)
        self._note(f"has {words}")
        about = {"width": 64, "height": 64, "revision": None, "remarks": []}
        for part in range(count):
            self._send({"kind": "finished", "run": run, "part": part, **about}, b"picture")

    def _note(self, what: str) -> None:
        with self._asked.open("a") as file:
            file.write(f"{what}\n")

    def _send(self, header: dict[str, object], blob: bytes = b"") -> None:
        with self._sending:
            try:
                self._channel.sendall(pack(header, blob))
            except OSError:  # the bot is gone, or the channel closed
                os._exit(0)


if __name__ == "__main__":
    parent.begin()
    Worker(socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2])).serve()
