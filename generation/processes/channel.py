"""The child's end of the channel to the bot: what every child process does first and all the time.

A child must not outlive the bot, whatever it is busy with: a GPU held by an orphan is lost to the
host until somebody notices. Two independent means see to it. The kernel kills the child when the
thread that spawned it ends (Linux), and a thread that reads the channel ends the process at its end
of file (everywhere, and also where the bot died before the first means was armed).
"""

import ctypes
import faulthandler
import logging
import os
import queue
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from generation.processes.frames import ChannelClosed, Frame, FrameError, pack, receive_frame

log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Channel:
    """Frames from the bot in order, and frames to it from any thread."""

    def __init__(self, descriptor: int) -> None:
        """Take over the socket that the bot passed as file descriptor `descriptor`."""
        self._socket = socket.socket(fileno=descriptor)
        self._socket.setblocking(True)
        self._sending = threading.Lock()
        self._received: queue.SimpleQueue[Frame] = queue.SimpleQueue()

    def listen(self, at_once: Callable[[Frame], bool] | None = None) -> None:
        """Start the reading thread. What `at_once`, called on it, is true for is not queued."""
        threading.Thread(target=self._listen, args=(at_once,), name="channel", daemon=True).start()

    def receive(self) -> Frame:
        """The next frame; waits for it."""
        return self._received.get()

    def post(self, frame: Frame) -> None:
        """Queue a frame of this process's own, as if it had been received; from any thread."""
        self._received.put(frame)

    def send(self, header: Mapping[str, Any], blob: bytes = b"") -> None:
        """Send a frame; ends the process where the bot is gone."""
        message = pack(header, blob)
        with self._sending:
            try:
                self._socket.sendall(message)
            except OSError:
                os._exit(0)

    def _listen(self, at_once: Callable[[Frame], bool] | None) -> None:
        try:
            while True:
                frame = receive_frame(self._socket)
                if at_once is None or not at_once(frame):
                    self._received.put(frame)
        except (ChannelClosed, OSError):
            # The bot is gone or wants this process gone. sys.exit would wait for torch.
            os._exit(0)
        except FrameError:
            log.exception("unreadable frame from the bot")
            os._exit(1)


def begin() -> None:
    """To be called first thing in a child: die with the bot, leave signals to it, log to stderr."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # Ctrl-C, and systemd's SIGTERM, reach children too. The bot may still want this one to finish
    # what it paints; it ends it by closing the channel.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    faulthandler.enable()
    # The bot reads stderr line by line and takes the level from the first word.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("generation").setLevel(logging.INFO)
    logging.captureWarnings(True)
