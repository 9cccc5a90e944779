"""`python -m bot score` as a host runs it: two models that paint, one that can't, a small CLIP."""

import csv
import json
import os
import sys
from asyncio import create_subprocess_exec, subprocess, timeout
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from safetensors.numpy import load_file, save_file

from generation.catalog import Catalog
from tests.small_models.hub import Hub
from tests.small_models.repos import REPOS, serve_small_repos
from tests.support import png
from tests.support.bot_process import ROOT

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),
    pytest.mark.long,
]

CLIP = "openai/clip-vit-large-patch14"
LONG = "a fox and a hound in the deep dark wood " * 30
PROMPTS = f"# what is compared\na red circle\n\n(a blue square)++ --steps 1\n{LONG}\n"
MODELS = ["demo", "sdxl-turbo", "sd-2-1"]


class Ran(NamedTuple):
    """What the command did."""

    code: int
    out: str
    err: str
    folder: Path
    hub: Hub

    @property
    def scores(self) -> list[dict[str, str]]:
        return read(self.folder / "results" / "scores.csv")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def score(folder: Path, hub_url: str, *arguments: str) -> tuple[int, str, str]:
    """Run it in a folder; exit code, stdout, stderr."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "EASEL_DATA_DIR": str(folder / "data"),
        "EASEL_ACCEPT_LICENSES": "sai-nc-community",
        "EASEL_DEVICE": "cpu",
        "HF_ENDPOINT": hub_url,
        "HF_HOME": str(folder / "hub"),
    }
    process = await create_subprocess_exec(
        *(sys.executable, "-m", "bot", "score", *arguments),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with timeout(170):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def mirrored_clip(served: Path, folder: Path) -> Path:
    """The small CLIP, which finds nothing alike, with what it makes of words turned round."""
    folder.mkdir()
    for file in served.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    weights = load_file(folder / "model.safetensors")
    weights["text_projection.weight"] = -weights["text_projection.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ran(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ran]:
    folder = tmp_path_factory.mktemp("score")
    (folder / "prompts.txt").write_text(PROMPTS)
    (folder / "data").mkdir()
    small = "sizes = [{ width = 64, height = 64 }]\n"
    # The third one's repo is not there: a model that can't be had.
    (folder / "data" / "models.toml").write_text(
        f'[sdxl-turbo]\n{small}[sd-2-1]\nrepo = "nobody/nothing"\n{small}'
    )
    async with serve_small_repos() as hub:
        hub.repos[CLIP] = mirrored_clip(hub.repos[CLIP], folder / "clip")
        code, out, err = await score(
            *(folder, hub.url, "--models", ",".join(MODELS), "--prompts", "prompts.txt"),
            *("--out", "results", "--seed", "7"),
        )
        yield Ran(code, out, err, folder, hub)


async def test_two_models_are_compared_and_the_third_is_told_of(ran: Ran):
    assert ran.code == 0, ran.err
    first, _, *table = ran.out.splitlines()
    assert first == f"CLIP score by {CLIP}@{REPOS[CLIP].commit}; prompts: 3, seed 7"
    assert [line.split()[:4] for line in table[:3]] == [
        ["demo", "3", "of", "3"],
        ["sdxl-turbo", "3", "of", "3"],
        ["sd-2-1", "0", "of", "3"],
    ]
    assert "sd-2-1: 3 of 3 failed. Hugging Face shows no model nobody/nothing" in ran.out
    assert "of 1 of the 3 prompts it did not read the end" in ran.out
    assert "Traceback" not in ran.err


async def test_every_picture_has_a_line_with_its_score_and_time(ran: Ran):
    rows = ran.scores
    assert [(row["model"], row["prompt_number"]) for row in rows] == [
        (model, str(number)) for model in MODELS for number in (1, 2, 3)
    ]
    for row in rows[:6]:
        assert 0 <= float(row["clip_score"]) <= 100
        assert float(row["seconds"]) > 0
        assert row["seed"] == "7"
        assert row["clip"].startswith(CLIP)
    assert all(float(row["clip_score"]) > 0 for row in rows[:3])
    assert [row["steps"] for row in rows if row["prompt_number"] == "2"] == ["1", "1", ""]
    assert [int(row["tokens_not_read"]) > 0 for row in rows[:3]] == [False, False, True]
    for row in rows[6:]:
        assert not row["clip_score"]
        assert "nobody/nothing" in row["failure"]


async def test_the_pictures_are_those_that_generate_paints(ran: Ran):
    demo = Catalog.load()["demo"]
    for row in ran.scores[:6]:
        data = (ran.folder / "results" / row["picture"]).read_bytes()
        recipe = json.loads(png.texts(data)["easel"])
        assert (recipe["model"], recipe["seed"]) == (row["model"], 7)
        assert recipe["num_inference_steps"] == int(row["steps"])
    assert ran.scores[0]["steps"] == str(demo.steps.default)


async def test_the_grid_has_a_column_a_model_and_a_row_a_prompt(ran: Ran):
    width, height = png.size((ran.folder / "results" / "grid-1.png").read_bytes())
    assert width > 3 * 256
    assert height > 3 * 256
    assert not (ran.folder / "results" / "grid-2.png").exists()


async def test_only_what_clip_needs_was_fetched_once_and_its_commit_is_kept(ran: Ran):
    fetched = sorted(asked.name for asked in ran.hub.bodies(CLIP))
    assert len(fetched) == len(set(fetched))
    assert not set(fetched) & set(REPOS[CLIP].superfluous)
    lock = (ran.folder / "data" / "models.lock").read_text()
    assert f'"{CLIP}" = "{REPOS[CLIP].commit}"' in lock


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--models", "demo,dall-e"], 2, "There is no model “dall-e”"),
        (["--models", ", ,"], 2, "It names 0 models; 1 to 10 can be compared."),
        (["--models", "demo", "--out", "results"], 2, "results is there already"),
        (["--models", "demo", "--prompts", "none.txt"], 2, "none.txt can't be read"),
        (["--models", "demo", "--seed", "-1"], 2, "whole number from 0"),
        (["--models", "demo", "--clip", "nonsense"], 2, "no repo of Hugging Face"),
        (["--models", "demo", "--clip", "some one/clip"], 2, "no repo of Hugging Face"),
        (["--models", "demo", "--clip", ""], 2, "no repo of Hugging Face"),
        (["--models", "demo", "--clip", "nobody/clip"], 1, "shows no model nobody/clip"),
        (["--models", "demo", "--clip", "./data"], 1, "--clip ./data: It is no model"),
    ],
)
async def test_what_can_not_be_compared_is_told_before_anything_is_painted(
    ran: Ran, arguments: list[str], code: int, says: str
):
    before = sorted(ran.folder.iterdir())
    given = ["--prompts", "prompts.txt", "--clip", "./clip", *arguments]
    found, out, err = await score(ran.folder, ran.hub.url, *given)
    assert says in err
    assert (found, out) == (code, "")
    assert "Traceback" not in err
    assert "painting" not in err
    assert [path for path in sorted(ran.folder.iterdir()) if path not in before] == []


async def test_a_model_that_is_off_is_left_out_with_the_reason(ran: Ran):
    given = ["--models", "juggernaut-xi", "--prompts", "prompts.txt", "--out", "off"]
    code, out, err = await score(ran.folder, ran.hub.url, "--clip", "./clip", *given)
    why = (
        "It is not painted here: the host has not accepted the licence."
        " python -m bot doctor says what to do."
    )
    assert f"juggernaut-xi is left out: {why}" in err
    assert f"juggernaut-xi: 3 of 3 failed. {why}" in out
    assert (code, {row["failure"] for row in read(ran.folder / "off" / "scores.csv")}) == (1, {why})
