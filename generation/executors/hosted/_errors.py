"""What the hosted API and huggingface_hub raise, and what it means: a `Trouble` in plain words."""

import math
from dataclasses import dataclass
from http import HTTPStatus

import httpx2
from huggingface_hub.errors import HfHubHTTPError

from generation.catalog import ModelSpec
from generation.executors.base import Failed, FailureKind
from generation.imaging.process import PictureRefused

from ._client import NoPicture
from ._providers import NotServed
from ._retries import wanted_pause

_HOST = "Whoever runs Easel has to"
_OR_HOST = "if it stays so, whoever runs Easel has to"
_SOON = "in a few minutes"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, and what follows from it."""

    kind: FailureKind
    message: str  # for the member; {title} is the model's, {when} the time to try again
    passes: bool = False  # by itself, and perhaps soon
    of_model: bool = True  # rather than of this request, or of how many there were
    of_all: bool = False  # whatever the model: of the token, or of the credit

    @property
    def of_request(self) -> bool:
        """Whether this one request was refused, and others need not be."""
        return self.kind is FailureKind.REFUSED and not self.of_model

    def failure(
        self,
        error: BaseException,
        spec: ModelSpec,
        token: str | None,
        *,
        tried: int = 1,
        free_in_s: float | None = None,
    ) -> Failed:
        """As the final event of a job, which was `tried` so often. `token` is kept out of it."""
        message = self.message.format(title=spec.title, when=when(free_in_s))
        if tried > 1:
            message += f" Easel asked {tried} times."
        detail = f"{type(error).__name__}: {error}"[:2000]
        if token:
            detail = detail.replace(token, "(token)")
        return Failed(self.kind, message, detail)


# Something between here and there gave up before Easel did.
_SLOW = Trouble(
    FailureKind.BUSY,
    "The hosted API was too slow to answer. Try again {when}, or with fewer steps.",
    passes=True,
)
_BY_STATUS: dict[int, Trouble] = {
    HTTPStatus.UNAUTHORIZED: Trouble(
        FailureKind.REFUSED,
        f"The hosted API doesn't know Easel's token. {_HOST} set a valid Hugging Face token.",
        of_all=True,
    ),
    HTTPStatus.PAYMENT_REQUIRED: Trouble(
        FailureKind.REFUSED,
        f"The credit for the hosted API is used up. {_HOST} add some at"
        " https://huggingface.co/settings/billing.",
        of_all=True,
    ),
    HTTPStatus.FORBIDDEN: Trouble(
        FailureKind.REFUSED,
        "The hosted API doesn't let Easel use {title}."
        f" {_HOST} accept the model's terms, or give the token the right to call inference"
        " providers.",
    ),
    HTTPStatus.NOT_FOUND: Trouble(
        FailureKind.MODEL_UNAVAILABLE,
        "The hosted API has no {title} there. Choose another model."
        f" {_HOST} check the model's entry and the endpoint.",
    ),
    HTTPStatus.GONE: Trouble(
        FailureKind.MODEL_UNAVAILABLE,
        "The hosted API doesn't offer {title} any more. Choose another model."
        f" {_HOST} name another provider or an endpoint of their own.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Trouble(
        FailureKind.BUSY,
        "The hosted API takes no more requests from Easel just now. Try again {when}.",
        passes=True,
        of_model=False,
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Trouble(
        FailureKind.BUSY,
        "The hosted API is only just starting {title}, or has too much to do. Try again {when}.",
        passes=True,
    ),
    HTTPStatus.REQUEST_TIMEOUT: _SLOW,
    HTTPStatus.GATEWAY_TIMEOUT: _SLOW,
}
_BAD_REQUEST = Trouble(
    FailureKind.REFUSED,
    "The hosted API refused this request. Try other words, another size, or fewer steps.",
    of_model=False,
)
_BROKEN = Trouble(
    FailureKind.BUSY,
    "The hosted API can't paint just now. Try again {when}.",
    passes=True,
)
_UNREACHABLE = Trouble(
    FailureKind.BUSY,
    f"The hosted API can't be reached. Try again {{when}}; {_OR_HOST} look at the log.",
    passes=True,
)
_NOT_OFFERED = Trouble(
    FailureKind.MODEL_UNAVAILABLE,
    "No provider of the hosted API offers {title} at present. Choose another model."
    f" {_HOST} name another provider or an endpoint of their own.",
)
_TIMED_OUT = Trouble(
    FailureKind.TIMED_OUT,
    "The hosted API took too long. Try again later, or with fewer steps.",
    passes=True,
)
_NO_PICTURE = Trouble(
    FailureKind.BAD_PICTURE,
    "The hosted API answered with something that is no picture. Try again {when};"
    f" {_OR_HOST} check the address of the endpoint.",
)
_BAD_PICTURE = Trouble(
    FailureKind.BAD_PICTURE,
    "The hosted API answered with a picture that can't be shown. Try again, or try other words.",
    of_model=False,
)
_INTERNAL = Trouble(
    FailureKind.INTERNAL,
    "Something went wrong inside Easel. Try again; whoever runs Easel finds the reason in its log.",
    of_model=False,
)


def diagnose(error: BaseException) -> Trouble:
    """What an error means."""
    if httpx2.ConnectTimeout in (type(error), type(error.__cause__)):
        return _UNREACHABLE
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return _TIMED_OUT
    if isinstance(error, HfHubHTTPError | httpx2.HTTPStatusError):
        return _by_status(error.response.status_code if error.response is not None else 0)
    if isinstance(error, httpx2.HTTPError | ConnectionError):
        return _UNREACHABLE
    if isinstance(error, PictureRefused):
        return _BAD_PICTURE
    if isinstance(error, NoPicture) or type(error).__module__.startswith("PIL"):
        return _NO_PICTURE
    if isinstance(error, NotServed) or _is_lookup(error):
        return _NOT_OFFERED
    if isinstance(error, ValueError | KeyError | IndexError):
        return _NO_PICTURE  # an answer of a shape that huggingface_hub doesn't expect
    return _INTERNAL


def resting(spec: ModelSpec, failures: int, rest_s: float, reason: str) -> Failed:
    """A model that is left alone for a while, since it has failed so often; the last `reason`."""
    message = (
        f"{spec.title} came to nothing {failures} times in a row, so Easel leaves it alone for"
        f" now. Try again {when(rest_s)}, or choose another model. The last time: {reason}"
    )
    return Failed(FailureKind.BUSY, message, "not asked: it failed too often")


def asked_pause(error: BaseException) -> float | None:
    """How long the remote host wants to be left alone (seconds), if it said so."""
    if not isinstance(error, HfHubHTTPError | httpx2.HTTPStatusError) or error.response is None:
        return None
    return wanted_pause(error.response.headers)


def when(seconds: float | None) -> str:
    """A time to try again, as roughly as it is known."""
    if seconds is None:
        return _SOON
    if seconds <= 90:
        return "in a minute or two"
    minutes = math.ceil(seconds / 60)
    return f"in about {minutes} minutes" if minutes <= 90 else f"in about {round(minutes / 60)} h"


def _by_status(status: int) -> Trouble:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _BAD_REQUEST
    return _BROKEN


def _is_lookup(error: BaseException) -> bool:
    """Whether huggingface_hub complains about who offers a model, rather than about an answer."""
    phrases = ("StopIteration", "not supported", "doesn't support", "provider mapping")
    return isinstance(error, RuntimeError | ValueError) and any(
        phrase in str(error) for phrase in phrases
    )
