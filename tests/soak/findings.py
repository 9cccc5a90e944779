"""What must hold after a soak, read from the database, the folder of pictures and the channels."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playground.client.parts import LOADING, walk
from tests.support.wire import Json

TERMINAL = ("delivered", "failed", "cancelled", "undeliverable")
#: How the titles of a job's message begin that still promise something.
UNDER_WAY = ("Queued", "Loading", "Downloading", "Painting", "Cancelling")
#: How the title begins that says a job's end; a picture needs none.
ENDS = {"failed": "No picture this time", "cancelled": "Cancelled"}


@dataclass
class Seen:
    """What members saw of the bot's messages."""

    now: list[Json]  # each message as it is at the end
    ever: list[Json] = field(default_factory=list)  # each state of each, as events told it
    channels: set[str] = field(default_factory=set)  # those that can be read at the end
    refused: set[str] = field(default_factory=set)  # messages that the bot was last kept from


@dataclass
class Findings:
    """Counts, and everything that is wrong, by its kind."""

    statuses: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)  # accepted, and neither ended nor shown
    twice: list[str] = field(default_factory=list)  # pictures shown more than once
    orphans: list[str] = field(default_factory=list)  # files that no row names
    files: list[str] = field(default_factory=list)  # that are gone, or are others
    endless: list[str] = field(default_factory=list)  # messages that promise for ever
    other: list[str] = field(default_factory=list)
    #: Not wrong, but to be known: messages that the bot was not let at any more.
    left_behind: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.statuses.total()

    @property
    def ended(self) -> int:
        return sum(self.statuses[status] for status in TERMINAL)

    @property
    def wrong(self) -> list[str]:
        return [
            *(*self.lost, *self.twice, *self.orphans),
            *(*self.files, *self.endless, *self.other),
        ]

    def lines(self) -> list[str]:
        """A line a kind."""
        return [
            f"lost: {len(self.lost)}",
            f"shown twice: {len(self.twice)}",
            f"orphan files: {len(self.orphans)}",
            f"missing files or wrong hashes: {len(self.files)}",
            f"messages without an end: {len(self.endless)}",
            f"other findings: {len(self.other)}",
            f"messages left behind where the bot was not let in: {len(self.left_behind)}",
        ]


def look(data_dir: Path, seen: Seen) -> Findings:
    """Hold rows, files and messages against each other."""
    findings = Findings()
    connection = sqlite3.connect(data_dir / "easel.sqlite")
    connection.row_factory = sqlite3.Row
    try:
        (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        rows = connection.execute("SELECT * FROM jobs ORDER BY id").fetchall()
    finally:
        connection.close()
    if integrity != "ok":
        findings.other.append(f"integrity_check: {integrity}")
    findings.statuses.update(row["status"] for row in rows)
    for row in rows:
        _look_at_row(row, findings)
        _look_at_file(row, data_dir, findings)
    _look_for_orphans(rows, data_dir, findings)
    _Messages(rows, seen, findings).look()
    return findings


def _look_at_row(row: sqlite3.Row, findings: Findings) -> None:
    name = _name(row)
    if row["status"] not in TERMINAL:
        findings.lost.append(f"{name} has not ended")
    elif row["told_at"] is None:
        findings.lost.append(f"{name} was not told")
    if row["attempts"] > 2:
        findings.other.append(f"{name} had {row['attempts']} attempts")


def _look_at_file(row: sqlite3.Row, data_dir: Path, findings: Findings) -> None:
    if row["picture_path"] is None:
        return
    file = data_dir / row["picture_path"]
    if not file.is_file():
        findings.files.append(f"{_name(row)}: its file is gone")
    elif hashlib.sha256(file.read_bytes()).hexdigest() != row["picture_sha256"]:
        findings.files.append(f"{_name(row)}: its file is another")


def _look_for_orphans(rows: list[sqlite3.Row], data_dir: Path, findings: Findings) -> None:
    named = {row["picture_path"] for row in rows}
    files = [path for path in (data_dir / "pictures").rglob("*") if path.is_file()]
    found = {path.relative_to(data_dir).as_posix() for path in files}
    findings.orphans += [f"{path} is named by no row" for path in sorted(found - named)]


class _Messages:
    """The messages of the bot, and which job each is about."""

    def __init__(self, rows: list[sqlite3.Row], seen: Seen, findings: Findings) -> None:
        self._rows: Mapping[int, sqlite3.Row] = {row["id"]: row for row in rows}
        self._seen = seen
        self._findings = findings
        self._now = {message["id"]: message for message in seen.now}
        self._accepted = {each["id"] for each in (*seen.ever, *seen.now) if _speaks_of_a_job(each)}
        self._jobs: dict[str, int] = {}
        for message in (*seen.ever, *seen.now):
            # A line that stands in for the promised message carries its job's number.
            kind, _, rest = str(message.get("nonce") or "").partition("-")
            if kind == "easel":
                self._jobs[message["id"]] = int(rest.split("-")[0])
        for row in rows:
            for column in ("message_id", "posted_message_id"):
                if row[column] is not None:
                    self._jobs[str(row[column])] = row["id"]

    def look(self) -> None:
        for identifier in sorted(self._accepted - self._jobs.keys()):
            self._findings.lost.append(f"message {identifier} was accepted, and no row knows it")
        for message in self._now.values():
            self._look_at_end(message)
        self._look_at_pictures()
        for row in self._rows.values():
            if row["message_id"] is not None:
                self._look_at_answer(row)

    def _look_at_end(self, message: Json) -> None:
        identifier = message["id"]
        row = self._rows.get(self._jobs.get(identifier, 0))
        blank = identifier in self._jobs and not message["embeds"] and not message["attachments"]
        if not (_is_under_way(message) or blank):
            return
        says = f"message {identifier} says {_titles(message) or message['content']!r} for ever"
        if row is not None and str(_answer(row)) != identifier:
            self._findings.left_behind.append(f"{says}; {_name(row)} went elsewhere")
        elif row is not None and row["status"] == "cancelled" and identifier in self._seen.refused:
            # Who cancels knows that it is cancelled: nothing is posted anew for that.
            self._findings.left_behind.append(f"{says}: {_name(row)}, and no edit was allowed")
        elif row is None and identifier not in self._accepted:
            self._findings.left_behind.append(f"{says}: it was never accepted")
        else:
            self._findings.endless.append(f"{says}: {'no row' if row is None else _name(row)}")

    def _look_at_pictures(self) -> None:
        shown: Counter[int] = Counter()
        for message in self._now.values():
            for number in _pictures(message):
                shown[number] += 1
                if number not in self._rows:
                    self._findings.other.append(f"the picture of job {number} has no row")
                elif self._jobs.get(message["id"]) != number:
                    about = f"message {message['id']}"
                    self._findings.other.append(f"{about} shows job {number}'s, not its own")
        for number, times in shown.items():
            if times > 1:
                self._findings.twice.append(f"job {number} is shown {times} times")
        for row in self._rows.values():
            delivered = row["status"] == "delivered"
            if delivered and not shown[row["id"]] and self._is_readable(row):
                self._findings.lost.append(f"{_name(row)} is not shown")
            if shown[row["id"]] and not delivered:
                self._findings.other.append(f"{_name(row)} is shown")

    def _look_at_answer(self, row: sqlite3.Row) -> None:
        """A job that came to nothing says so."""
        message = self._now.get(str(_answer(row)))
        if message is None:
            known = self._is_readable(row)
            kept = self._findings.endless if known else self._findings.left_behind
            kept.append(f"{_name(row)}: its message is gone")
            return
        end = ENDS.get(row["status"])
        # What is under way is told of already.
        if end and not _is_under_way(message) and not _titles(message).startswith(end):
            self._findings.endless.append(f"{_name(row)} says {_titles(message)!r}")

    def _is_readable(self, row: sqlite3.Row) -> bool:
        channel = row["posted_channel_id"] or row["channel_id"]
        return str(channel) in self._seen.channels


def _name(row: sqlite3.Row) -> str:
    return f"job {row['id']} ({row['status']})"


def _answer(row: sqlite3.Row) -> int:
    """The message in which its member finds how it went."""
    return row["posted_message_id"] or row["message_id"]


def _titles(message: Json) -> str:
    return ", ".join(embed.get("title") or "" for embed in message["embeds"])


def _is_under_way(message: Json) -> bool:
    buttons = (part.get("custom_id") or "" for part in walk(message["components"]))
    return (
        bool(message["flags"] & LOADING)
        or _titles(message).startswith(UNDER_WAY)
        or any(name.startswith("easel:cancel:") for name in buttons)
    )


def _speaks_of_a_job(message: Json) -> bool:
    """Whether it shows that something was accepted: more than "thinking…"."""
    begins = (*UNDER_WAY, *ENDS.values(), "Painted, but")
    return _titles(message).startswith(begins) or bool(list(_pictures(message)))


def _pictures(message: Json) -> Iterator[int]:
    """The jobs whose pictures it shows, by the numbers in the files' names."""
    for file in message["attachments"]:
        yield int(file["filename"].removeprefix("easel-").split(".")[0])
