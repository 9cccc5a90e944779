"""What SQLite has written to its log: how often something was committed, as the disk tells it."""

import struct
from pathlib import Path


def commits(data_dir: Path) -> int:
    """How many commits the WAL has, since it was begun anew the last time.

    Of the pages of a commit only the last one tells the size of the database. With
    `synchronous=FULL` each commit is one fsync. https://sqlite.org/fileformat2.html#walformat
    """
    wal = (data_dir / "easel.sqlite-wal").read_bytes()
    page, *salt = struct.unpack(">8xI4xII", wal[:24])
    frames = (wal[at : at + 16] for at in range(32, len(wal), 24 + page))
    heads = (struct.unpack(">4xIII", frame) for frame in frames)
    return sum(1 for size, *found in heads if size and found == salt)
