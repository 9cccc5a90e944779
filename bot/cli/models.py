"""`python -m bot models …`: the catalog's models, and their files on this host."""

import argparse
from types import ModuleType
from typing import Any

from . import _models_check, _models_download, _models_list, _models_mix

#: In the order of `--help`; each with `add`, as a command.
_COMMANDS: tuple[ModuleType, ...] = (_models_list, _models_download, _models_check, _models_mix)


def add(commands: Any) -> None:
    """Its options: a command of its own."""
    models: argparse.ArgumentParser = commands.add_parser(
        "models", help="list, download, check and mix the models"
    )
    own = models.add_subparsers(dest="models_command", metavar="COMMAND", required=True)
    for module in _COMMANDS:
        module.add(own)
