"""What the rules of all kinds work with while one body's components are inspected."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from playground import fields
from playground.components.kinds import KEYS, OPTION_KEYS, Component
from playground.errors import FormErrors, Path, shown

MAX_ID = 2**31 - 1


@dataclass(slots=True)
class Inspection:
    """One body's components under inspection; faults go to `form`."""

    form: FormErrors
    in_modal: bool = False
    lenient: bool = False  # pass over keys that are not known
    files: Collection[str] = ()  # the names that `attachment://` may mean
    count: int = 0
    displayed: int = 0  # characters in all text displays
    _custom_ids: set[str] = field(default_factory=set)
    _ids: set[int] = field(default_factory=set)

    def keys(self, path: Path, thing: dict[str, Any], known: Collection[str]) -> None:
        """Note keys that mean nothing here."""
        if not self.lenient:
            fields.keys(self.form, path, thing, known)

    def identity(self, path: Path, component: Component) -> None:
        """Check what every kind has: its keys, its `id`, and that its custom_id is its own."""
        self.count += 1
        self.keys(path, component, ("type", "id", *KEYS[component["type"]]))
        number, custom_id = component.get("id"), component.get("custom_id")
        self.form.integer((*path, "id"), number, 0, MAX_ID)
        if isinstance(number, int) and number:
            if number in self._ids:
                message = "Component id cannot be duplicated"
                self.form.add((*path, "id"), "COMPONENT_ID_DUPLICATED", message)
            self._ids.add(number)
        if isinstance(custom_id, str):
            if custom_id in self._custom_ids:
                message = "Component custom id cannot be duplicated"
                self.form.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
            self._custom_ids.add(custom_id)

    def members(self, path: Path, value: Any, low: int, high: int) -> list[dict[str, Any]]:
        """A list of low..high objects that has to be there; [] where something is wrong."""
        if value is None:
            self.form.required(path)
            return []
        return self.form.objects(path, value, low, high)

    def options(
        self, path: Path, component: Component, low: int, high: int, extra: tuple[str, ...] = ()
    ) -> list[dict[str, Any]]:
        """Check the options of a select, radio group or checkbox group; the well-formed ones."""
        form = self.form
        options = self.members((*path, "options"), component.get("options"), low, high)
        values: set[str] = set()
        for index, option in enumerate(options):
            here = (*path, "options", index)
            self.keys(here, option, (*OPTION_KEYS, *extra))
            form.text((*here, "label"), option.get("label"), 1, 100)
            form.text((*here, "value"), option.get("value"), 1, 100)
            form.text((*here, "description"), option.get("description"), 0, 100)
            fields.flag(form, (*here, "default"), option.get("default"))
            value = shown(option.get("value"))
            if value in values:
                message = "The specified option value is already used"
                form.add(here, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
            values.add(value)
        return options

    def amounts(self, path: Path, component: Component, high: int, unset: int = 1) -> int:
        """Check `min_values` and `max_values`; how many may be chosen (`unset` where not said)."""
        form = self.form
        low, most = component.get("min_values"), component.get("max_values")
        form.integer((*path, "min_values"), low, 0, high)
        form.integer((*path, "max_values"), most, 1, high)
        allowed = most if fields.is_number(most) and 1 <= most <= high else unset
        if fields.is_number(low) and low > allowed:
            message = f"min_values must be equal to or less than {allowed}"
            form.add((*path, "min_values"), "NUMBER_TYPE_MAX", message)
        if self.in_modal and low == 0 and component.get("required") is not False:
            message = "min_values must be 1 or more, or left out, where required is true"
            form.add((*path, "min_values"), "NUMBER_TYPE_MIN", message)
        return int(allowed)

    def too_many_defaults(self, path: Path, count: int, allowed: int) -> None:
        """Note more preset values than may be chosen."""
        if count > allowed:
            message = "The specified number of default values exceeds the specified maximum values"
            self.form.add(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message)
