"""The size of a PNG is known by its first bytes."""

import pytest

from generation.imaging.header import size_of
from tests.support import png


def test_width_and_height():
    assert size_of(png.make(3, 40_000)) == (3, 40_000)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"RIFF" * 10])
def test_what_is_no_png_has_no_size(data: bytes):
    with pytest.raises(ValueError, match="PNG"):
        size_of(data)
