"""The command line: one module a command, each with `add`, which gives argparse its options.

An action takes the settings and the options and returns the exit code. What it imports stands in
the functions: huggingface_hub reads the environment when it is imported, which must be after
`apply_hub_environment`; and `health` must answer quickly. `quiet` says that
an action tells on stdout what it did.
"""

import argparse
from types import ModuleType

from . import backup, doctor, generate, health, models, run, score
from ._exits import Exit

__all__ = ["Exit", "parser"]

#: In the order of `--help`.
_COMMANDS: tuple[ModuleType, ...] = (run, generate, health, doctor, models, score, backup)


def parser() -> argparse.ArgumentParser:
    """All commands and their options; without one of them the bot is run."""
    top = argparse.ArgumentParser(
        prog="python -m bot", description="Easel, a Discord bot that paints."
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for module in _COMMANDS:
        module.add(commands)
    run.be_default(top)
    # Without a command, argparse would put None over the defaults above.
    commands.required = False
    return top
