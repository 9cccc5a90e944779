"""Asking a program of `generation.tools`, which knows what this process never imports."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from generation.processes.child import program


class ToolFailed(Exception):
    """It said nothing; str() is how it ended, with the last it wrote to stderr."""


async def ask(
    name: str,
    environment: Mapping[str, str],
    *arguments: str,
    order: Any = None,
    limit_s: float,
) -> Sequence[dict[str, Any]]:
    """The lines of JSON that `generation.tools.NAME` writes in that time; then it is ended.

    `order` is written to its stdin as JSON. Raises ToolFailed where there is no line at all.
    """
    command, whole = program(f"generation.tools.{name}", arguments, environment)
    process = await asyncio.create_subprocess_exec(
        *command,
        env=whole,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said: list[dict[str, Any]] = []
    complaints = asyncio.create_task(_last_line(process), name=f"stderr of {name}")
    ending = f"it said nothing within {limit_s:g} s"
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await _exchange(process, order, said)
                ending = f"exit status {await process.wait()}: {await complaints}"
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        complaints.cancel()
    if not said:
        raise ToolFailed(ending)
    return said


async def _exchange(
    process: asyncio.subprocess.Process, order: Any, said: list[dict[str, Any]]
) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):  # it ended before it had read all: that is told of below
        if order is not None:
            process.stdin.write(json.dumps(order).encode())
            await process.stdin.drain()
    process.stdin.close()
    async for line in process.stdout:
        said.append(json.loads(line))


async def _last_line(process: asyncio.subprocess.Process) -> str:
    """The last line that is written to stderr, when there are no more."""
    assert process.stderr is not None
    last = b""
    while chunk := await process.stderr.read(16 * 1024):
        lines = (last + chunk).strip().splitlines()
        last = lines[-1][-500:] if lines else b""
    return last.decode(errors="replace")
