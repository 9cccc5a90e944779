"""A Hugging Face hub on loopback, as huggingface_hub asks for it through `HF_ENDPOINT`."""

from tests.small_models.hub.faults import At, Fault
from tests.small_models.hub.server import COMMIT, Hub, serve_hub

__all__ = ["COMMIT", "At", "Fault", "Hub", "serve_hub"]
