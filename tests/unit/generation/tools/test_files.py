"""Which files of models are here, which lack, and why; nothing is fetched to find that out."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from generation.catalog import Catalog, ModelSpec, VaeSpec
from tests.small_models.hub import Fault, Hub, serve_hub
from tests.support.bot_process import ROOT

REPO = "owner/name"
TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"
INDEX = {
    "_class_name": "StableDiffusionXLPipeline",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "image_encoder": [None, None],
}
#: A file of the format that holds nothing.
EMPTY = (2).to_bytes(8, "little") + b"{}"


def write_model(folder: Path) -> None:
    """The files of a pipeline, as small as they can be."""
    files = {
        "model_index.json": json.dumps(INDEX).encode(),
        "unet/config.json": b"{}",
        "unet/diffusion_pytorch_model.safetensors": EMPTY,
        "unet/diffusion_pytorch_model.bin": b"not needed",
        "tokenizer/vocab.json": b"{}",
    }
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def entry(**fields: Any) -> ModelSpec:
    shipped = Catalog.load()["demo"].model_dump(mode="json")
    return ModelSpec.model_validate({**shipped, "name": "mine", "repo": REPO, **fields})


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    write_model(tmp_path / "repo")
    async with serve_hub({REPO: tmp_path / "repo"}) as serving:
        yield serving


class Host:
    """One with a cache of its own."""

    def __init__(self, folder: Path, hub: Hub) -> None:
        self.cache = folder / "cache"
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "PYTHONPATH": str(ROOT),
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(self.cache),
        }

    async def look(
        self, *specs: ModelSpec, online: bool = True, token: str | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        """What the tool says of the entries, by name."""
        order = {"models": [spec.model_dump(mode="json") for spec in specs], "online": online}
        extra = {} if online else {"HF_HUB_OFFLINE": "1"}
        extra |= {"HF_TOKEN": token} if token else {}
        out = await self._run("-m", "generation.tools.files", given=order, **extra)
        first, *rest = map(json.loads, out.splitlines())
        assert first == {"cache": str(self.cache / "hub")}
        return {each["name"]: each for each in rest}

    async def download(self) -> None:
        code = f"from huggingface_hub import snapshot_download as get; get({REPO!r})"
        await self._run("-c", code)

    def file(self, name: str) -> Path:
        (found,) = self.cache.rglob(f"snapshots/*/{name}")
        return found

    async def _run(self, *arguments: str, given: Any = None, **environment: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments),
            env={**self._environment, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(json.dumps(given).encode())
        assert process.returncode == 0, err.decode()
        return out.decode()


@pytest.fixture
def host(tmp_path: Path, hub: Hub) -> Host:
    return Host(tmp_path, hub)


async def test_of_a_model_that_is_not_here_it_is_told_how_much_is_to_come(host: Host):
    found = (await host.look(entry()))["mine"]
    assert (found["here"], found["lacking"]) == (0, 4)
    assert found["lacking_bytes"] == len(json.dumps(INDEX)) + 2 + len(EMPTY) + 2
    assert found["obstacle"] is None
    assert not list(host.cache.rglob("*.safetensors"))


async def test_what_is_here_is_seen_without_the_hub(host: Host, hub: Hub):
    await host.download()
    hub.down = True
    for online in (True, False):
        found = (await host.look(entry(), online=online))["mine"]
        assert (found["here"], found["lacking"]) == (4, 0)
        assert (found["obstacle"], found["damaged"]) == (None, None)


async def test_a_file_that_lacks_or_is_cut_off_is_named(host: Host):
    await host.download()
    weights = host.file("unet/diffusion_pytorch_model.safetensors")
    weights.resolve().write_bytes(EMPTY[:4])
    found = (await host.look(entry()))["mine"]
    assert (found["here"], found["lacking"], found["lacking_bytes"]) == (3, 1, len(EMPTY))
    assert found["example"] == "unet/diffusion_pytorch_model.safetensors"
    weights.unlink()
    found = (await host.look(entry(), online=False))["mine"]
    assert (found["lacking"], found["obstacle"]) == (1, "unreachable")


async def test_a_pickle_under_the_name_of_safetensors_is_named(host: Host):
    await host.download()
    weights = host.file("unet/diffusion_pytorch_model.safetensors").resolve()
    weights.write_bytes(b"\x80\x04".ljust(len(EMPTY), b"."))
    found = (await host.look(entry()))["mine"]
    assert found["damaged"] == "unet/diffusion_pytorch_model.safetensors"


async def test_without_hub_and_cache_nothing_is_known(host: Host):
    found = (await host.look(entry(), online=False))["mine"]
    assert (found["here"], found["lacking"], found["obstacle"]) == (0, None, "unreachable")


async def test_a_gated_model_needs_a_token_that_may_read_it(host: Host, hub: Hub):
    hub.gated.add(REPO)
    hub.tokens = {TOKEN: set(), TOKEN.upper(): {REPO}}
    for token in (None, TOKEN):
        found = (await host.look(entry(), token=token))["mine"]
        assert (found["obstacle"], found["repo"]) == ("gated", REPO)
    found = (await host.look(entry(), token=TOKEN.upper()))["mine"]
    assert (found["obstacle"], found["lacking"]) == (None, 4)


async def test_obstacles_are_told_apart_and_one_does_not_hide_the_others(host: Host, hub: Hub):
    hub.faults.append(Fault("owner/odd*", status=400))
    found = await host.look(
        entry(),
        entry(name="gone", repo="owner/gone"),
        entry(name="odd", repo="owner/odd"),
        entry(name="other-commit", revision="f" * 40),
        entry(name="no-lora", loras=[{"repo": REPO, "file": "no.safetensors"}]),
    )
    assert {name: each["obstacle"] for name, each in found.items()} == {
        "mine": None,
        "gone": "unseen",
        "odd": "refused",
        "other-commit": "unknown_commit",
        "no-lora": "unlisted",
    }
    assert found["gone"]["repo"] == "owner/gone"
    assert found["no-lora"]["words"] == "no.safetensors"


async def test_what_lacks_in_a_folder_is_named(host: Host, tmp_path: Path):
    specs = []
    for name, gone in (
        ("whole", None),
        ("weights", "unet/diffusion_pytorch_model.safetensors"),
        ("words", "tokenizer/vocab.json"),
        ("index", "model_index.json"),
    ):
        folder = tmp_path / name
        write_model(folder)
        if gone:
            (folder / gone).unlink()
        specs.append(entry(name=name, repo=str(folder)))
    found = await host.look(*specs)
    assert {name: each["words"] for name, each in found.items()} == {
        "whole": None,
        "weights": "unet/*.safetensors",
        "words": "tokenizer/*",
        "index": "model_index.json",
    }
    assert (found["whole"]["here"], found["whole"]["lacking"]) == (4, 0)
    assert {found[name]["obstacle"] for name in ("weights", "words", "index")} == {"unlisted"}


async def test_a_folder_that_is_not_there_is_told_apart_from_what_lacks_in_one(
    host: Host, tmp_path: Path
):
    write_model(tmp_path / "whole")
    gone = str(tmp_path / "gone")
    specs = (
        entry(name="all", repo=gone),
        entry(name="part", repo=str(tmp_path / "whole"), vae=VaeSpec(repo=gone)),
    )
    found = await host.look(*specs)
    assert {(each["obstacle"], each["repo"]) for each in found.values()} == {("no_folder", gone)}


async def test_one_that_is_written_wrong_says_nothing_of_the_others(host: Host, tmp_path: Path):
    for name in ("sound", "torn"):
        write_model(tmp_path / name)
    (tmp_path / "torn" / "model_index.json").write_text("{", encoding="utf-8")
    specs = [entry(name=name, repo=str(tmp_path / name)) for name in ("torn", "sound")]
    found = await host.look(*specs)
    assert (found["torn"]["obstacle"], found["torn"]["lacking"]) == ("broken", None)
    assert "JSONDecodeError" in found["torn"]["words"]
    assert (found["sound"]["obstacle"], found["sound"]["here"]) == (None, 4)


async def test_what_comes_from_elsewhere_is_not_missed_in_the_pipelines_repo(
    host: Host, hub: Hub, tmp_path: Path
):
    other = tmp_path / "other"
    other.mkdir()
    (other / "small.safetensors").write_bytes(EMPTY)
    hub.repos["owner/other"] = other
    (tmp_path / "repo" / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    spec = entry(unet={"repo": "owner/other", "file": "small.safetensors"})
    found = (await host.look(spec))["mine"]
    assert (found["obstacle"], found["lacking"]) == (None, 4)
