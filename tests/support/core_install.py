"""A host whose Easel was installed without its extra `local`: what paints is not to be found."""

from pathlib import Path

# Read by Python at its start.
_SITE = """
import importlib.machinery, importlib.metadata
_ABSENT = {"torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "compel",
    "safetensors"}
_find = importlib.machinery.PathFinder.find_spec
def _find_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in _ABSENT else _find(name, path, target)
importlib.machinery.PathFinder.find_spec = _find_spec
_of = importlib.metadata.Distribution.from_name.__func__
def _from_name(cls, name):
    if name in _ABSENT:
        raise importlib.metadata.PackageNotFoundError(name)
    return _of(cls, name)
importlib.metadata.Distribution.from_name = classmethod(_from_name)
"""


def make_core_site(folder: Path) -> Path:
    """A new folder that has the packages hidden from a Python with it first in its PYTHONPATH."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
    return folder
