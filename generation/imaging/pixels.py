"""The hash of a picture's pixels: the same in whatever file they stand, without loss."""

import hashlib


def pixels_hash(size: tuple[int, int], rgb: bytes) -> str:
    """Of a picture of that width and height, in hexadecimal digits."""
    found = hashlib.sha256(b"%d %d " % size)
    found.update(rgb)
    return found.hexdigest()
