"""What goes wrong with the local hub, on demand."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatch


class At(StrEnum):
    """A kind of question to the hub."""

    API = "api"  # what a repo holds
    HEADERS = "headers"  # a file's headers
    BODY = "body"  # a file's bytes, from the hub or from where it keeps large files


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, where `where` matches.

    `where` is a pattern as of fnmatch: "owner/name" is what's asked of the API, "owner/name/file" a
    file; "owner/name*" is both.
    """

    where: str
    at: frozenset[At] = frozenset(At)
    status: int | None = None  # what is answered in place of everything else
    code: str = ""  # the X-Error-Code with it
    retry_after: int | None = None  # seconds, said with it
    cut_after: int | None = None  # bytes of a body; then the connection is closed
    reset: bool = False  # a cut connection is torn down rather than closed
    bytes_per_second: float | None = None  # below 1 is as good as none
    corrupt: bool = False  # wrong bytes under the right hash, and as many
    times: int | None = None  # how often; None for always

    def strikes(self, at: At, path: str) -> bool:
        """Whether this one is meant; counts down."""
        # Without a status it is about bytes.
        possible = at in self.at and (self.status is not None or at is At.BODY)
        if self.times == 0 or not possible or not fnmatch(path, self.where):
            return False
        if self.times is not None:
            self.times -= 1
        return True


def first(faults: Iterable[Fault], at: At, path: str) -> Fault | None:
    """The first that strikes; it counts down."""
    return next((fault for fault in faults if fault.strikes(at, path)), None)
