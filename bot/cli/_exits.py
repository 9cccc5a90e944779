"""What a command's exit code means, and which error leads to which."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from enum import IntEnum
from typing import Any

log = logging.getLogger(__name__)


class Exit(IntEnum):
    """The exit codes; docs/hosting.md has them for hosts."""

    OK = 0
    ERROR = 1
    SETTINGS = 2
    DATA = 3
    DISCORD = 4


def catching(command: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run it; what the host can mend is a plain line, what is a bug of ours a logged traceback."""
    from bot.database import DatabaseError
    from generation.errors import CatalogError, GenerationError, RequestRefused, WordsFileError

    try:
        return asyncio.run(command())
    except (CatalogError, RequestRefused, WordsFileError) as error:
        print(error, file=sys.stderr)
        return Exit.SETTINGS
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return Exit.DATA
    except (GenerationError, OSError) as error:
        print(error, file=sys.stderr)
        return Exit.ERROR
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception:
        log.exception("Easel ends with an error of its own")
        return Exit.ERROR
