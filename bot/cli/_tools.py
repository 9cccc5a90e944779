"""Programs of `generation.tools`: they import what this process never does."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import generation
from bot.settings import Settings, child_environment

from ._exits import Exit

_ROOT = Path(generation.__file__).resolve().parent.parent


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
    paths = [str(_ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    # As `generation.child` starts the others: what lies in this directory is never imported.
    command = [sys.executable, "-P", "-m", f"generation.tools.{name}"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=stdout,
        env={**environment, "PYTHONPATH": os.pathsep.join(paths)},
        text=True,
    ) as child:
        try:
            said, _ = child.communicate(json.dumps(order))
        except KeyboardInterrupt:
            said, _ = child.communicate()  # interrupted with this one, it has a last word
    code = child.returncode if child.returncode >= 0 else Exit.ERROR
    return subprocess.CompletedProcess(command, code, said)
