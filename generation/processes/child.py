"""A child process as the bot sees it: spawned, spoken to in frames, heard on stderr, ended.

`generation.processes.channel` is the other end.
"""

import asyncio
import logging
import os
import re
import signal
import socket
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import generation
from generation.processes.frames import ChannelClosed, Frame, FrameError, pack, read_frame

#: The folder that `import generation` comes from, in a checkout and when installed.
_ROOT = Path(generation.__file__).resolve().parent.parent

_LINE_LIMIT = 500  # characters of one line of stderr
_LINES_KEPT = 20  # for the diagnosis of a death
_LEVEL = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)")
_DEATH_S = 5.0  # from SIGKILL to the end of a process that can die
_BUFFER = 4 * 1024 * 1024  # bytes read ahead: a picture in one go


class ChildError(Exception):
    """A child could not be started, or is gone; str() is for the log."""


class ChildProcess:
    """A running child that has said hello. Made by `spawn`."""

    def __init__(
        self,
        name: str,
        process: asyncio.subprocess.Process,
        channel: "_Streams",
        hello: Frame | None = None,
    ) -> None:
        """Use `spawn`."""
        self.name = name
        self.hello: dict[str, Any] = hello.header if hello else {}
        self._process = process
        self._channel = channel
        self._last_lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._log = logging.getLogger(f"{__name__}.{name}")
        self._level = logging.WARNING
        self._forwarding = asyncio.create_task(self._forward_stderr(), name=f"stderr of {name}")

    @classmethod
    async def spawn(
        cls,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        hello_timeout_s: float,
    ) -> Self:
        """Start `python -m module FD *arguments` and wait for its hello.

        The child gets `environment` and nothing of the bot's own, plus where to import from. Raises
        ChildError.
        """
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:  # too many open files
            raise ChildError(f"{module} can't be started: {error}") from error
        try:
            process = await _start(module, theirs.fileno(), arguments, environment)
        except OSError as error:
            ours.close()
            raise ChildError(f"{module} can't be started: {error}") from error
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        child = cls(module.rpartition(".")[2], process, await _Streams.open(ours))
        try:
            async with asyncio.timeout(hello_timeout_s):
                child.hello = (await child.receive()).header
        except TimeoutError:
            await child.end(0)
            raise ChildError(f"{module} said nothing within {hello_timeout_s:g} s") from None
        except BaseException:
            await child.end(0)
            raise
        return child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.returncode

    @property
    def last_words(self) -> str:
        """How it ended and the last lines of its stderr, for the log."""
        return "\n".join((describe_exit(self._process.returncode), *self._last_lines))

    async def send(self, header: Mapping[str, Any], blob: bytes = b"") -> None:
        """Send a frame. Raises ChildError where the child is gone."""
        try:
            self._channel.writer.write(pack(header, blob))
            await self._channel.writer.drain()
        except (ConnectionError, RuntimeError) as error:
            raise await self._obituary() from error

    async def receive(self) -> Frame:
        """The next frame. Raises ChildError as soon as the child is gone, or on nonsense."""
        try:
            return await read_frame(self._channel.reader)
        except ChannelClosed:
            raise await self._obituary() from None
        except FrameError as error:
            raise ChildError(f"{self.name} sent an unreadable frame: {error}") from error

    async def _obituary(self) -> ChildError:
        """What is known of the end of a child whose channel is closed."""
        with suppress(TimeoutError):  # closed, but perhaps not yet reaped
            async with asyncio.timeout(1):
                await self._process.wait()
                await asyncio.wait((self._forwarding,))
        return ChildError(f"{self.name}: {self.last_words}")

    async def end(self, grace_s: float) -> None:
        """Close the channel, at which a child leaves; kill it after `grace_s`. Idempotent.

        One that can't die (it waits for a driver or a disk that does not answer) is left behind.
        """
        self._channel.writer.close()
        if self._process.returncode is None and grace_s > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(grace_s):
                    await self._process.wait()
        self.kill()
        try:
            async with asyncio.timeout(_DEATH_S):
                await self._process.wait()
        except TimeoutError:
            self._log.error("process %s does not die: it is left behind", self.pid)
        await asyncio.wait((self._forwarding,), timeout=1)
        self._forwarding.cancel()
        with suppress(ConnectionError):
            await self._channel.writer.wait_closed()

    def kill(self) -> None:
        """SIGKILL, at once, and no more word from it: one that can't die keeps its channel open."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        self._channel.writer.transport.abort()

    async def _forward_stderr(self) -> None:
        assert self._process.stderr is not None
        rest = b""
        while chunk := await self._process.stderr.read(16 * 1024):
            *lines, rest = re.split(rb"[\r\n]+", rest + chunk)
            rest = rest[-_LINE_LIMIT:]
            for line in lines:
                self._log_line(line)
        self._log_line(rest)

    def _log_line(self, raw: bytes) -> None:
        line = raw.decode(errors="replace").rstrip()[:_LINE_LIMIT]
        if not line:
            return
        self._last_lines.append(line)
        match = _LEVEL.match(line)
        if match:
            self._level = getattr(logging, match[1])
        # A line without a level goes on with the one before: a traceback, a message of two lines.
        self._log.log(self._level, "%s", match[2] if match else line)


class _Streams:
    """Reader and writer of the bot's end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, channel: socket.socket) -> Self:
        channel.setblocking(False)
        return cls(*await asyncio.open_connection(sock=channel, limit=_BUFFER))


def describe_exit(code: int | None) -> str:
    """An exit status in words."""
    if code is None:
        return "still running"
    if code >= 0:
        return f"exit status {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def program(
    module: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """The command line that runs a module of Easel's in another process, and its environment.

    With -P and PYTHONPATH rather than a working directory: what lies in the bot's own (a data
    folder, say) is never imported, and relative paths in the environment keep their meaning.
    """
    paths = [str(_ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    command = [sys.executable, "-P", "-m", module, *arguments]
    return command, {**environment, "PYTHONPATH": os.pathsep.join(paths)}


async def _start(
    module: str, descriptor: int, arguments: Sequence[str], environment: Mapping[str, str]
) -> asyncio.subprocess.Process:
    command, whole = program(module, (str(descriptor), *arguments), environment)
    return await asyncio.create_subprocess_exec(
        *command,
        env=whole,
        pass_fds=(descriptor,),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C in the terminal is the bot's to handle
    )
