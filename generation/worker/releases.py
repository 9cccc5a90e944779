"""Files that a tool's entry names by their address: the releases of a project, and no other.

They lie in the hub's cache, each in a folder named by its hash. No token goes along, and no other
host is asked than those of the entry.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import constants

from generation.catalog import ToolSpec
from generation.worker.causes import trail
from generation.worker.fetch import amount, free_space
from generation.worker.load_errors import LoadError
from generation.worker.transfer import DamagedFile, LargeFile, sha256_of, transfer
from generation.worker.watching import Watch

log = logging.getLogger(__name__)

_PATIENCE = httpx2.Timeout(30.0, connect=10.0)
#: What no release of a network comes near. Bytes.
_SIZE_LIMIT = 4 * 1024**3


class OtherHost(Exception):
    """An address leads to a host that the entry does not name."""


@dataclass(frozen=True, slots=True)
class Release:
    """A file that is here."""

    path: Path
    sha256: str


def here(tool: ToolSpec) -> Path | None:
    """Where the file is, if it is here; it may be damaged."""
    if tool.sha256 is None:
        return None
    path = _folder() / tool.sha256 / tool.file_name
    return path if path.is_file() else None


def bring(tool: ToolSpec, watch: Watch | None = None, *, trusting: bool = False) -> Release:
    """The file, downloaded where it is not here.

    One without a hash is only brought by whoever is `trusting`: its hash is what is then known of
    it. Raises LoadError.
    """
    if (path := here(tool)) is not None:
        return Release(path, path.parent.name)
    _refuse_unknown(tool, trusting=trusting)
    with _in_words(tool):
        return _download(_file(tool), watch or _nobody)


def lacking(tool: ToolSpec, *, trusting: bool = False) -> LargeFile | None:
    """What of it is to be downloaded; None where it is here. Raises LoadError as `bring` does."""
    if here(tool) is not None:
        return None
    _refuse_unknown(tool, trusting=trusting)
    with _in_words(tool):
        return _file(tool)


def _refuse_unknown(tool: ToolSpec, *, trusting: bool) -> None:
    if tool.sha256 is None and not trusting:
        raise LoadError(
            f"{tool.title} is not on this host yet, and nobody has said which file it is. Whoever"
            f" runs Easel has to fetch it once: python -m bot models download {tool.name}"
        )


@contextmanager
def _in_words(tool: ToolSpec) -> Iterator[None]:
    """Raise LoadError for what keeps the file away."""
    try:
        yield
    except DamagedFile as error:
        log.error("%s: not the file that its entry names: %s", tool.name, error)
        raise LoadError(
            f"What came for {tool.title} is not the file that it should be, and was thrown away."
            " Whoever runs Easel has to compare its sha256 in models.toml."
        ) from error
    except OtherHost as error:
        raise LoadError(
            f"{tool.title} is said to lie on another host now, {error}, which its entry does not"
            " name. Whoever runs Easel has to check it in models.toml (url, redirects)."
        ) from error
    except httpx2.HTTPStatusError as error:
        raise LoadError(
            f"{tool.title} can't be downloaded just now (HTTP {error.response.status_code})."
            " Try again later, or choose another."
        ) from error
    except (httpx2.HTTPError, _Offline) as error:
        log.warning("%s can't be downloaded: %s", tool.name, trail(error))
        raise LoadError(
            f"{tool.title} isn't on this host yet, and where it lies can't be reached. Try again"
            " later, or choose another."
        ) from error


class _Offline(Exception):
    """The host wants nothing to be asked of others."""


def _file(tool: ToolSpec) -> LargeFile:
    """The file as its host has it. Raises LoadError where there is no room for it."""
    if constants.HF_HUB_OFFLINE:
        raise _Offline
    assert tool.url is not None
    size = tool.bytes or _size(tool)
    if size > min(free_space(), _SIZE_LIMIT):
        raise LoadError(
            f"The host has no room for {tool.title}: {amount(size)} are to be downloaded."
            " Whoever runs Easel has to make some."
        )
    # Without a hash, that of the address stands for it until the file is here.
    key = tool.sha256 or f"unknown-{hashlib.sha256(tool.url.encode()).hexdigest()[:32]}"
    return LargeFile(
        tool.file_name,
        size,
        tool.sha256,
        tool.url,
        _folder() / key / tool.file_name,
        lambda url, headers: _answer(tool, "GET", url, headers),
    )


def _download(file: LargeFile, watch: Watch) -> Release:
    transfer(file, lambda count: watch(count, file.size), threading.Event())
    if file.sha256 is not None:
        return Release(file.blob, file.sha256)
    sha256 = sha256_of(file.blob)
    path = _folder() / sha256 / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    file.blob.replace(path)
    return Release(path, sha256)


def _size(tool: ToolSpec) -> int:
    assert tool.url is not None
    with _answer(tool, "HEAD", tool.url, {"Accept-Encoding": "identity"}) as response:
        said = response.headers.get("Content-Length", "")
    if not said.isdigit():
        raise httpx2.RemoteProtocolError(f"{tool.file_name}: its size is not told")
    return int(said)


@contextmanager
def _answer(
    tool: ToolSpec, method: str, url: str, headers: Mapping[str, str]
) -> Iterator[httpx2.Response]:
    assert tool.url is not None
    first = urlsplit(tool.url)

    def check(request: httpx2.Request) -> None:
        there = request.url
        same = (there.scheme, there.host) == (first.scheme, first.hostname)
        if not same and not (there.scheme == "https" and there.host in tool.redirects):
            raise OtherHost(there.host)

    hooks = {"request": [check]}
    with (
        httpx2.Client(follow_redirects=True, timeout=_PATIENCE, event_hooks=hooks) as client,
        client.stream(method, url, headers=dict(headers)) as response,
    ):
        response.raise_for_status()
        yield response


def _folder() -> Path:
    return Path(constants.HF_HUB_CACHE, "releases")


def _nobody(_here: int, _total: int) -> None:
    """Nobody watches."""
