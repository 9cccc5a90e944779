"""The kinds of values the settings have, and what each of them refuses."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from ._errors import TokenFileProblem


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_url(value: str) -> str:
    parts = urlsplit(value)
    # Reading the port is what checks it: urlsplit itself takes any text for one.
    if not parts.hostname or parts.port == 0 or re.search(r"\s", value):
        raise ValueError("not an address")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("more than an address")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError("readable on its way")
    return value.rstrip("/")


def _raise_problem(value: object) -> object:
    if isinstance(value, TokenFileProblem):
        raise value
    return value


def _check_token(secret: SecretStr) -> SecretStr:
    # The messages go to the terminal, so none of them may quote the token.
    value = secret.get_secret_value()
    if value.startswith(("Bot ", "Bearer ")):
        raise ValueError("begins with a word before the token, which Easel adds itself")
    if re.search(r"[\"'`]", value):
        raise ValueError("has quotation marks in it, which belong to no token")
    if re.search(r"[^!-~]", value):
        raise ValueError("has white space or foreign letters in it, which belong to no token")
    return secret


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


LogFormat = Literal["text", "json"]
OnOff = Literal["on", "off"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
AnyCaseLogFormat = Annotated[LogFormat, BeforeValidator(_lower)]
AnyCaseLogLevel = Annotated[LogLevel, BeforeValidator(_upper)]
AnyCaseVerdict = Annotated[Literal["allow", "blur", "refuse"], BeforeValidator(_lower)]
AnyCaseOpenVerdict = Annotated[Literal["blur", "refuse"], BeforeValidator(_lower)]
AnyCaseOnOff = Annotated[OnOff, BeforeValidator(_lower)]
Folder = Annotated[Path, AfterValidator(Path.expanduser)]
Token = Annotated[SecretStr, BeforeValidator(_raise_problem), AfterValidator(_check_token)]
Url = Annotated[str, AfterValidator(_check_url)]
