"""Results on disk, and the table that benchmarks/README.md makes of the newest of each."""

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from benchmarks.figures import Figure, Figures, goal, remark, shown, verdict

FOLDER = Path(__file__).with_name("results")
README = Path(__file__).with_name("README.md")
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->"


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark gave, where and when."""

    name: str
    date: str  # UTC
    machine: str
    load: float  # processes that wanted a core just before, of the whole machine
    commit: str  # with "+" where files were changed since
    command: str
    figures: Figures

    @classmethod
    def read(cls, path: Path) -> Self:
        """From its file."""
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**fields, "figures": [Figure(**each) for each in fields["figures"]]})

    def write(self) -> Path:
        """To its file, of which there is one a day."""
        FOLDER.mkdir(exist_ok=True)
        path = path_of(self.name, self.date[:10])
        document = {**asdict(self), "figures": [asdict(figure) for figure in self.figures]}
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        return path


def path_of(name: str, day: str) -> Path:
    """Where the result of a day is."""
    return FOLDER / f"{day}-{name}.json"


def today() -> str:
    """The day, in UTC."""
    return datetime.now(UTC).date().isoformat()


def now() -> str:
    """The time, in UTC, to the minute."""
    return datetime.now(UTC).isoformat(" ", "minutes").removesuffix("+00:00")


def newest(name: str) -> Result | None:
    """The newest result of a benchmark."""
    found = sorted(FOLDER.glob(f"????-??-??-{name}.json"))
    return Result.read(found[-1]) if found else None


def machine(cores: int) -> str:
    """This machine, of which so many cores are used."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    python = ".".join(str(part) for part in sys.version_info[:3])
    niceness = os.nice(0)
    return (
        f"{_processor()}, {cores} of {os.cpu_count()} cores, {memory:.0f} GiB, no GPU used,"
        f" {platform.system()} {platform.release()}, Python {python}"
        + (f", begun at niceness {niceness}" if niceness else "")
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def commit() -> str:
    """The checkout's commit; "unknown" outside of one."""
    command = ("git", "describe", "--always", "--dirty=+", "--exclude=*")
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def readme(names: list[str]) -> str:
    """What the README should be, by the newest results."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    results = [result for name in names if (result := newest(name)) is not None]
    return before + _BEGIN + "\n".join(map(_section, results)) + _END + after


def _section(result: Result) -> str:
    rows = [
        f"| {' | '.join((each.name, shown(each), goal(each), verdict(each), remark(each)))} |"
        for each in result.figures
    ]
    about = (
        f"`{result.command}`, {result.date} UTC, commit {result.commit}, {result.machine};"
        f" load before: {result.load}"
    )
    head = [f"### {result.name}", "", about, "", "| figure | measured | goal | | |"]
    return "\n".join([*head, "|---|---|---|---|---|", *rows, "", ""])
