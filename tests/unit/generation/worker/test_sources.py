"""What is refused before the weights come is refused before the first byte of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from generation.catalog import Source
from generation.worker import room, sources
from generation.worker.fetch import Plan
from generation.worker.load_errors import LoadError
from generation.worker.loader import Loader
from generation.worker.transfer import LargeFile
from tests.unit.generation.worker.entries import CPU, entry, load

GIB = 1024**3
UNET = "unet/diffusion_pytorch_model"


def to_come(folder: Path, **sizes: int) -> Plan:
    """A repo whose files, of these sizes, are still to be downloaded."""
    names = {name.replace("_", "-", 1): size for name, size in sizes.items()}
    files = tuple(LargeFile(name, size, name, "", folder) for name, size in names.items())
    source = Source(repo="test/large")
    return Plan(source, lambda names: names, folder, tuple(names), files, is_complete=False)


@pytest.mark.parametrize(
    ("sizes", "elements"),
    [
        ({f"{UNET}.safetensors": 400}, 100),  # in 32 bits, for all that is known
        ({f"{UNET}.fp16.safetensors": 400}, 200),
        ({f"{UNET}.bf16-00001-of-00002.safetensors": 400}, 200),
        ({f"{UNET}.fp16.safetensors": 400, "vae/model.safetensors": 40}, 210),
        ({"tokenizer/tokenizer.json": 400}, 0),
        ({}, 0),
    ],
)
def test_of_files_to_come_it_is_known_how_much_they_are_at_the_least(
    tmp_path: Path, sizes: dict[str, int], elements: int
) -> None:
    assert sources._least_elements([to_come(tmp_path, **sizes)]) == elements


@pytest.fixture
def coming(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A repo of which the list of components is here, and 12 GiB in 16 bits are to come."""
    index = json.loads(Path(entry("sdxl").repo, "model_index.json").read_text())
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    plan = to_come(tmp_path, **{f"{UNET}.fp16.safetensors": 12 * GIB})
    monkeypatch.setattr(sources, "fetch", lambda *_: tmp_path)
    monkeypatch.setattr(sources, "plan", lambda *_: plan)
    monkeypatch.setattr(sources, "bring", lambda *_: pytest.fail("it was fetched"))


@pytest.mark.usefixtures("coming")
def test_what_the_host_has_no_place_for_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_memory", lambda: 11 * GIB)
    with pytest.raises(LoadError, match=r"SDXL needs 12\.0 GiB .* and 11\.0 are free"):
        load(entry("sdxl", vae=None), Loader(CPU))


@pytest.mark.usefixtures("coming")
def test_what_does_not_go_with_the_repo_is_not_fetched() -> None:
    with pytest.raises(LoadError, match="has no place for the text_encoder_2"):
        load(entry("sdxl", pipeline="StableDiffusionPipeline"), Loader(CPU))


def test_what_is_here_is_not_counted_as_to_come() -> None:
    told: list[Any] = []
    sources.gather(entry("sdxl"), on_size=told.append)
    assert told == [0]
