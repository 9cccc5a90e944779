"""What can go wrong on the way of a picture.

GenerationError            str() is a plain sentence that may be shown to whoever asked
├─ RequestRefused          the request can't be taken; names field, limit and remedy
│  └─ IntakeFull           it could be taken, but not now
├─ CatalogError            a models.toml is wrong; names entry and field
├─ WordsFileError          the host's list of words can't be read; names file and line
├─ IllegalTransition       a job can't go from this status to that one (a bug, or a late result)
└─ ExecutorUnavailable     an executor could not be started on this host
"""


class GenerationError(Exception):
    """Root of this layer's errors."""


class RequestRefused(GenerationError):
    """A request that can't be taken as it is.

    `field` is the option's name as the member knows it; `limit` says what is allowed, `remedy` what
    to do. Both are whole sentences.
    """

    def __init__(self, field: str, limit: str, remedy: str) -> None:
        """Keep the three parts apart, so that a front end may lay them out."""
        super().__init__(f"{field}: {limit} {remedy}")
        self.field = field
        self.limit = limit
        self.remedy = remedy


class IntakeFull(RequestRefused):
    """A limit on waiting jobs is reached; the same request may be taken later."""


class CatalogError(GenerationError):
    """An entry of a models.toml is wrong."""


class WordsFileError(GenerationError):
    """The host's list of words can't be read; names file and line."""


class IllegalTransition(GenerationError):
    """A job was asked to take a step that its status does not allow."""


class ExecutorUnavailable(GenerationError):
    """An executor can't work on this host; says why and what to do."""
