"""What diffusers downloads of each repo of the catalog is what a pipeline needs, and no more."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.small_models.cache import small_repos
from tests.small_models.hub import At, Hub
from tests.small_models.repos import REPOS, serve_small_repos
from tests.unit.small_models.test_pipelines import PIPELINES

pytestmark = pytest.mark.asyncio(loop_scope="module")

_DOWNLOAD = """
import json, sys
from diffusers import DiffusionPipeline
for repo, variant in json.loads(sys.argv[1]).items():
    print(DiffusionPipeline.download(repo, variant=variant, use_safetensors=True))
"""
_TOKEN = "hf_someone"

# diffusers takes the weights of folders that the index doesn't name.
_TAKEN_ALONG = {
    "stabilityai/stable-diffusion-xl-base-1.0": {"vae_1_0/diffusion_pytorch_model.safetensors"}
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub() -> AsyncIterator[Hub]:
    async with serve_small_repos() as hub:
        hub.tokens[_TOKEN] = set(hub.gated)
        yield hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def snapshots(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where the downloads of the pipelines lie, by repo."""
    variants = {repo: variant for repo, (_, variant) in PIPELINES.items()}
    environment = {
        "PATH": os.environ["PATH"],
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(tmp_path_factory.mktemp("home")),
        "HF_TOKEN": _TOKEN,
        "OMP_NUM_THREADS": "1",
    }
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _DOWNLOAD, json.dumps(variants)),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    folders, errors = await child.communicate()
    assert child.returncode == 0, errors.decode()
    return dict(zip(variants, map(Path, folders.decode().splitlines()), strict=True))


@pytest.mark.parametrize("repo", PIPELINES)
@pytest.mark.long
async def test_a_pipeline_is_downloaded_without_what_it_does_not_need(
    snapshots: dict[str, Path], repo: str
) -> None:
    needed = _needed(repo, PIPELINES[repo][1])
    assert _files(snapshots[repo]) == needed | _TAKEN_ALONG.get(repo, set())


@pytest.mark.parametrize("repo", PIPELINES)
async def test_a_pipeline_is_at_the_commit_that_is_known_of_it(
    snapshots: dict[str, Path], repo: str
) -> None:
    assert snapshots[repo].name == REPOS[repo].commit


async def test_no_file_is_fetched_twice(hub: Hub, snapshots: dict[str, Path]) -> None:
    bodies = [(asked.repo, asked.name) for asked in hub.asked if asked.at is At.BODY]
    assert len(bodies) == len(set(bodies))


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _needed(repo: str, variant: str | None) -> set[str]:
    """The pipeline's index, and its components without weights in another precision."""
    names = _files(small_repos() / repo) - set(REPOS[repo].superfluous)
    suffix = f".{variant}.safetensors" if variant else ".safetensors"
    weights = {name for name in names if "/" in name and name.endswith(suffix)}
    of_models = {name.split("/")[0] for name in weights}
    needed = {"model_index.json", *weights}
    for name in names - needed:
        component, _, file = name.partition("/")
        # Of a model's folder the configuration, of a tokenizer's or a scheduler's everything.
        is_configuration = file == "config.json" or file.endswith(".safetensors.index.json")
        if file and (is_configuration or component not in of_models):
            needed.add(name)
    return needed
