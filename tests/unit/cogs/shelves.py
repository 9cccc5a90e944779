"""A studio with models to choose from, for tests of what shows them."""

from collections.abc import Mapping
from unittest import mock

from bot.studio import Studio
from generation.catalog import Catalog, ModelSpec
from generation.states import ModelStates, Standing, State
from generation.timings import Timings
from tests.support.jobs import CATALOG, DEMO, LORAS

#: An entry that is as long as an entry may be, with characters that are escaped.
LONGEST = DEMO.model_copy(
    update={
        "title": "*" * 60,
        "description": "_" * 100,
        "sizes": CATALOG["sdxl"].sizes * 9,
        "offers": (LORAS[0].model_copy(update={"title": "*" * 60}),) * 40,
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
    withheld: Mapping[str, str] | None = None,
    seconds: float | None = None,
    standing: Standing | None = None,
) -> mock.Mock:
    """One that has measured `seconds`, and whose models stand alike."""
    found = mock.create_autospec(Studio, instance=True)
    found.whole_catalog = whole or offered
    missing = [name for name in found.whole_catalog if name not in offered]
    withheld = withheld or dict.fromkeys(missing, "it is not to be had")
    found.catalog = Catalog(offered, withheld=withheld)
    found.default_model = default or next(iter(offered.values()))
    found.states = mock.create_autospec(ModelStates, instance=True)
    found.states.of.return_value = standing or Standing(State.IDLE)
    found.timings = mock.create_autospec(Timings, instance=True)
    found.timings.usual.return_value = seconds
    found.device_of.return_value = "CPU"
    return found
