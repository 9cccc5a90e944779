"""Where weights are: a repo of the hub or a folder of this host, and what of it is taken."""

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from ._values import Part

# A commit of a repo.
_COMMIT = r"^[0-9a-f]{40}$"
# An id of the hub.
_REPO = re.compile(r"\w[\w.-]*/\w[\w.-]*", re.ASCII)


def is_folder(repo: str) -> bool:
    """Whether that is a folder on this host rather than a repo of the hub."""
    return repo.startswith(("./", "../", "/"))


def check_repo(repo: str) -> str:
    """The same. Raises ValueError where it is neither a repo's id nor a folder's path."""
    if is_folder(repo) or _REPO.fullmatch(repo):
        return repo
    if repo.startswith("~"):
        raise ValueError(f"{repo}: write the whole path, beginning with /")
    raise ValueError(
        f"{repo} is neither a repo of the hub, as owner/name, nor a folder: ./, ../, /"
    )


#: A repo's id, or a folder beside the file that names it.
Repo = Annotated[str, Field(min_length=1), AfterValidator(check_repo)]


def revision_field() -> Any:
    """The field for a commit of a repo."""
    return Field(
        default=None,
        pattern=_COMMIT,
        description="the 40 hex digits of a commit, in small letters",
    )


class Source(Part):
    """A repo of the hub, or a folder beside the file that names it."""

    repo: Repo
    revision: str | None = revision_field()

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder on this host rather than a repo of the hub."""
        return is_folder(self.repo)


class FileSource(Source):
    """One file of weights."""

    file: str = Field(min_length=1)

    @model_validator(mode="after")
    def _is_safetensors_of_the_repo(self) -> Self:
        if not self.file.endswith(".safetensors"):
            raise ValueError(f"{self.file} is no .safetensors file, the only kind Easel loads")
        if self.file.startswith("/") or ".." in self.file.split("/"):
            raise ValueError(f"{self.file} leads out of {self.repo}")
        return self


class LoraSpec(FileSource):
    """A LoRA file, and how strongly it is mixed into the weights."""

    weight: float = Field(default=1.0, ge=-4, le=4)


class VaeSpec(Source):
    """A VAE that takes the place of the model's own."""

    subfolder: str | None = Field(
        default=None, pattern=r"^\w+$", description="the name of a folder of the repo"
    )
    variant: str | None = None
