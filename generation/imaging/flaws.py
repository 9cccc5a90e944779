"""What can be wrong with a picture that a member brings, and the limits. Imports no Pillow."""

from enum import StrEnum

#: Bytes of a file.
BYTE_LIMIT = 25 * 1024 * 1024
#: Pixels of a picture.
PIXEL_LIMIT = 4096 * 4096
#: Pixels of its shorter side.
LEAST_SIDE = 16


class Flaw(StrEnum):
    """Why a picture can't be taken."""

    NO_PICTURE = "no_picture"  # nothing that is a PNG, JPEG or WebP, whatever its name
    BROKEN = "broken"  # cut off or damaged
    MOVING = "moving"  # more than one frame
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    TOO_MUCH_TEXT = "too_much_text"  # in its metadata: unpacked, more than any tool writes
    TOO_SLOW = "too_slow"  # or the decoder died of it
    NO_DECODER = "no_decoder"  # not the picture's: what reads pictures can't be started
