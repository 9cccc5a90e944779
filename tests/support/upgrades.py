"""The schema as an earlier Easel had it."""

import shutil
from pathlib import Path

from migrations import FOLDER


def steps_before(number: str, folder: Path) -> Path:
    """Copy the migrations before that one, such as 0016, into `folder` (created); the folder."""
    folder.mkdir()
    for file in FOLDER.glob("*.sql"):
        if file.name < number:
            shutil.copy(file, folder)
    return folder
