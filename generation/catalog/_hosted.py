"""Where a hosted model is painted."""

import re
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field


def check_endpoint(address: str) -> str:
    """The same. Raises ValueError, which never quotes it: who knows it may be able to use it."""
    alone = ValueError("must be an address alone, as in https://host/path")
    try:
        parts = urlsplit(address)
        is_address = bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", address)
    except ValueError:  # a port that is no number, a bracket that stays open
        raise alone from None
    if not is_address or parts.username is not None or parts.query or parts.fragment:
        raise alone
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
        raise ValueError("must begin with https:// (http:// only for this machine itself)")
    return address.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


#: The address of an inference endpoint. The token goes there, so nobody may read along.
Endpoint = Annotated[str, AfterValidator(check_endpoint)]


def provider_field() -> Any:
    """The field for one of Hugging Face's providers."""
    return Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="auto or a provider's name in small letters, such as fal-ai",
    )
