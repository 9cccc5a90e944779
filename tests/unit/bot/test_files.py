"""Pictures as files of messages."""

from unittest import mock

import pytest

from bot.files import LEAST_LIMIT, File, fitting
from generation.finishing import Extent
from generation.imaging.process import ImagingProcess, SmallerPicture


def test_a_picture_is_out_of_memory_once_it_was_sent():
    sent = File(b"a picture", "easel-1.png").attachment()
    sent.close()  # by discord.py, after each attempt
    assert sent.fp.closed


def test_each_attempt_has_a_file_of_its_own():
    file = File(b"a picture", "easel-1.png", covered=True)
    file.attachment().close()
    again = file.attachment()
    assert again.fp.read() == b"a picture"
    assert again.filename == "SPOILER_easel-1.png"


@pytest.mark.parametrize(
    ("smaller", "how"),
    [
        (SmallerPicture(b"webp", None), "without loss, as WebP."),
        (SmallerPicture(b"webp", 90), "as WebP of quality 90."),
        (
            SmallerPicture(b"webp", 70, Extent(768, 512)),
            "as WebP of quality 70 and 768x512 pixels.",
        ),
    ],
)
async def test_how_a_file_differs_from_the_original_is_said(smaller: SmallerPicture, how: str):
    imaging = mock.create_autospec(ImagingProcess, instance=True)
    imaging.shrink.return_value = smaller
    file = await fitting(imaging, 1, bytes(5 * LEAST_LIMIT), LEAST_LIMIT)
    assert file.remark is not None
    assert f"it is posted {how}" in file.remark
