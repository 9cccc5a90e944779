"""Why a model can't be loaded, in words for the member who asked and the admin who mends it."""

import errno
from collections.abc import Collection
from typing import Protocol

import httpx2
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from safetensors import SafetensorError

from generation.worker.causes import causes
from generation.worker.weights import PickleFile

_HOST = "Whoever runs Easel"
_GIB = 1024**3

# What diffusers and transformers say where there is no file in the format, or of the variant.
_NO_SAFETENSORS = (
    "no file named",
    "safetensors files",
    "no such modeling files",
    "does not appear to have a file",
)


class Entry(Protocol):
    """What is said of an entry of the catalog, be it a model or a tool."""

    @property
    def name(self) -> str:
        """Its name in the file."""
        ...

    @property
    def title(self) -> str:
        """How members know it."""
        ...

    @property
    def repo(self) -> str | None:
        """Where it comes from, if that is a repo of the hub or a folder."""
        ...

    @property
    def is_folder(self) -> bool:
        """Whether that is a folder on this host."""
        ...


class LoadError(Exception):
    """A model can't be loaded; str() is a plain sentence that names the model and the remedy."""


class LoraError(LoadError):
    """A LoRA of a prompt can't be put on: its model is there all the same."""


class ToolError(LoadError):
    """A tool can't be had, or not used: models paint without it all the same."""


def no_safetensors(spec: Entry) -> str:
    """The sentence for weights that are there in other formats, if at all."""
    return (
        f"{spec.title} lacks files in the safetensors format, the only one Easel loads."
        f" {_HOST} has to check its entry in models.toml (repo, variant)."
    )


def no_variant(spec: Entry, variant: str, known: Collection[str]) -> str:
    """The sentence for a variant that no file of a repo is of, where some are of others."""
    return (
        f"{spec.title} can't be loaded: no file of its repo is of the variant {variant}, there are"
        f" {', '.join(known)}. {_HOST} has to correct `variant` in models.toml."
    )


def no_place(spec: Entry, need: int, free: int, *, on_gpu: bool) -> str:
    """The sentence for weights, so many bytes, that the host's memory has no place for."""
    why = ", for the GPU's is too small for all of it," if on_gpu else ""
    return (
        f"{spec.title} needs {need / _GIB:.1f} GiB of this host's memory{why} and {free / _GIB:.1f}"
        f" are free. Choose another model. {_HOST} has to end other programs or give it more."
    )


def explain(error: BaseException, spec: Entry, repo: str | None = None) -> str:
    """The sentence for what was raised while loading `spec`; looks at causes too.

    `repo`: the one whose files were to be had, where that is not the pipeline's.
    """
    for cause in causes(error):
        if sentence := _explain_one(cause, spec, repo or spec.repo or ""):
            return sentence
    return f"{spec.title} can't be loaded. {_HOST} finds the reason in the log."


def _explain_one(error: BaseException, spec: Entry, repo: str) -> str | None:
    title = spec.title
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"The host's disk has no room for {title}. {_HOST} has to make some."
    if isinstance(error, PickleFile):
        other = "put safetensors there" if spec.is_folder else "name another repo in models.toml"
        return (
            f"{title} has a file, {error}, that is no safetensors file but a pickle, which could"
            f" run code: Easel never opens it. {_HOST} has to {other}."
        )
    if isinstance(error, SafetensorError):
        again = "put them there again" if spec.is_folder else "have them downloaded again"
        return f"The files of {title} are damaged, or no safetensors. {_HOST} has to {again}."
    if isinstance(error, RemoteEntryNotFoundError) or _is_about_format(error):
        return no_safetensors(spec)
    if isinstance(error, HfHubHTTPError):
        return _explain_answer(error, spec, repo)
    if isinstance(error, httpx2.HTTPError | OfflineModeIsEnabled | LocalEntryNotFoundError):
        return (
            f"{title} isn't on this host yet, and Hugging Face can't be reached to download it."
            " Try again later, or choose another model."
        )
    return None


def _explain_answer(error: HfHubHTTPError, spec: Entry, repo: str) -> str:
    status = error.response.status_code
    if isinstance(error, RevisionNotFoundError):
        return f"{repo} has no such revision. {_HOST} has to check models.toml and models.lock."
    if isinstance(error, GatedRepoError) or status == 403:
        return (
            f"{spec.title} is gated. {_HOST} has to accept its terms at"
            f" https://huggingface.co/{repo} and give Easel HF_TOKEN of the account that did."
        )
    if isinstance(error, RepositoryNotFoundError) or status == 401:
        return (
            f"Hugging Face shows no model {repo} to this host: it is gone, or needs a token."
            f" {_HOST} has to check models.toml and the Hugging Face token."
        )
    if status == 429:
        return (
            "Hugging Face limits this host's downloads just now."
            f" Ask for {spec.title} again in a few minutes."
        )
    return (
        f"Hugging Face can't deliver {spec.title} just now (HTTP {status})."
        " Try again later, or choose another model."
    )


def _is_about_format(error: BaseException) -> bool:
    text = str(error)
    return isinstance(error, OSError | ValueError) and any(part in text for part in _NO_SAFETENSORS)
