"""The tree of components: walking it, finding in it, and what Discord adds to it."""

from collections.abc import Iterator
from typing import Any

from playground.components.kinds import (
    CHECKBOX_GROUP,
    CONTAINER,
    FILE,
    FILE_UPLOAD,
    SELECTS,
    SEPARATOR,
    THUMBNAIL,
    Component,
)
from playground.errors import Path

_CHOSEN = {"min_values": 1, "max_values": 1}
# What a component says that did not say it.
_DEFAULTS: dict[int, dict[str, Any]] = {
    **dict.fromkeys((*SELECTS, FILE_UPLOAD), _CHOSEN),
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"spoiler": False, "name": None, "size": None},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
}


def walk(components: list[Component], path: Path = ()) -> Iterator[tuple[Path, Component]]:
    """Every component with its path, the outer before the inner."""
    for index, component in enumerate(components):
        if isinstance(component, dict):
            yield from _walk_one(component, (*path, index))


def _walk_one(component: Component, here: Path) -> Iterator[tuple[Path, Component]]:
    yield here, component
    if isinstance(component.get("components"), list):
        yield from walk(component["components"], (*here, "components"))
    for key in ("accessory", "component"):
        inner = component.get(key)
        if isinstance(inner, dict):
            yield from _walk_one(inner, (*here, key))


def find(components: list[Component], custom_id: str) -> Component | None:
    """The component with a custom_id."""
    for _, component in walk(components):
        if component.get("custom_id") == custom_id:
            return component
    return None


def numbered(components: list[Component]) -> list[Component]:
    """A copy in which every component has an `id`, unique in it, and its kind's defaults."""
    taken = {c["id"] for _, c in walk(components) if c.get("id")}
    fresh = (number for number in range(1, 10_000) if number not in taken)

    def copy(component: Component) -> Component:
        made = without_nulls(component)
        if not made.get("id"):
            made["id"] = next(fresh)
        if isinstance(made.get("components"), list):
            made["components"] = [copy(each) for each in made["components"]]
        for key in ("accessory", "component"):
            if isinstance(made.get(key), dict):
                made[key] = copy(made[key])
        made = {**_DEFAULTS.get(made.get("type", 0), {}), **made}
        if made.get("type") == CHECKBOX_GROUP:
            made = {"min_values": 1, "max_values": len(made.get("options") or ()), **made}
        if isinstance(made.get("items"), list):
            made["items"] = [{"description": None, "spoiler": False, **i} for i in made["items"]]
        return made

    return [copy(each) for each in components]


def without_nulls(node: Any) -> Any:
    """A copy without the fields that were sent as null, at any depth: Discord leaves them out."""
    if isinstance(node, list):
        return [without_nulls(each) for each in node]
    if isinstance(node, dict):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    return node
