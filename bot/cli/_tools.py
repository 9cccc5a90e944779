"""Programs of `generation.tools`: they import what this process never does."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from bot.settings import Settings, child_environment
from generation.child import program

from ._exits import Exit


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
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=stdout,
        env=whole,
        text=True,
    ) as child:
        try:
            said, _ = child.communicate(json.dumps(order))
        except KeyboardInterrupt:
            said, _ = child.communicate()  # interrupted with this one, it has a last word
    code = child.returncode if child.returncode >= 0 else Exit.ERROR
    return subprocess.CompletedProcess(command, code, said)
