"""What must hold after a soak, read from the database, the folder of pictures and the channels."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.wire import Json

TERMINAL = ("delivered", "failed", "cancelled", "undeliverable")


@dataclass
class Findings:
    """Counts, and everything that is wrong."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.statuses.total()

    @property
    def ended(self) -> int:
        return sum(self.statuses[status] for status in TERMINAL)


def look(data_dir: Path, messages: Iterable[Json]) -> Findings:
    """Hold rows, files and messages against each other."""
    findings = Findings()
    connection = sqlite3.connect(data_dir / "easel.sqlite")
    connection.row_factory = sqlite3.Row
    try:
        (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        rows = connection.execute("SELECT * FROM jobs").fetchall()
    finally:
        connection.close()
    if integrity != "ok":
        findings.wrong.append(f"integrity_check: {integrity}")
    findings.statuses.update(row["status"] for row in rows)
    shown = _shown(messages)
    for row in rows:
        findings.wrong += _about(row, data_dir, shown[row["id"]])
    findings.wrong += _orphans(rows, data_dir)
    return findings


def _about(row: sqlite3.Row, data_dir: Path, times_shown: int) -> list[str]:
    name, status = f"job {row['id']} ({row['status']})", row["status"]
    wrong = []
    if status not in TERMINAL:
        wrong.append(f"{name} has not ended")
    elif row["told_at"] is None:
        wrong.append(f"{name} was not told")
    if row["attempts"] > 2:
        wrong.append(f"{name} had {row['attempts']} attempts")
    if times_shown != (status == "delivered"):
        wrong.append(f"{name} is shown {times_shown} times")
    if row["picture_path"] is not None:
        file = data_dir / row["picture_path"]
        if not file.is_file():
            wrong.append(f"{name}: its file is gone")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != row["picture_sha256"]:
            wrong.append(f"{name}: its file is another")
    return wrong


def _shown(messages: Iterable[Json]) -> Counter[int]:
    """How often each job's picture is to be seen, by the number in its file's name."""
    names = [file["filename"] for message in messages for file in message["attachments"]]
    return Counter(int(name.removeprefix("easel-").split(".")[0]) for name in names)


def _orphans(rows: list[sqlite3.Row], data_dir: Path) -> list[str]:
    named = {row["picture_path"] for row in rows}
    files = [path for path in (data_dir / "pictures").rglob("*") if path.is_file()]
    found = {path.relative_to(data_dir).as_posix() for path in files}
    return [f"{path} is named by no row" for path in sorted(found - named)]
