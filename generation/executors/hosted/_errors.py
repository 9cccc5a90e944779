"""What the hosted API and huggingface_hub raise, as a `Failed` in plain words."""

from http import HTTPStatus

import httpx2
from huggingface_hub.errors import HfHubHTTPError

from generation.catalog import ModelSpec
from generation.executors.base import Failed, FailureKind
from generation.imaging.process import PictureRefused

from ._client import NoPicture

_HOST = "Whoever runs Easel has to"

_BY_STATUS: dict[int, tuple[FailureKind, str]] = {
    HTTPStatus.UNAUTHORIZED: (
        FailureKind.REFUSED,
        f"The hosted API doesn't know Easel's token. {_HOST} set a valid Hugging Face token.",
    ),
    HTTPStatus.PAYMENT_REQUIRED: (
        FailureKind.REFUSED,
        f"The credit for the hosted API is used up. {_HOST} add some at"
        " https://huggingface.co/settings/billing.",
    ),
    HTTPStatus.FORBIDDEN: (
        FailureKind.REFUSED,
        "The hosted API doesn't let Easel use {title}."
        f" {_HOST} accept the model's terms, or give the token the right to call inference"
        " providers.",
    ),
    HTTPStatus.NOT_FOUND: (
        FailureKind.MODEL_UNAVAILABLE,
        f"The hosted API has no {{title}} there. {_HOST} check the model's entry and the endpoint.",
    ),
    HTTPStatus.GONE: (
        FailureKind.MODEL_UNAVAILABLE,
        "The hosted API doesn't offer {title} any more. Choose another model."
        f" {_HOST} name another provider or an endpoint of their own.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        FailureKind.BUSY,
        "The hosted API takes no more requests from Easel just now. Try again in a few minutes.",
    ),
}
_BAD_REQUEST = (
    FailureKind.REFUSED,
    "The hosted API refused this request. Try other words, another size, or fewer steps.",
)
_BUSY = (FailureKind.BUSY, "The hosted API can't paint just now. Try again in a minute or two.")
_UNREACHABLE = (
    FailureKind.BUSY,
    "The hosted API can't be reached. Try again in a few minutes;"
    f" if it stays so, {_HOST.lower()} look at the log.",
)
_NOT_OFFERED = (
    FailureKind.MODEL_UNAVAILABLE,
    "No provider of the hosted API offers {title} at present. Choose another model."
    f" {_HOST} name another provider or an endpoint of their own.",
)
_TIMED_OUT = (
    FailureKind.TIMED_OUT,
    "The hosted API took too long. Try again later, or with fewer steps.",
)
_NO_PICTURE = (
    FailureKind.BAD_PICTURE,
    "The hosted API answered with something that can't be shown. Try again, or try other words.",
)
_INTERNAL = (
    FailureKind.INTERNAL,
    "Something went wrong inside Easel. Try again; whoever runs Easel finds the reason in its log.",
)


def explain(error: BaseException, spec: ModelSpec, token: str | None) -> Failed:
    """The failure that `error` means for a job with `spec`. `token` is kept out of it."""
    kind, message = _classify(error)
    detail = f"{type(error).__name__}: {error}"[:2000]
    if token:
        detail = detail.replace(token, "(token)")
    return Failed(kind, message.format(title=spec.title), detail)


def _classify(error: BaseException) -> tuple[FailureKind, str]:
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return _TIMED_OUT
    if isinstance(error, HfHubHTTPError):
        return _classify_status(error.response.status_code if error.response is not None else 0)
    if isinstance(error, httpx2.HTTPStatusError):
        return _classify_status(error.response.status_code)
    if isinstance(error, httpx2.HTTPError):
        return _UNREACHABLE
    if isinstance(error, NoPicture | PictureRefused) or type(error).__module__.startswith("PIL"):
        return _NO_PICTURE
    if isinstance(error, RuntimeError) and "StopIteration" in str(error):
        return _NOT_OFFERED
    if isinstance(error, ValueError) and _is_lookup(str(error)):
        return _NOT_OFFERED
    if isinstance(error, ValueError | KeyError | IndexError):
        return _NO_PICTURE  # an answer of a shape that huggingface_hub doesn't expect
    return _INTERNAL


def _classify_status(status: int) -> tuple[FailureKind, str]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _BAD_REQUEST
    return _BUSY


def _is_lookup(text: str) -> bool:
    """Whether huggingface_hub complains about who offers a model, rather than about an answer."""
    return any(
        phrase in text for phrase in ("not supported", "doesn't support", "provider mapping")
    )
