"""Scores from a process of their own: there while needed, quiet where there is no model."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from generation.catalog import Licence, ToolSpec
from generation.processes.child import ChildProcess
from generation.scorer import Scorer
from generation.tools._clip import Clip
from tests.small_models.clip import write_small_clip

# Each process takes seconds to import what it needs: one serves several tests.
pytestmark = pytest.mark.asyncio(loop_scope="module")

ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def tool(repo: str) -> ToolSpec:
    return ToolSpec(
        name="clip",
        title="A small CLIP",
        description="For tests.",
        kind="clip",
        repo=repo,
        licence=Licence(name="MIT", commercial=True),
    )


def picture(color: str = "orange") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("clip") / "small"
    write_small_clip(made)
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scorer(folder: Path) -> AsyncIterator[Scorer]:
    made = Scorer(tool(str(folder)), ENVIRONMENT)
    yield made
    await made.close()


async def test_the_score_is_clip_s_and_its_name_goes_with_it(scorer: Scorer, folder: Path):
    import torch

    found = await scorer.score(picture(), "an orange square")
    assert found is not None
    with Image.open(io.BytesIO(picture())) as image:
        expected = Clip(folder, torch.device("cpu")).score(image, "an orange square").value
    assert found.value == pytest.approx(expected, abs=1e-4)
    assert found.clip == "A small CLIP"
    assert scorer.notes == ()


@pytest.mark.long
async def test_one_that_dies_costs_a_score_and_the_next_picture_has_one(scorer: Scorer):
    assert await scorer.score(picture(), "a square") is not None
    assert scorer._child is not None
    os.kill(scorer._child.pid, signal.SIGKILL)
    assert await scorer.score(picture(), "a square") is None
    assert await scorer.score(picture(), "a square") is not None


async def test_what_is_no_picture_costs_its_score_alone(scorer: Scorer):
    assert await scorer.score(b"nonsense", "a square") is None
    assert await scorer.score(picture(), "a square") is not None


@pytest.mark.long
async def test_after_a_while_its_memory_is_given_back(folder: Path):
    scorer = Scorer(tool(str(folder)), ENVIRONMENT, idle_s=0.2)
    assert await scorer.score(picture(), "a square") is not None
    child = scorer._child
    assert child is not None
    async with asyncio.timeout(10):
        while child.exit_status is None:
            await asyncio.sleep(0.05)
    await scorer.close()


async def test_closing_waits_for_no_model_to_be_loaded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    loading = asyncio.Event()

    async def slow(*_: object, **__: object) -> None:
        loading.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(ChildProcess, "spawn", slow)
    scorer = Scorer(tool("a/clip"), ENVIRONMENT)
    preparing = asyncio.create_task(scorer.prepare())
    scoring = asyncio.create_task(scorer.score(picture(), "a square"))
    await loading.wait()
    async with asyncio.timeout(5):
        await scorer.close()
        await preparing
        assert await scoring is None
    assert await scorer.score(picture(), "a square") is None
    assert caplog.records == []


async def test_without_the_model_s_files_there_are_no_scores_and_nothing_is_fetched(
    tmp_path: Path,
):
    environment = {**ENVIRONMENT, "HF_HOME": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9"}
    scorer = Scorer(tool("openai/clip-vit-large-patch14"), environment)
    assert await scorer.score(picture(), "a square") is None
    assert scorer.notes == ("Without CLIP scores: A small CLIP is not on this host.",)
    await scorer.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


async def test_what_is_no_clip_model_is_none(tmp_path: Path):
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    (tmp_path / "model.safetensors").write_bytes(b"")
    scorer = Scorer(tool(str(tmp_path)), ENVIRONMENT)
    assert await scorer.score(picture(), "a square") is None
    assert scorer.notes
    await scorer.close()


async def test_a_host_without_one_in_its_catalog_says_nothing():
    scorer = Scorer(None, ENVIRONMENT)
    await scorer.prepare()
    assert await scorer.score(picture(), "a square") is None
    assert scorer.notes == ()
    await scorer.close()
