"""A picture of ours made smaller in bytes: WebP, lossless where that is enough."""

import io
from typing import NamedTuple

from PIL import Image

from generation.imaging import png
from generation.imaging.decode import Refused, decode

#: Tried in turn until one fits; below the last the picture itself is made smaller.
QUALITIES = (95, 90, 80, 70)
_SCALE = 0.75
_LEAST_SIDE = 256  # pixels
#: What the format has room for. Pixels.
_MOST_SIDE = 16_383
#: Of the encoder's efforts (0 to 6) one that is quick with large pictures.
_EFFORT = 2

_USER_COMMENT, _EXIF_IFD, _SOFTWARE = 0x9286, 0x8769, 0x0131


class Smaller(NamedTuple):
    """A picture that fits."""

    data: bytes
    quality: int | None  # None: lossless
    width: int  # pixels
    height: int  # pixels


def shrink(encoded: bytes, limit: int) -> Smaller:
    """A PNG of ours in at most `limit` bytes, with its recipe and mark.

    Raises Refused where that can't be done.
    """
    image = decode(encoded)
    exif = _exif(encoded)
    longer = max(image.size)
    if longer > _MOST_SIDE:
        image = _scaled(image, _MOST_SIDE / longer)
    else:
        lossless = _encode(image, exif, lossless=True)
        if len(lossless) <= limit:
            return Smaller(lossless, None, image.width, image.height)
    while True:
        for quality in QUALITIES:
            data = _encode(image, exif, quality=quality)
            if len(data) <= limit:
                return Smaller(data, quality, image.width, image.height)
        if min(image.size) * _SCALE < _LEAST_SIDE:
            raise Refused(f"not to be had in {limit} bytes")
        image = _scaled(image, _SCALE)


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _encode(image: Image.Image, exif: Image.Exif, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    xmp = png.XMP.encode()
    image.save(buffer, "WEBP", method=_EFFORT, exif=exif, xmp=xmp, **options)
    return buffer.getvalue()


def _exif(encoded: bytes) -> Image.Exif:
    """The recipe where tools look for it in files that are no PNG."""
    with Image.open(io.BytesIO(encoded), formats=("PNG",)) as image:
        recipe = str(image.info.get("parameters", ""))
    exif = Image.Exif()
    exif[_SOFTWARE] = "Easel"
    exif.get_ifd(_EXIF_IFD)[_USER_COMMENT] = b"UNICODE\0" + recipe.encode("utf-16-be")
    return exif
