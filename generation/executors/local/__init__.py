"""The local executor: a worker process on this host's own device, replaced when it dies."""

from ._executor import LocalExecutor

__all__ = ["LocalExecutor"]
