"""Files as the hub knows them: by hash, the large ones kept elsewhere."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

# What the repos' .gitattributes send to where large files are kept.
_LARGE = {".safetensors", ".bin", ".ckpt", ".pt", ".pth", ".onnx", ".onnx_data", ".msgpack"}
_POINTER_SIZE = 135  # bytes of the note that git keeps in place of a large file


@dataclass(frozen=True, slots=True)
class Blob:
    """A file's content."""

    path: Path
    size: int  # bytes
    oid: str  # what git calls it
    sha256: str | None  # of large files alone

    @property
    def etag(self) -> str:
        """What the cache of huggingface_hub calls it."""
        return self.sha256 or self.oid

    def sibling(self, name: str) -> dict[str, Any]:
        """Its row among a model's files."""
        row: dict[str, Any] = {"rfilename": name, "size": self.size, "blobId": self.oid}
        if self.sha256:
            lfs = {"sha256": self.sha256, "size": self.size, "pointerSize": _POINTER_SIZE}
            row["lfs"] = lfs
        return row

    def row(self, name: str) -> dict[str, Any]:
        """Its row in a tree."""
        row: dict[str, Any] = {"type": "file", "path": name, "size": self.size, "oid": self.oid}
        if self.sha256:
            row["lfs"] = {"oid": self.sha256, "size": self.size, "pointerSize": _POINTER_SIZE}
        return row


def blobs(folder: Path) -> dict[str, Blob]:
    """The files of a folder by their names in the repo."""
    return {
        path.relative_to(folder).as_posix(): blob(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def blob(path: Path) -> Blob:
    """What is in a file now."""
    stat = path.stat()
    return _blob(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _blob(path: Path, _changed: int, size: int) -> Blob:
    data = path.read_bytes()
    if path.suffix in _LARGE:
        digest = sha256(data).hexdigest()
        # git's name is that of the note, whose text nobody asks for.
        return Blob(path, size, sha1(digest.encode()).hexdigest(), digest)
    return Blob(path, size, sha1(b"blob %d\0" % len(data) + data).hexdigest(), None)
