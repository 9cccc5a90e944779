"""The models that a mix is made of, as its command line names them.

A word is the catalog's own name of a model, whatever else is called so; a path where it has a slash
in it; else a part of one model's name, or a file or folder of the working directory. What could be
either of the last two is refused.
"""

import json
import re
from pathlib import Path

from generation.catalog import Catalog, Licence, ModelSpec
from generation.errors import RequestRefused
from generation.mixing import MixRefused

#: Of a pipeline's folder, its list of components.
_INDEX = "model_index.json"
# What an entry says of weights that are elsewhere.
_WEIGHTS = {"checkpoint", "unet", "vae", "loras"}


def find(word: str, catalog: Catalog) -> ModelSpec | None:
    """The entry that is meant; None where it is a path. Raises RequestRefused."""
    if (spec := catalog.called(word)) is not None:
        return spec
    path = Path(word)
    if "/" in word:
        if path.exists():
            return None
        raise RequestRefused(
            "models", f"There is no file or folder {word}.", "Correct the path, or name a model."
        )
    return _of_part(word, path, catalog)


def _of_part(word: str, path: Path, catalog: Catalog) -> ModelSpec | None:
    near = [spec.name for spec in catalog.having(word)]
    if path.exists():
        if not near:
            return None
        raise RequestRefused(
            "models",
            f"{word} is a file or folder here, and a part of the name of {', '.join(near)}.",
            f"Write ./{word} for what is here, or a model's whole name.",
        )
    if not near:
        raise RequestRefused(
            "models",
            f"There is no model {word}, and no such file or folder.",
            f"There are: {', '.join(catalog)}.",
        )
    return catalog.find(word)  # the only one that has it in its name, or a refusal with all of them


def of_path(path: Path, form: ModelSpec) -> ModelSpec:
    """A file or a folder as a model that is painted with as `form` is. Raises MixRefused."""
    fields = form.model_dump(mode="json", exclude=_WEIGHTS)
    if path.is_dir():
        fields |= {"repo": str(path), "revision": None, "variant": "fp16"}
        _check_folder(path, form)
    elif path.suffix == ".safetensors":
        fields |= {"checkpoint": {"repo": str(path.parent), "file": path.name}}
        fields["quantization"] = None  # no single file is read in 4 bits
    else:
        raise MixRefused(f"{path} is no .safetensors file, the only kind Easel loads.")
    fields["base"] = form.base or form.name
    plain = re.sub(r"[^a-z0-9.-]+", "-", path.stem.lower()).strip("-.")
    # Nobody can say under which terms it is but who put it there: so it counts as the strictest.
    terms = f"terms of {path.name.replace(',', ' ')}"[:60].strip()
    licence = Licence(name=terms, commercial=False, must_be_acknowledged=True)
    fields |= {"name": plain[:40] or "file", "title": path.name[:60]}
    return ModelSpec.model_validate({**fields, "licence": licence})


def _check_folder(path: Path, form: ModelSpec) -> None:
    try:
        kind = json.loads((path / _INDEX).read_text(encoding="utf-8"))["_class_name"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MixRefused(f"{path} is no pipeline's folder: its {_INDEX} can't be read.") from error
    if kind != form.pipeline:
        raise MixRefused(
            f"{form.name} and {path.name} can't be mixed, they are of different kinds:"
            f" {form.pipeline} and {kind}."
        )
