"""What other programs get to see of the environment: Hugging Face's library, and the workers."""

import logging
import os
import sys
from collections.abc import Mapping

from ._fields import Settings

log = logging.getLogger(__name__)

# What finding libraries, devices, caches and the way to the hub takes, and no more. The bot's
# token is in none of these.
_PASSED_ON = frozenset(
    {
        *("PATH", "HOME", "LANG", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "XDG_CACHE_HOME"),
        *("HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "HF_HUB_OFFLINE"),
        *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    }
)
_PASSED_ON_PREFIXES = ("LC_", "CUDA_", "NVIDIA_", "OMP_")
# Each of these would win over HF_HOME, which EASEL_MODELS_DIR decides.
_OTHER_CACHES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_XET_CACHE")


def child_environment(
    settings: Settings, environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the whole environment of a worker: no secret but HF_TOKEN, and that only if set.

    Args:
        settings: decide the token of Hugging Face and the folder of the weights
        environ: what is passed on where it is harmless; this process's own by default
    """
    environ = os.environ if environ is None else environ
    passed_on = {
        name: value
        for name, value in environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
    if settings.models_dir is not None:
        passed_on.pop("HF_HUB_CACHE", None)
    return passed_on | _hub_environment(settings)


def apply_hub_environment(settings: Settings) -> None:
    """Set what huggingface_hub reads for itself; call it before anything imports that library."""
    wanted = _hub_environment(settings)
    if settings.models_dir is not None:
        for name in _OTHER_CACHES:
            os.environ.pop(name, None)
    changes = {name for name, value in wanted.items() if os.environ.get(name) != value}
    os.environ.update(wanted)
    if changes and "huggingface_hub.constants" in sys.modules:
        log.warning("huggingface_hub was imported too early to see %s", ", ".join(sorted(changes)))


def _hub_environment(settings: Settings) -> dict[str, str]:
    wanted = {"DIFFUSERS_DISABLE_REMOTE_CODE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    if settings.hf_token is not None:
        wanted["HF_TOKEN"] = settings.hf_token.get_secret_value()
    if settings.models_dir is not None:
        wanted["HF_HOME"] = str(settings.models_dir.absolute())
    return wanted
