"""`python -m bot models mix`: which models are mixed, the mix's folder, its entry in models.toml.

A mix is made in a folder of its own below `models` in the data folder, and moved into its place
only when it is whole; its entry follows. Whatever cuts this off, no half of one is ever loaded.
"""

import fcntl
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import parents
from bot.settings import Settings
from generation.catalog import SHIPPED, Catalog, ModelSpec, put_entry
from generation.errors import GenerationError, RequestRefused
from generation.mixing import (
    MADE,
    Made,
    MixOrder,
    MixRefused,
    check,
    entry_of,
    remarks,
    repo_of,
    sampling,
)
from generation.revisions import Revisions

# What begins the names of folders that are no models: half a mix, and one that makes room.
_UNFINISHED, _REPLACED = ".mixing-", ".replaced-"

# What an entry with a repo and a VAE of its own does not take over from its base.
_NOT_TAKEN_OVER = {"base", "default_on", "revision", "variant", "vae"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    models: tuple[str, ...]  # A, B and perhaps C: names of the catalog, or paths
    weight: float
    name: str
    title: str | None = None
    only: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    replace: bool = False


class MixerFailed(GenerationError):
    """The program that mixes said itself what is in the way; `code` is its exit code."""

    def __init__(self, code: int) -> None:
        """Keep the code."""
        super().__init__("")
        self.code = code


def mix(settings: Settings, wish: Wish, run: Callable[[Mapping[str, Any]], int]) -> str:
    """Have it mixed by `run`, which takes an order to the mixer; what was done, in lines.

    Raises MixerFailed, RequestRefused, MixRefused, CatalogError and OSError.
    """
    own = settings.data_dir / "models.toml"
    catalog = Catalog.load(own)
    revisions = Revisions(settings.data_dir / "models.lock")
    order = _order(wish, settings, catalog, revisions)
    check(order)
    folder = settings.data_dir.absolute() / "models"
    _check_name(wish, own, folder)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # as the database makes it
    folder.mkdir(exist_ok=True)
    with _work_folder(folder) as work:
        made_in = work / "made"
        made_in.mkdir()
        whole = {"order": order.model_dump(mode="json"), "folder": str(made_in)}
        if code := run({**whole, "work": str(work / "parts")}):
            raise MixerFailed(code)
        made = Made.model_validate_json((made_in / MADE).read_text(encoding="utf-8"))
        with _in_place(made_in, folder / wish.name):
            fields = entry_of(order, made, wish.name, _root(order, catalog, wish), wish.title)
            put_entry(own, wish.name, fields, remarks(order, made), check=Catalog.load)
    revisions.record(made.resolved)
    return "\n".join((_sentences(settings, own, wish.name), *sampling(order)))


def _order(wish: Wish, settings: Settings, catalog: Catalog, revisions: Revisions) -> MixOrder:
    entries = [parents.find(word, catalog) for word in wish.models]
    form = next((entry for entry in entries if entry is not None), None)
    if form is None:
        raise RequestRefused(
            "models",
            "Files and folders don't say how they are painted with.",
            "Name at least one model of the catalog.",
        )
    licensed = catalog.accepting(settings.accepted_licenses)
    for entry in filter(None, entries):
        if entry.name not in licensed:
            raise MixRefused(
                f"{entry.name} is off until you accept its licence: read {entry.licence.link},"
                f" then have EASEL_ACCEPT_LICENSES name {entry.licence.name}."
            )
    chosen = [
        revisions.pin(entry or parents.of_path(Path(word).resolve(), form))
        for word, entry in zip(wish.models, entries, strict=True)
    ]
    return MixOrder(
        a=chosen[0],
        b=chosen[1],
        c=chosen[2] if len(chosen) > 2 else None,
        weight=wish.weight,
        only=wish.only,
        weights=dict(wish.weights),
    )


def _root(order: MixOrder, catalog: Catalog, wish: Wish) -> ModelSpec | None:
    """The entry on which the one is based in the end that the mix begins with.

    None where a mix can't be based on it: what it takes from files of its own would win.
    """
    root = order.a
    while root.base is not None and root.base in catalog:
        root = catalog[root.base]
    if root.name == wish.name or root.unet is not None or root.checkpoint is not None:
        return None
    has, base = (each.model_dump(mode="json", exclude_none=True).keys() for each in (order.a, root))
    # There is no way to say in a file that something is not so.
    return root if base <= has | _NOT_TAKEN_OVER else None


def _check_name(wish: Wish, own: Path, folder: Path) -> None:
    """Raise MixRefused where what has that name must not be replaced."""
    shipped, entries = (
        tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        for path in (SHIPPED, own)
    )
    entry = entries.get(wish.name)
    if wish.name in {*shipped, "loras"} or (
        entry is not None and entry.get("repo") != repo_of(wish.name)
    ):
        raise MixRefused(f"The name {wish.name} is taken, and by no mix. Give another --name.")
    if (entry is not None or (folder / wish.name).exists()) and not wish.replace:
        raise MixRefused(
            f"There is a mix {wish.name} already. Give another --name, or --replace to have it"
            " replaced."
        )


@contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """A folder that is gone afterwards. Raises MixRefused where another mix is being made."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MixRefused("Another mix is being made. Wait until it is done.") from None
        _clear_away(folder)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as work:
            yield Path(work)


def _clear_away(folder: Path) -> None:
    """What one that was killed left behind."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)
    for left in folder.glob(f"{_REPLACED}*"):
        target = folder / left.name.removeprefix(_REPLACED)
        if target.exists():
            shutil.rmtree(left)
        else:
            left.rename(target)


@contextmanager
def _in_place(made_in: Path, target: Path) -> Iterator[None]:
    """The new folder in the old one's place; as before where an error comes meanwhile."""
    replaced = target.with_name(f"{_REPLACED}{target.name}")
    if target.exists():
        target.rename(replaced)
    try:
        made_in.rename(target)
        yield
    except BaseException:
        if target.exists():
            target.rename(made_in)
        if replaced.exists():
            replaced.rename(target)
        raise
    if replaced.exists():
        shutil.rmtree(replaced)


def _sentences(settings: Settings, own: Path, name: str) -> str:
    """What was done, and what there is to be done yet."""
    catalog = Catalog.load(own)
    licence = catalog[name].licence
    said = f"{name} is mixed, and in {own}. Start Easel anew to paint with it."
    if name not in catalog.accepting(settings.accepted_licenses):
        said += f" It is off until EASEL_ACCEPT_LICENSES names its licence: {licence.name}"
    return said
