"""What the scores of many pictures say of each model."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from ._attempt import Attempt


@dataclass(frozen=True, slots=True)
class Standing:
    """A model against the others."""

    model: str
    asked: int  # prompts
    painted: int  # pictures that were scored
    mean: float | None = None  # of the scores
    median: float | None = None  # of the scores
    wins: float | None = None  # share of prompts; None where no other model painted one of its own
    seconds: float | None = None  # a picture, the median


def standings(attempts: Sequence[Attempt]) -> list[Standing]:
    """One a model, in the order they were painted."""
    won = _won(attempts)
    return [
        _standing([each for each in attempts if each.model == model], won)
        for model in dict.fromkeys(each.model for each in attempts)
    ]


def best_of(attempts: Sequence[Attempt]) -> dict[int, list[str]]:
    """The models with the highest score, by prompt, of those that two models painted."""
    by_prompt: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for each in attempts:
        if each.scored is not None:
            by_prompt[each.number].append((each.scored.value, each.model))
    return {
        number: [model for value, model in found if value == max(found)[0]]
        for number, found in by_prompt.items()
        if len(found) > 1
    }


def _won(attempts: Sequence[Attempt]) -> dict[tuple[int, str], float]:
    """A share of each prompt's win: those who are level halve it."""
    return {
        (number, model): 1 / len(models)
        for number, models in best_of(attempts).items()
        for model in models
    }


def _standing(own: Sequence[Attempt], won: dict[tuple[int, str], float]) -> Standing:
    model = own[0].model
    scored = [each for each in own if each.scored is not None]
    if not scored:
        return Standing(model, len(own), 0)
    values = [each.scored.value for each in scored if each.scored is not None]
    seconds = [each.seconds for each in scored if each.seconds is not None]
    contested = {number for number, _ in won} & {each.number for each in scored}
    wins = sum(won.get((number, model), 0.0) for number in contested)
    return Standing(
        model,
        asked=len(own),
        painted=len(scored),
        mean=fmean(values),
        median=median(values),
        wins=wins / len(contested) if contested else None,
        seconds=median(seconds) if seconds else None,
    )
