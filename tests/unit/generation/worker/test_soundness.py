"""What of a model's files is missing, damaged or no weights, as far as the cache itself shows."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from huggingface_hub import constants

from generation.catalog import Catalog, FileSource, ModelSpec, VaeSpec
from generation.worker.load_errors import LoadError
from generation.worker.soundness import examine, mistaken, throw_away
from generation.worker.sources import gather
from tests.small_models.cache import small_repos
from tests.small_models.hub import At, Fault, Hub
from tests.small_models.repos import serve_small_repos
from tests.support.pickles import pickle_that_makes

SPEC = Catalog.load()["sdxl-lightning-4"]
BASE, UNETS = "stabilityai/stable-diffusion-xl-base-1.0", "ByteDance/SDXL-Lightning"
ENCODER = "text_encoder/model.fp16.safetensors"


@pytest_asyncio.fixture
async def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Hub]:
    async with serve_small_repos() as hub:
        template = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        yield hub


async def downloaded(spec: ModelSpec = SPEC) -> ModelSpec:
    """The entry, as it is here after a download."""
    sources = await asyncio.to_thread(gather, spec)
    return spec.pinned(sources.resolved)


def file(repo: str, name: str) -> Path:
    """A file in the cache."""
    folder = Path(constants.HF_HUB_CACHE, f"models--{repo.replace('/', '--')}", "snapshots")
    (path,) = folder.glob(f"*/{name}")
    return path


async def test_what_was_downloaded_is_sound(hub: Hub) -> None:
    found = examine(await downloaded())
    assert found.problems == ()
    assert found.files == len({(asked.repo, asked.name) for asked in hub.asked if asked.name})
    assert found.size > 4_000_000


async def test_nothing_is_asked_of_the_hub(hub: Hub) -> None:
    spec = await downloaded()
    before = len(hub.asked)
    examine(spec)
    assert len(hub.asked) == before


async def test_what_was_never_here_is_missing_and_no_more(hub: Hub) -> None:
    (problem,) = examine(SPEC).problems
    assert problem.is_missing
    assert problem.what == f"{BASE} is not here, or not all of it"
    assert problem.remedy == "python -m bot models download sdxl-lightning-4"


async def test_another_repo_that_is_missing_is_named(hub: Hub) -> None:
    await downloaded(Catalog.load()["sdxl"])
    found = examine(SPEC)
    assert [problem.what for problem in found.problems] == [
        f"{UNETS} is not here, or not all of it"
    ]


@pytest.mark.parametrize("name", [ENCODER, "model_index.json", "unet/config.json"])
async def test_a_file_that_changed_is_damaged_and_comes_again(hub: Hub, name: str) -> None:
    spec = await downloaded()
    path = file(BASE, name).resolve()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    found = examine(spec)
    assert [problem.what for problem in found.problems] == [
        f"{name} is damaged: it is not what Hugging Face has"
    ]
    assert not found.problems[0].is_missing
    assert throw_away(found) == [Path(name).name]
    assert examine(await downloaded()).problems == ()


async def test_a_damaged_list_of_components_ends_nothing(hub: Hub) -> None:
    spec = await downloaded()
    file(BASE, "model_index.json").resolve().write_bytes(b"{")
    assert "model_index.json is damaged" in examine(spec).problems[0].what


async def test_a_pickle_that_the_hub_calls_safetensors_is_told_of(hub: Hub, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    hub.repos[BASE] = shutil.copytree(small_repos() / BASE, tmp_path / "base")
    (hub.repos[BASE] / ENCODER).write_bytes(pickle_that_makes(marker))
    (problem,) = examine(await downloaded()).problems
    assert problem.what == (f"{ENCODER} is a pickle, which could run code: Easel never opens it")
    assert "name another repo in models.toml" in problem.remedy
    assert problem.path is None  # as the hub has it: downloading would bring the same
    assert not marker.exists()


async def test_a_folder_of_the_hosts_own_is_looked_at_as_well(tmp_path: Path) -> None:
    folder = shutil.copytree(small_repos() / "stabilityai/sdxl-turbo", tmp_path / "own")
    spec = Catalog.load()["sdxl-turbo"].model_copy(update={"repo": str(folder), "vae": None})
    assert examine(spec).problems == ()
    weights = folder / "unet" / "diffusion_pytorch_model.fp16.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    (problem,) = examine(spec).problems
    assert problem.what == f"unet/{weights.name} is damaged, or no safetensors file"
    weights.rename(weights.with_suffix(".bin"))
    for other in weights.parent.glob("*.safetensors"):
        other.unlink()
    (problem,) = examine(spec).problems
    assert "lacks files in the safetensors format" in problem.what


async def test_a_variant_that_the_repo_has_nothing_of_is_told_with_those_that_it_has(
    hub: Hub,
) -> None:
    spec = Catalog.load()["sdxl"].model_copy(update={"vae": None, "variant": "bf99"})
    with pytest.raises(LoadError, match="of the variant bf99, there are fp16"):
        await downloaded(spec)
    assert {asked.name for asked in hub.bodies(spec.repo)} == {"model_index.json"}


async def test_a_folder_that_is_not_there_is_told_of_also_where_the_repo_is_not_here(
    hub: Hub, tmp_path: Path
) -> None:
    checkpoint = FileSource(repo=str(tmp_path / "gone"), file="mine.safetensors")
    spec = Catalog.load()["sdxl"].model_copy(update={"checkpoint": checkpoint})
    of_repo, of_folder = examine(spec).problems[:2]
    assert of_repo.is_missing
    assert not of_folder.is_missing
    assert "holds no mine.safetensors on this host" in of_folder.what


async def test_a_vae_that_is_none_is_told_by_what_is_here(tmp_path: Path) -> None:
    folder = str(small_repos() / "stabilityai/sdxl-turbo")
    vae = VaeSpec(repo=folder, subfolder="unet")
    spec = Catalog.load()["sdxl-turbo"].model_copy(update={"repo": folder, "vae": vae})
    (problem,) = mistaken(spec)
    assert "holds UNet2DConditionModel, and no VAE" in problem.what
    whole = spec.model_copy(update={"vae": VaeSpec(repo=folder, subfolder="vae")})
    assert mistaken(whole) == ()


async def test_a_download_that_was_cut_off_leaves_something_missing(hub: Hub) -> None:
    fault = Fault(f"{BASE}/vae/config.json", at=frozenset({At.BODY, At.HEADERS}), status=404)
    hub.faults.append(fault)
    spec = Catalog.load()["sdxl"].model_copy(update={"vae": None})
    with pytest.raises(Exception, match="SDXL"):
        await downloaded(spec)
    assert [problem.is_missing for problem in examine(spec).problems] == [True]
