"""`python -m bot doctor`: what this host has for Easel, what it lacks, and what to do about it."""

import argparse
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from bot.settings import Settings

from ._exits import Exit, catching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.doctor import Finding


def add(commands: Any) -> None:
    """Its options: the form of its report. Wrong settings are findings, so they don't end it."""
    doctor = commands.add_parser("doctor", help="check this host, and say what to mend")
    doctor.add_argument("--json", action="store_true", help="print JSON instead of a table")
    doctor.set_defaults(action=_doctor, quiet=True, despite_problems=True)


def _doctor(settings: Settings, options: argparse.Namespace) -> int:
    from bot.doctor import as_json, as_table, examine

    async def look() -> int:
        findings = await examine(settings, options.problems)
        code = exit_code(findings)
        if options.json:
            print(as_json(findings, code))
        else:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
            print(as_table(findings, encoding=sys.stdout.encoding, width=width))
        _leave(code)

    return catching(look)


def exit_code(findings: "Sequence[Finding]") -> Exit:
    """What an error concerns, in the order in which the start would end of it; else OK."""
    from bot.doctor import Area, State

    codes = {Area.SETTINGS: Exit.SETTINGS, Area.DATA: Exit.DATA, Area.DISCORD: Exit.DISCORD}
    areas = {finding.area for finding in findings if finding.state is State.ERROR}
    for area, code in codes.items():
        if area in areas:
            return code
    return Exit.ERROR if areas else Exit.OK


def _leave(code: int) -> NoReturn:
    """End at once: a thread that waits for a name server, or a dead disk, would be waited for."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = Exit.ERROR  # nobody reads it
    os._exit(code)
