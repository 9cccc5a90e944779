"""The hosted executor: a Hugging Face inference provider, or an endpoint of the host's own.

huggingface_hub, which takes a while to import, is imported only once an executor is started.
"""

from ._executor import HostedExecutor
from ._retries import Retries
from ._token import NEEDS_ACCESS

__all__ = ["NEEDS_ACCESS", "HostedExecutor", "Retries"]
