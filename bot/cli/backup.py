"""`python -m bot backup FILE` and `restore FILE`: copies of the database."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bot.settings import Settings

from ._exits import Exit, catching


def add(commands: Any) -> None:
    """Their options: a file."""
    backup = commands.add_parser("backup", help="copy the database, while the bot runs or not")
    backup.add_argument("file", type=Path, metavar="FILE", help="where the copy goes")
    backup.set_defaults(action=_backup, quiet=True)
    restore = commands.add_parser("restore", help="put a copy in the database's place")
    restore.add_argument("file", type=Path, metavar="FILE", help="the copy")
    restore.set_defaults(action=_restore, quiet=True)


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup import BackupRefused, make_backup

    async def back_up() -> int:
        try:
            print(await make_backup(settings.data_dir, options.file))
        except BackupRefused as error:
            print(error, file=sys.stderr)
            return Exit.ERROR
        return Exit.OK

    return catching(back_up)


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup import restore_backup

    async def put_back() -> int:
        print(await restore_backup(settings.data_dir, options.file))
        return Exit.OK

    return catching(put_back)
