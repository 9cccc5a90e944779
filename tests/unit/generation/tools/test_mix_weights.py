"""Weights are written as the library writes them, and read by names that all its versions share."""

from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from generation.tools._weights import Shape, Weights, write

TENSORS = {
    "b.weight": torch.randn(3, 5).half(),
    "a.bias": torch.tensor(2.5, dtype=torch.bfloat16),
    "ids": torch.arange(7),
    "flags": torch.tensor([True, False, True]),
    "none": torch.empty(0, 4),
    "c.weight": torch.randn(5, 3).T,
}


def written(path: Path) -> Path:
    shapes = {name: Shape(tuple(each.shape), each.dtype) for name, each in TENSORS.items()}
    write(path, shapes, TENSORS.__getitem__)
    return path


def test_what_is_written_is_read_by_the_library_bit_for_bit(tmp_path: Path) -> None:
    found = load_file(written(tmp_path / "a.safetensors"))
    assert found.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert found[name].dtype is tensor.dtype
        assert torch.equal(found[name], tensor), name


def test_the_file_is_the_one_that_the_library_writes(tmp_path: Path) -> None:
    whole = {name: tensor.contiguous() for name, tensor in TENSORS.items()}
    save_file(whole, tmp_path / "theirs.safetensors", metadata={"format": "pt"})
    ours = written(tmp_path / "ours.safetensors")
    assert ours.stat().st_size == (tmp_path / "theirs.safetensors").stat().st_size
    with safe_open(ours, framework="pt") as file:
        assert file.metadata() == {"format": "pt"}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    written(tmp_path / "a.safetensors")
    with pytest.raises(FileExistsError):
        written(tmp_path / "a.safetensors")


def test_several_files_are_one_network(tmp_path: Path) -> None:
    paths = [tmp_path / "1.safetensors", tmp_path / "2.safetensors"]
    save_file({"a": torch.ones(2)}, paths[0])
    save_file({"b": torch.zeros(3)}, paths[1])
    with Weights(paths) as weights:
        assert weights.names == {"a", "b"}
        assert weights.shape("b") == Shape((3,), torch.float32)
        assert torch.equal(weights.read("a"), torch.ones(2))


def test_names_of_older_versions_are_those_of_newer_ones(tmp_path: Path) -> None:
    save_file({"text_model.final.weight": torch.ones(2)}, tmp_path / "old.safetensors")
    with Weights([tmp_path / "old.safetensors"]) as weights:
        assert weights.names == {"final.weight"}
        assert weights.written("final.weight") == "text_model.final.weight"


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"no weights")
    with (
        pytest.raises(SafetensorError, match=r"bad\.safetensors"),
        Weights([tmp_path / "bad.safetensors"]),
    ):
        pass
