"""The hosted executor: a Hugging Face inference provider, or an endpoint of the host's own.

huggingface_hub, which takes a while to import, is imported only once an executor is started.
"""

from ._executor import HostedExecutor
from ._retries import Retries

__all__ = ["HostedExecutor", "Retries"]
