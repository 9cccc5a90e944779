"""What an entry takes from the one it is based on."""

from ._files import Fields, Tables, entry_table
from ._mistakes import Mistake, did_you_mean

# What an entry says for itself, never its base.
_OWN = {"title", "also", "description", "hidden", "default_on", "base"}
# Another repo has other commits and other files, and others who paint with it.
_OF_REPO = {"revision", "variant", "provider", "endpoint"}
# Weights that somebody else made, under their own terms.
_OTHERS_WORK = {"repo", "checkpoint"}


class BaseWrong(Exception):
    """An entry, or one that it is based on, can't be completed."""

    def __init__(self, mistake: Mistake) -> None:
        """Keep where and why."""
        super().__init__(str(mistake))
        self.mistake = mistake


def resolve(name: str, tables: Tables, seen: tuple[str, ...] = ()) -> Fields:
    """The entry, with what it leaves out taken from its base. Raises BaseWrong."""
    fields = tables.entries[name]
    base = fields.get("base")
    if base is None:
        return fields

    def wrong(field: str, said: str, entry: str = name) -> BaseWrong:
        return BaseWrong(tables.mistake(entry_table(entry), field, said))

    if not isinstance(base, str) or base not in tables.entries:
        hint = did_you_mean(base, [other for other in tables.entries if other != name])
        raise wrong("base", f"there is no model {base}.{hint}")
    way = (*seen, name)
    if base in way:
        circle = way[way.index(base) :]
        first = circle.index(min(circle))  # whichever entry led here, it is told of once
        circle = (*circle[first:], *circle[: first + 1])
        raise wrong("base", f"{' → '.join(circle)} goes round in a circle", circle[0])
    if fields.keys() & _OTHERS_WORK and "licence" not in fields:
        raise wrong(
            "licence",
            f"its weights are not those of {base}, so say which they have, as in"
            ' licence = { name = "…", link = "…", commercial = false }',
        )
    own = _OWN | _OF_REPO if "repo" in fields else _OWN
    inherited = resolve(base, tables, way)
    return {**{key: value for key, value in inherited.items() if key not in own}, **fields}


def lineage(name: str, tables: Tables) -> dict[str, str | None]:
    """An entry that can be resolved, and all that it is based on, each with its pipeline."""
    found: dict[str, str | None] = {}
    following: str | None = name
    while following is not None:
        found[following] = resolve(following, tables).get("pipeline")
        following = tables.entries[following].get("base")
    return found
