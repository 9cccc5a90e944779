"""The findings as a table for people, or as JSON."""

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from ._finding import Finding, State

_MARKS = {State.OK: "✔", State.NOTE: "·", State.WARNING: "▲", State.ERROR: "✘"}
# For a terminal that shows no others.
_PLAIN_MARKS = {State.OK: "+", State.NOTE: "-", State.WARNING: "!", State.ERROR: "x"}
_PLAIN = str.maketrans(
    {"→": "->", "–": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "×": "x", "·": "-"}
)
_LEAST_WIDTH = 60


def as_table(findings: Sequence[Finding], *, encoding: str = "utf-8", width: int = 0) -> str:
    """A row a finding: mark, state, subject, what is found; beneath it the remedy; then the sum.

    `encoding` is the terminal's: where it is not UTF-8, all is plain ASCII. Lines are broken at
    `width` columns; 0 leaves them as long as they are.
    """
    plain = encoding.lower().replace("-", "").replace("_", "") != "utf8"
    marks = _PLAIN_MARKS if plain else _MARKS
    broad = max((len(finding.subject) for finding in findings), default=0)
    lines = [line for each in findings for line in _row(each, marks[each.state], broad, width)]
    text = "\n".join([*lines, "", _sum(findings)])
    return text.translate(_PLAIN).encode("ascii", "replace").decode() if plain else text


def as_json(findings: Sequence[Finding], exit_code: int) -> str:
    """For programs: the findings in the same order, and the exit code."""
    rows = [
        {
            "state": str(each.state),
            "subject": each.subject,
            "found": each.found,
            "remedy": each.remedy or None,
        }
        for each in findings
    ]
    return json.dumps({"findings": rows, "exit_code": exit_code}, indent=2, ensure_ascii=True)


def _row(finding: Finding, mark: str, broad: int, width: int) -> Iterator[str]:
    head = f"{mark} {finding.state:<7}  {finding.subject:<{broad}}  "
    yield from _broken(head, _one_line(finding.found), width)
    if finding.remedy:
        yield from _broken(" " * len(head) + "→ ", _one_line(finding.remedy), width)


def _broken(head: str, text: str, width: int) -> list[str]:
    if not width:
        return [head + text]
    return textwrap.wrap(
        text,
        max(width, len(head) + _LEAST_WIDTH // 2, _LEAST_WIDTH),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,  # an address is to be copied
        break_on_hyphens=False,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sum(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.state for finding in findings)
    graver = [state for state in (State.ERROR, State.WARNING, State.NOTE) if counts[state]]
    if not graver:
        return "All is well."
    parts = [f"{counts[each]} {each}{'s' if counts[each] > 1 else ''}" for each in graver]
    return ", ".join(parts) + "."
