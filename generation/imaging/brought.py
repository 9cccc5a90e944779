"""A picture that a member brought along, made plain: upright, in sRGB, on white, without metadata.

What is in the file is a stranger's: it is looked at from the outside in, the cheap looks first.
"""

import io
import warnings
import zlib
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin, UnidentifiedImageError

from generation.imaging.flaws import BYTE_LIMIT, LEAST_SIDE, PIXEL_LIMIT, Flaw

_FORMATS = ("PNG", "JPEG", "WEBP")
#: Bytes of text that a file may have unpacked, one piece and all together.
_TEXT_LIMIT, _ALL_TEXT_LIMIT = 1024 * 1024, 8 * 1024 * 1024
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_WITH_ALPHA = {"LA": "L", "RGBA": "RGB"}
_PAPER = "white"


class Flawed(Exception):
    """Not a picture that can be taken; str() is for the log."""

    def __init__(self, flaw: Flaw, detail: str) -> None:
        """`flaw` is what its member is told."""
        super().__init__(detail)
        self.flaw = flaw


def read(encoded: bytes) -> Image.Image:
    """The pixels of a PNG, JPEG or WebP of one frame, as they are in the file. Raises Flawed."""
    if len(encoded) > BYTE_LIMIT:
        raise Flawed(Flaw.TOO_MANY_BYTES, f"{len(encoded)} bytes")
    # Text and profiles are unpacked while the file is opened; Pillow reads these at that time.
    PngImagePlugin.MAX_TEXT_CHUNK = _TEXT_LIMIT
    PngImagePlugin.MAX_TEXT_MEMORY = _ALL_TEXT_LIMIT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in a file but can be read
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = _open(encoded)
        _check_shape(image)
        try:
            image.load()
        except Exception as error:  # decoders raise whatever comes to their mind
            raise _flawed(error, Flaw.BROKEN) from error
    return image


def plain(image: Image.Image) -> Image.Image:
    """What `read` gave as RGB: upright, its colors in sRGB, white where it was transparent."""
    profile = image.info.get("icc_profile")
    turn = _UPRIGHT.get(_orientation(image))
    colors, alpha = _apart(image)
    colors = _in_srgb(colors, profile)
    if alpha is not None:
        colors = Image.composite(colors, Image.new("RGB", colors.size, _PAPER), alpha)
    if turn is not None:
        colors = colors.transpose(turn)
    return colors


def encode(image: Image.Image) -> bytes:
    """A plain picture as PNG, with nothing but its pixels: the same ones give the same bytes."""
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    buffer = io.BytesIO()
    bare.save(buffer, "PNG", compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def _open(encoded: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(encoded), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise Flawed(Flaw.NO_PICTURE, "neither PNG nor JPEG nor WebP") from error
    except Exception as error:
        raise _flawed(error, Flaw.BROKEN) from error


def _check_shape(image: Image.Image) -> None:
    width, height = image.size
    if width * height > PIXEL_LIMIT:
        raise Flawed(Flaw.TOO_MANY_PIXELS, f"{width}x{height}")
    if min(width, height) < LEAST_SIDE:
        raise Flawed(Flaw.TOO_SMALL, f"{width}x{height}")
    # Some cameras put further pictures after the first one of a JPEG: those do not move.
    if getattr(image, "n_frames", 1) != 1 and image.format != "MPO":
        raise Flawed(Flaw.MOVING, "more than one frame")


def _flawed(error: Exception, otherwise: Flaw) -> Flawed:
    """What an error of Pillow's says of a file."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return Flawed(Flaw.TOO_MANY_PIXELS, detail)
    if isinstance(error, MemoryError):
        return Flawed(Flaw.TOO_MANY_PIXELS, "needs more memory than a picture may")
    if isinstance(error, ValueError) and "MAX_TEXT" in str(error):
        return Flawed(Flaw.TOO_MUCH_TEXT, detail)
    return Flawed(otherwise, detail)


def _orientation(image: Image.Image) -> Any:
    """How the camera was held, by the file's EXIF; anything where that is damaged."""
    try:
        return image.getexif().get(_ORIENTATION)
    except Exception:  # it is a stranger's: without it the picture is as it lies in the file
        return None


def _apart(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Colors (L, RGB or CMYK) and alpha, if there is any."""
    if image.mode.startswith("I"):  # 16 bits of gray
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode == "1":
        image = image.convert("L")
    elif "transparency" in image.info or image.mode in ("PA", "La", "RGBa"):
        image = image.convert("RGBA")
    elif image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        image = image.convert("RGB")
    if image.mode in _WITH_ALPHA:
        return image.convert(_WITH_ALPHA[image.mode]), image.getchannel("A")
    return image, None


def _in_srgb(colors: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            named = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(
                colors, named, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            assert turned is not None  # only with inPlace
            return turned
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            # Damaged, or of another kind of colors than the file's: as without one.
            return colors.convert("RGB")
    return colors.convert("RGB")
