"""A picture that was painted is made larger from what it is, not from what was asked for."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.finishing import _kept, _target
from generation.errors import RequestRefused
from generation.finishing import Extent
from generation.inputs import InputStore
from generation.pictures import PictureStore
from tests.support import png
from tests.support.jobs import make_job


@pytest.fixture
def studio(tmp_path: Path) -> Any:
    return SimpleNamespace(pictures=PictureStore(tmp_path), inputs=InputStore(tmp_path))


async def test_its_size_is_that_of_the_file(studio: Any):
    stored = await studio.pictures.save(1, png.make(320, 180))
    job = dataclasses.replace(make_job(1), picture_path=stored.path, picture_sha256=stored.sha256)
    assert str(job.request.extent) == "256x256"
    image = await _kept(studio, job)
    assert (image.width, image.height) == (320, 180)


async def test_what_is_no_picture_any_more_is_refused(studio: Any):
    stored = await studio.pictures.save(1, b"half a picture")
    job = dataclasses.replace(make_job(1), picture_path=stored.path, picture_sha256=stored.sha256)
    with pytest.raises(RequestRefused, match="not kept here any more"):
        await _kept(studio, job)


@pytest.mark.parametrize(("size", "to"), [((2047, 10), "2048"), ((10, 2048), "x2")])
def test_what_is_that_large_already_becomes_twice_as_large(size: tuple[int, int], to: str):
    assert _target(Extent(*size)) == to
