"""Whether a model is painted by any provider, asked when Easel starts."""

import logging
from http import HTTPStatus

from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from generation.catalog import ModelSpec

from ._providers import NotServed, Providers
from ._token import NEEDS_ACCESS

log = logging.getLogger(__name__)

_REMEDY = (
    "Name another provider as EASEL_HOSTED_PROVIDER, or an endpoint of your own as"
    " EASEL_HOSTED_ENDPOINT, or choose another model."
)
_BAD_CREDENTIALS = (
    "Hugging Face does not take the token. Put a valid one into HF_TOKEN:"
    " https://huggingface.co/settings/tokens."
)


async def why_unserved(spec: ModelSpec, providers: Providers, token: str | None) -> str | None:
    """Why nobody paints with it, and the remedy; None where somebody does, or nobody knows."""
    if token is None:
        return NEEDS_ACCESS
    try:
        await providers.of(spec)
    except NotServed as error:
        return f"{error}. {_REMEDY}"
    except HfHubHTTPError as error:
        status = error.response.status_code
        # The hub answers 401 where there is no such repo, and where it may not be seen.
        if isinstance(error, RepositoryNotFoundError) or status == HTTPStatus.NOT_FOUND:
            return f"The hub has no {spec.repo}, or not for this token. Check the model's entry."
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return _BAD_CREDENTIALS
        return _unknown(spec, error, token)
    except Exception as error:  # whatever a network, or an answer of another shape, brings up
        return _unknown(spec, error, token)
    return None


def _unknown(spec: ModelSpec, error: Exception, token: str | None) -> None:
    reason = f"{type(error).__name__}: {error}"[:500]
    log.warning(
        "Whether a provider paints with %s can't be asked of the hub now. It is offered, and the"
        " hub is asked again with its first job. (%s)",
        *(spec.name, reason.replace(token, "(token)") if token else reason),
    )
