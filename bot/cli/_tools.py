"""Programs of `generation.tools`: they import what this process never does."""

import ctypes
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.settings import Settings, child_environment
from generation.processes.child import program

from ._exits import Exit

#: What ends a program, from a terminal or from whoever runs it.
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE_S = 10.0  # that a program has to end by itself
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Loaded here: between fork and exec nothing should be.
_LIBC = ctypes.CDLL(None)


def run_tool(settings: Settings, name: str, order: Mapping[str, Any]) -> int:
    """Run `generation.tools.<name>` on this terminal, with `order` on its stdin; its exit code."""
    return _run(settings, name, order).returncode


def ask_tool(
    settings: Settings, name: str, order: Mapping[str, Any], **environment: str
) -> list[dict[str, Any]] | None:
    """The lines of JSON that it writes to stdout; None where it failed, and said why.

    It is run as by `run_tool`, with more of an `environment`.
    """
    done = _run(settings, name, order, environment, stdout=subprocess.PIPE)
    if done.returncode != Exit.OK:
        return None
    return [json.loads(line) for line in done.stdout.splitlines()]


def _run(
    settings: Settings,
    name: str,
    order: Mapping[str, Any],
    more: Mapping[str, str] | None = None,
    stdout: int | None = None,
) -> "subprocess.CompletedProcess[str]":
    environment = {**child_environment(settings), **(more or {})}
    command, whole = program(f"generation.tools.{name}", (), environment)
    with (
        _passing_on() as signals,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=stdout,
            env=whole,
            text=True,
            start_new_session=True,  # Ctrl-C reaches it through this process, and so once
            preexec_fn=_end_with_parent,
        ) as child,
    ):
        signals.heard_by(child)
        said, _ = child.communicate(json.dumps(order))
    code = child.returncode if child.returncode >= 0 else Exit.ERROR
    if code != Exit.OK and signals.caught:
        code = 128 + signals.caught[0]
    return subprocess.CompletedProcess(command, code, said)


def _end_with_parent() -> None:
    """In the child, before it runs: have the system end it if this process is killed outright."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class _Signals:
    """Those that are to end this process, and the child that they end first."""

    def __init__(self) -> None:
        self.caught: list[int] = []
        self._child: subprocess.Popen[str] | None = None
        self._killing: threading.Timer | None = None

    def heard_by(self, child: "subprocess.Popen[str]") -> None:
        """From now on they are passed on to this one."""
        self._child = child
        if self.caught:
            self._end()

    def catch(self, number: int, _frame: object) -> None:
        """Have the child end, and say its last word; at once where it is asked for again."""
        self.caught.append(number)
        self._end()

    def _end(self) -> None:
        if self._child is None:
            return
        if self._killing is not None:
            self._child.kill()
            return
        self._child.send_signal(signal.SIGINT)
        self._killing = threading.Timer(_GRACE_S, self._child.kill)
        self._killing.daemon = True
        self._killing.start()

    def close(self) -> None:
        """The child has ended."""
        if self._killing is not None:
            self._killing.cancel()


@contextmanager
def _passing_on() -> Iterator[_Signals]:
    """Have signals end a child in place of this process, which then sees to what that left."""
    signals = _Signals()
    before = {
        number: signal.signal(number, signals.catch)
        for number in _ENDING
        if signal.getsignal(number) != signal.SIG_IGN  # as nohup has it
    }
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signals.close()
