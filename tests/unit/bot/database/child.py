"""Another process that writes to a test's database, so that it can be killed."""

import asyncio
import sys
import textwrap
from asyncio.subprocess import PIPE, Process
from pathlib import Path

ROOT = Path(__file__).parents[4]


async def run(script: str, *arguments: Path) -> Process:
    """Run Python code from the checkout; it finds the paths in `sys.argv[1:]`."""
    code = textwrap.dedent(script)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *map(str, arguments), cwd=ROOT, stdout=PIPE
    )
