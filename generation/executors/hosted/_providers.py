"""Which of Hugging Face's providers paints with a model: the hub knows it, and is asked once."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from generation.catalog import ModelSpec

if TYPE_CHECKING:
    from huggingface_hub.hf_api import InferenceProviderMapping

_TASK = "text-to-image"


class NotServed(Exception):
    """No provider paints with that model. str() says so, for the log."""


class Providers:
    """What the hub said of each model, kept until it turns out to be wrong."""

    def __init__(
        self, wanted: str, ask: Callable[[str], Awaitable[Sequence["InferenceProviderMapping"]]]
    ) -> None:
        """`wanted` is a provider's name, or auto, for entries that name none.

        `ask` asks the hub for the offers of a repo.
        """
        self._wanted = wanted
        self._ask = ask
        self._known: dict[str, InferenceProviderMapping] = {}  # by the entry's name

    async def of(self, spec: ModelSpec) -> "InferenceProviderMapping":
        """The provider's offer. Raises NotServed, and what huggingface_hub raises."""
        if spec.name not in self._known:
            wanted = spec.provider or self._wanted
            offer = _choose(await self._ask(spec.repo), wanted)
            if offer is None:
                whom = "any provider" if wanted == "auto" else wanted
                raise NotServed(f"{spec.repo} is not offered by {whom}")
            self._known[spec.name] = offer
        return self._known[spec.name]

    def forget(self, spec: ModelSpec) -> None:
        """It was wrong: the next job asks again."""
        self._known.pop(spec.name, None)


def _choose(
    offers: Sequence["InferenceProviderMapping"], wanted: str
) -> "InferenceProviderMapping | None":
    """The first, in the order of the token's owner, that works and that the library can ask."""
    from huggingface_hub.inference._providers import PROVIDERS

    possible = [
        offer
        for offer in offers
        if offer.task == _TASK
        and _TASK in PROVIDERS.get(offer.provider, {})
        and wanted in ("auto", offer.provider)
    ]
    # One that failed the hub's own check may work all the same.
    return min(possible, key=lambda offer: offer.status != "live", default=None)
