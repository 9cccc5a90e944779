"""A studio with models to choose from, for tests of what shows them."""

from collections.abc import Collection
from unittest import mock

from bot.studio import Studio
from generation.catalog import Catalog, ModelSpec
from generation.states import ModelStates, Standing, State
from generation.timings import Timings
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO

#: An entry that is as long as an entry may be, with characters that are escaped.
LONGEST = DEMO.model_copy(
    update={
        "title": "*" * 60,
        "description": "_" * 100,
        "sizes": CATALOG["sdxl"].sizes * 9,
        "licence": DEMO.licence.model_copy(
            update={"name": "*" * 60, "link": "https://" + "x" * 280}
        ),
    }
)


def many(count: int) -> Catalog:
    """So many of the longest entries."""
    names = [f"model-{number:02}-{'x' * 20}" for number in range(count)]
    return Catalog({name: LONGEST.model_copy(update={"name": name}) for name in names})


def studio(
    offered: Catalog,
    *,
    default: ModelSpec | None = None,
    whole: Catalog | None = None,
    executors: Collection[str] = ("local",),
    seconds: float | None = None,
    standing: Standing | None = None,
) -> mock.Mock:
    """One that has measured `seconds`, and whose models stand alike."""
    found = mock.create_autospec(Studio, instance=True)
    found.catalog, found.whole_catalog = offered, whole or offered
    found.default_model = default or next(iter(offered.values()))
    found.executors = tuple(mock.create_autospec(ScriptedExecutor) for _ in executors)
    for executor, name in zip(found.executors, executors, strict=True):
        executor.name = name
    found.states = mock.create_autospec(ModelStates, instance=True)
    found.states.of.return_value = standing or Standing(State.IDLE)
    found.timings = mock.create_autospec(Timings, instance=True)
    found.timings.usual.return_value = seconds
    found.device_of.return_value = "CPU"
    return found
