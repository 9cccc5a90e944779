"""What downloads that never came to their end left in the hub's cache.

A download that is gone on with needs it. That of a commit which nobody asks for any more stays for
ever, as the bot never looks at it again.
"""

import fcntl
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx2
from huggingface_hub import HfApi, constants
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from huggingface_hub.file_download import repo_folder_name

log = logging.getLogger(__name__)

_SUFFIX = ".incomplete"


def unfinished(repo: str) -> dict[Path, int]:
    """All files of a repo that are not whole, and their sizes in bytes."""
    folder = repo_folder_name(repo_id=repo, repo_type="model")
    blobs = Path(constants.HF_HUB_CACHE, folder, "blobs")
    return {path: path.stat().st_size for path in sorted(blobs.glob(f"*{_SUFFIX}"))}


def remove_useless(repo: str, commit: str) -> int:
    """Delete those that are no files of that commit; how many bytes that were.

    What another process brings just now stays, and all where the hub does not list that commit.
    """
    found = unfinished(repo)
    if not found:
        return 0
    try:
        # The cache's own list has no hashes of large files.
        listed = HfApi().model_info(repo, revision=commit, files_metadata=True).siblings or ()
    except (HfHubHTTPError, OfflineModeIsEnabled, httpx2.HTTPError, OSError) as error:
        log.warning("what was left unfinished of %s stays: %s", repo, error)
        return 0
    useful = {file.lfs.sha256 if file.lfs else str(file.blob_id) for file in listed}
    return sum(found[path] for path in _removed(found, useful))


def _removed(found: dict[Path, int], useful: set[str]) -> Iterator[Path]:
    for path in found:
        if path.name.partition(".")[0] in useful:
            continue
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # somebody brings it
            path.unlink(missing_ok=True)
        yield path
