"""One large file onto this host: what came before it was cut off is kept.

`huggingface_hub` begins each file anew with each call; here the next call, of this process or
another one, asks for the rest alone. Only what has the hash that it should have takes its place: in
the hub's cache, where that library then finds it, or among the files of releases.
"""

import fcntl
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx2
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status, http_stream_backoff

log = logging.getLogger(__name__)

#: Called with how many bytes of the file are here.
Watch = Callable[[int], None]

#: Opens what is at an address, with these headers besides what its host wants.
Stream = Callable[[str, Mapping[str, str]], AbstractContextManager[httpx2.Response]]

_TRIES = 5  # in a row that bring nothing
_PAUSE_S = 1.0  # between them
_LOOK_S = 0.5  # between looks at what another process brings


class DamagedFile(Exception):
    """What came is not what the hub said it would be; it is thrown away."""


class Stopped(Exception):
    """It was not wanted any more."""


@contextmanager
def from_hub(url: str, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
    """An answer of the hub's, asked with its token."""
    with http_stream_backoff(
        "GET",
        url,
        headers={**build_hf_headers(), **headers},
        retry_on_exceptions=(),
        retry_on_status_codes=(408, 429),
    ) as response:
        hf_raise_for_status(response)
        yield response


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A file as its host lists it, and where it goes."""

    name: str
    size: int  # bytes
    sha256: str | None  # None: whatever comes is taken
    url: str
    blob: Path
    stream: Stream = from_hub

    @property
    def partial(self) -> Path:
        """What is here of it as long as it is not whole."""
        return self.blob.with_name(f"{self.blob.name}.incomplete")

    @property
    def here(self) -> int:
        """How many bytes of it are on this host."""
        for path in (self.blob, self.partial):
            if path.exists():
                return path.stat().st_size
        return 0


def transfer(file: LargeFile, watch: Watch, stop: threading.Event) -> None:
    """Bring the file here, unless it is; one process at a time does, and others wait for it.

    Raises DamagedFile, Stopped once `stop` is set, OSError, and what the hub's library raises.
    """
    file.blob.parent.mkdir(parents=True, exist_ok=True)
    with _alone(file, watch, stop) as partial:
        if partial is None:
            return
        _fill(partial, file, watch, stop)
        if file.sha256 is not None and sha256_of(file.partial) != file.sha256:
            file.partial.unlink()
            raise DamagedFile(file.name)
        os.replace(file.partial, file.blob)


@contextmanager
def _alone(file: LargeFile, watch: Watch, stop: threading.Event) -> Iterator[BinaryIO | None]:
    """What is here of the file, open and for this process alone; None where all of it is here."""
    while not file.blob.exists():
        with file.partial.open("ab") as partial:
            while not _lock(partial):
                watch(file.here)
                if stop.wait(_LOOK_S):
                    raise Stopped
            # Whoever had it may have put it in its place, or thrown it away.
            if not _is_at(partial, file.partial):
                continue
            if file.blob.exists():
                file.partial.unlink()
                break
            yield partial
            return
    watch(file.size)
    yield None


def _lock(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _fill(partial: BinaryIO, file: LargeFile, watch: Watch, stop: threading.Event) -> None:
    """Ask for what is missing, again as long as something comes."""
    if partial.tell() > file.size:
        partial.truncate(0)
    tries = _TRIES
    while (here := os.fstat(partial.fileno()).st_size) < file.size:
        watch(here)
        try:
            _take(partial, here, file, watch, stop)
        except httpx2.TransportError as error:
            came = os.fstat(partial.fileno()).st_size > here
            tries = _TRIES if came else tries - 1
            if not tries:
                raise
            log.info("%s was cut off, and goes on: %s", file.name, error)
            if stop.wait(_PAUSE_S):
                raise Stopped from error
    watch(file.size)


def _take(
    partial: BinaryIO, here: int, file: LargeFile, watch: Watch, stop: threading.Event
) -> None:
    """Append one answer."""
    headers = {"Accept-Encoding": "identity", **_range(here)}
    with file.stream(file.url, headers) as response:
        if response.status_code != 206 and here:
            partial.truncate(0)  # all of it comes
            here = 0
        for piece in response.iter_raw():
            if stop.is_set():
                raise Stopped
            here += len(piece)
            if here > file.size:
                raise DamagedFile(file.name)
            partial.write(piece)
            partial.flush()
            watch(here)
    if here < file.size:
        raise httpx2.RemoteProtocolError(f"{file.name} ended early")


def _range(here: int) -> dict[str, str]:
    return {"Range": f"bytes={here}-"} if here else {}


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
