"""Classes that the catalog and the models' own files name."""

from typing import Any

import diffusers

from generation.worker.load_errors import LoadError


def class_of_diffusers(name: str, base: type[Any]) -> type[Any]:
    """A class by its name: one of diffusers' own, of the kind meant there. Raises LoadError."""
    found = getattr(diffusers, name, None)
    if not (isinstance(found, type) and issubclass(found, base) and found is not base):
        raise LoadError(
            f"diffusers {diffusers.__version__} has no {name}. Whoever runs Easel has to check"
            " models.toml."
        )
    return found
