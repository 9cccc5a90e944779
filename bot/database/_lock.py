"""The lock that keeps a second Easel out of a data folder."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ._errors import DataFolderInUse, DataFolderUnusable


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold the folder, which is made if need be; raises DataFolderInUse where another holds it.

    The system lets go of the lock when its process ends, however that ends; the file stays.
    """
    try:
        # Prompts and the tokens of interactions are kept here: no one else's business.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "easel.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DataFolderUnusable(folder, str(error.strerror)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
            raise DataFolderInUse(folder, holder or "an unknown process") from None
        except OSError as error:
            raise DataFolderUnusable(folder, f"no lock ({error.strerror})") from error
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
