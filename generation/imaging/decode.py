"""Encoded bytes from outside to an RGB image, or a refusal."""

import io
import warnings

from PIL import Image

BYTE_LIMIT = 64 * 1024 * 1024  # the largest picture that is made, of noise, is under this
PIXEL_LIMIT = 4096 * 4096

_FORMATS = ("PNG", "JPEG", "WEBP")
_MODES = ("RGB", "RGBA", "RGBX", "L", "LA", "P", "CMYK")


class Refused(Exception):
    """Not a picture that Easel passes on; str() is for the log."""


def decode(encoded: bytes) -> Image.Image:
    """One whole PNG, JPEG or WebP picture as RGB, without its metadata. Raises Refused."""
    if len(encoded) > BYTE_LIMIT:
        raise Refused(f"{len(encoded)} bytes, at most {BYTE_LIMIT}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decode(encoded)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("needs more memory than a picture may") from error
    except Exception as error:  # decoders raise whatever comes to their mind
        raise Refused(f"{type(error).__name__}: {error}") from error


def _decode(encoded: bytes) -> Image.Image:
    with Image.open(io.BytesIO(encoded), formats=_FORMATS) as image:
        width, height = image.size
        if width * height > PIXEL_LIMIT:
            raise Refused(f"{width}x{height} pixels, at most {PIXEL_LIMIT}")
        if getattr(image, "n_frames", 1) != 1:
            raise Refused("more than one frame")
        if image.mode not in _MODES:
            raise Refused(f"mode {image.mode}")
        image.load()
        # Only the pixels: no profile, EXIF or text of somebody else goes on.
        rgb = Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())
    if len(rgb.getcolors(1) or ()) == 1:
        raise Refused("a single color")
    return rgb
