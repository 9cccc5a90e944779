"""`python -m bot health`: say whether a bot serves from the data folder."""

import argparse
from typing import Any

from bot.settings import Settings

from ._exits import Exit


def add(commands: Any) -> None:
    """Its options: it has none."""
    health = commands.add_parser("health", help="say whether a bot serves from the data folder")
    health.set_defaults(action=_health)


def _health(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.health import check

    healthy, sentence = check(settings.data_dir)
    print(sentence)
    return Exit.OK if healthy else Exit.ERROR
