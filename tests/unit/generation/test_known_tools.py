"""What no worker would open is refused before it waits, unless the host has fetched it since."""

from pathlib import Path

import pytest

from generation.errors import RequestRefused
from generation.finishing import choose_restoration, choose_upscaling
from generation.inputs.store import InputImage
from generation.known_tools import check_tools
from generation.request import GenerationRequest
from generation.revisions import Revisions
from tests.support.jobs import CATALOG, make_request
from tests.support.line import Line

TOOLS = CATALOG.tools
IMAGE = InputImage(sha256="a" * 64, width=100, height=100)


def faces() -> GenerationRequest:
    return GenerationRequest.finishing(IMAGE, faces=choose_restoration(TOOLS, name="restoreformer"))


def larger(name: str) -> GenerationRequest:
    upscale = choose_upscaling(TOOLS, IMAGE, "x2", name)
    return GenerationRequest.finishing(IMAGE, upscale=upscale)


def test_the_remedy_is_the_hosts_and_another_that_is_known():
    with pytest.raises(RequestRefused) as caught:
        check_tools(larger("general"), TOOLS, Revisions().pin)
    assert caught.value.field == "model"
    assert caught.value.limit == "Real-ESRGAN general is not on this host yet."
    assert "python -m bot models download general" in caught.value.remedy
    assert "esrgan-x4" in caught.value.remedy
    assert "real-esrgan-x2" not in caught.value.remedy


def test_with_a_painting_the_option_is_named():
    request = make_request().model_copy(update={"faces": faces().faces})
    with pytest.raises(RequestRefused) as caught:
        check_tools(request, TOOLS, Revisions().pin)
    assert caught.value.field == "faces"


def test_what_the_catalog_knows_passes():
    check_tools(larger("esrgan-x4"), TOOLS, Revisions().pin)
    check_tools(make_request(), TOOLS, Revisions().pin)


def test_what_was_fetched_while_the_bot_runs_passes(tmp_path: Path):
    lock = tmp_path / "models.lock"
    pin = Revisions(lock).pin
    with pytest.raises(RequestRefused):
        check_tools(faces(), TOOLS, pin)
    Revisions(lock).record({TOOLS["restoreformer"].url or "": "b" * 64})
    check_tools(faces(), TOOLS, pin)


async def test_the_intake_takes_none_of_these(line: Line):
    with pytest.raises(RequestRefused, match="RestoreFormer is not on this host yet"):
        await line.intake.submit(faces(), None)
    assert not len(line.queue)
