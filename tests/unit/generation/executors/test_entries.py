"""Every local entry of the catalog: downloaded from a hub with small repos, loaded, painted with.

The entries are the shipped ones, as they are; the files have the real names. One that is kept in 4
bits is refused where there is no GPU.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from generation.catalog import Catalog, FileSource, LoraSpec, ModelSpec
from generation.executors.base import Failed, FailureKind, Finished, Loading
from generation.executors.local import LocalExecutor
from generation.loras import AskedLora
from generation.revisions import Revisions
from tests.small_models.cache import small_repos
from tests.small_models.hub import Hub
from tests.small_models.repos import REPOS, serve_small_repos
from tests.support import png
from tests.unit.generation.executors.conformance import failed, follow, painted, small

pytestmark = pytest.mark.asyncio(loop_scope="module")

CATALOG = Catalog.load()
LOCAL = [name for name, spec in CATALOG.items() if spec.executor == "local"]
TOKEN = "hf_someone"
SD3 = "stabilityai/stable-diffusion-3.5-medium"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub() -> AsyncIterator[Hub]:
    async with serve_small_repos() as hub:
        hub.tokens[TOKEN] = set(hub.gated)
        yield hub


@pytest.fixture(scope="module")
def lock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "models.lock"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor(
    hub: Hub, lock: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LocalExecutor]:
    """One whose host has a token that opens what is gated."""
    environment = {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "HF_ENDPOINT": hub.url,
        "HF_TOKEN": TOKEN,
        "OMP_NUM_THREADS": "1",
    }
    executor = LocalExecutor("cpu", environment, revisions=Revisions(lock))
    await executor.start()
    yield executor
    await executor.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(
    hub: Hub, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LocalExecutor]:
    """One whose host has no token, and no files yet."""
    home = str(tmp_path_factory.mktemp("stranger"))
    executor = LocalExecutor("cpu", {"HOME": home, "HF_ENDPOINT": hub.url, "OMP_NUM_THREADS": "1"})
    await executor.start()
    yield executor
    await executor.close()


@pytest.mark.parametrize("name", LOCAL)
async def test_an_entry_paints_or_says_why_not(
    executor: LocalExecutor, hub: Hub, name: str
) -> None:
    spec = CATALOG[name]
    work = small(spec, steps=spec.steps.default)
    final = (await follow(executor, work))[-1]
    if spec.quantization is not None and spec.quantization.always:
        assert isinstance(final, Failed)
        assert f"{spec.title} is kept in 4 bits, which needs an NVIDIA GPU" in final.message
        assert not hub.bodies(spec.repo)
        return
    assert isinstance(final, Finished), final
    assert png.size(final.picture.data) == (64, 64)
    recipe = json.loads(png.texts(final.picture.data)["easel"])
    assert recipe["model"] == name
    assert recipe["num_inference_steps"] == spec.steps.default
    if spec.repo in REPOS:
        assert recipe["revision"] == final.picture.revision == REPOS[spec.repo].commit
    assert executor.holds(name)


async def test_what_was_cut_of_a_prompt_is_said_with_the_picture(executor: LocalExecutor) -> None:
    spec = CATALOG["flux-2-klein"]
    words = " ".join(f"thing{number}" for number in range(150))
    picture = await painted(executor, small(spec, prompt=words))
    (remark,) = picture.remarks
    assert remark.startswith("FLUX.2 klein 4B reads about 512 tokens of a prompt: from “thing")
    assert not (await painted(executor, small(spec))).remarks


@pytest.mark.long
async def test_loras_are_told_apart_from_their_model_and_have_their_commit(
    stranger: LocalExecutor,
) -> None:
    repo, file = "ZB-Tech/Text-to-Image", "pytorch_lora_weights.safetensors"
    ink = AskedLora(name="ink", licence="MIT", repo=repo, file=file)
    spec = CATALOG["sdxl-turbo"]
    await painted(stranger, small(spec))
    events = await follow(stranger, small(spec, loras=(ink,)))
    loading = [event for event in events if isinstance(event, Loading)]
    assert loading
    assert {event.loras for event in loading} == {("ink",)}
    final = events[-1]
    assert isinstance(final, Finished), final
    assert final.picture.loras == (ink.model_copy(update={"revision": REPOS[repo].commit}),)


async def test_of_no_repo_anything_superfluous_was_fetched(
    executor: LocalExecutor, hub: Hub
) -> None:
    for repo, small_repo in REPOS.items():
        fetched = {asked.name for asked in hub.bodies(repo)}
        assert not fetched & set(small_repo.superfluous), repo


async def test_recipe_and_row_name_the_commit_of_every_repo(
    executor: LocalExecutor, lock: Path
) -> None:
    spec = CATALOG["sdxl-lightning-4"]
    assert spec.unet is not None
    assert spec.vae is not None
    picture = await painted(executor, small(spec))
    commits = json.loads(png.texts(picture.data)["easel"])["commits"]
    assert picture.commits == commits
    assert commits == {
        repo: REPOS[repo].commit for repo in (spec.repo, spec.unet.repo, spec.vae.repo)
    }
    kept = Revisions(lock)
    assert kept[spec.unet.repo] == REPOS[spec.unet.repo].commit
    with pytest.raises(KeyError):
        kept[spec.repo]  # the entry pins it


async def test_for_lightning_the_base_is_fetched_without_its_denoiser_and_vae(
    stranger: LocalExecutor, hub: Hub
) -> None:
    spec = CATALOG["sdxl-lightning-8"]
    before = len(hub.bodies(spec.repo))
    await painted(stranger, small(spec))
    fetched = {asked.name for asked in hub.bodies(spec.repo)[before:]}
    weights = {name for name in fetched if name.endswith(".safetensors")}
    assert weights == {
        "text_encoder/model.fp16.safetensors",
        "text_encoder_2/model.fp16.safetensors",
    }


async def test_two_entries_stay_loaded_beside_each_other(stranger: LocalExecutor) -> None:
    first, second = CATALOG["sdxl-lightning-8"], CATALOG["sdxl-turbo"]
    await painted(stranger, small(first))
    await painted(stranger, small(second))
    assert stranger.holds(first.name)
    assert stranger.holds(second.name)
    assert not stranger.holds("sdxl")
    assert Loading() not in await follow(stranger, small(first))


async def test_a_single_file_of_an_admins_own_is_painted_with(stranger: LocalExecutor) -> None:
    repo = "SG161222/RealVisXL_V5.0"
    own = FileSource(repo=str(small_repos() / repo), file="RealVisXL_V5.0_fp16.safetensors")
    spec = CATALOG["sdxl"].model_copy(update={"name": "own", "checkpoint": own})
    picture = await painted(stranger, small(spec))
    assert str(small_repos()).encode() not in picture.data


async def test_a_gated_model_paints_with_the_token_alone(
    executor: LocalExecutor, stranger: LocalExecutor
) -> None:
    # In 32 bits, which a host without a GPU can load.
    spec = CATALOG["sd-3-5-medium"].model_copy(update={"quantization": None})
    failure = await failed(stranger, small(spec))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert "SD 3.5 Medium is gated" in failure.message
    assert f"accept its terms at https://huggingface.co/{SD3}" in failure.message
    await painted(executor, small(spec))
    await painted(stranger, small(CATALOG["sdxl-turbo"]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"loras": (LoraSpec(repo="ZB-Tech/Text-to-Image", file="other.safetensors"),)},
            "SDXL: its repo ZB-Tech/Text-to-Image holds no other.safetensors",
        ),
        (
            {"unet": FileSource(repo="nobody/nothing", file="unet.safetensors")},
            "shows no model nobody/nothing to this host",
        ),
    ],
)
async def test_what_an_entry_adds_and_cannot_be_had_is_named(
    stranger: LocalExecutor, changes: dict[str, object], message: str
) -> None:
    spec: ModelSpec = CATALOG["sdxl"].model_copy(update=changes)
    failure = await failed(stranger, small(spec))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert message in failure.message
