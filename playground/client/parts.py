"""What the client works with: events, files, refusals, and where in a message things are."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

LOADING = 1 << 7

Json = dict[str, Any]


class Refused(Exception):
    """The server refused a request; `status`, Discord's `code`, and the whole `body`."""

    def __init__(self, status: int, body: Any) -> None:
        """Keep the answer."""
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.code = body.get("code") if isinstance(body, dict) else None


class InteractionFailed(Exception):
    """The bot did not acknowledge an interaction ("The application did not respond")."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the gateway."""

    name: str
    data: Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send along: for an option of type attachment, or in a message."""

    filename: str
    data: bytes = field(repr=False)


Predicate = Callable[[Event], bool]


def pictures(message: Json) -> list[str]:
    """The URLs of all pictures a message shows, as attachments, in embeds or in components."""
    shown = [
        attachment["url"]
        for attachment in message["attachments"]
        if attachment.get("content_type", "").startswith("image/")
    ]
    shown += [embed["image"]["url"] for embed in message["embeds"] if embed.get("image")]
    for component in walk(message["components"]):
        shown += [item["media"]["url"] for item in component.get("items") or []]
    return shown


def find_component(message: Json, name: str) -> Json:
    """A message's component by its custom_id, its label or its placeholder; LookupError if none."""
    with_id = [c for c in walk(message["components"]) if "custom_id" in c]
    for key in ("custom_id", "label", "placeholder"):
        for component in with_id:
            if component.get(key) == name:
                return component
    known = [component.get("label") or component["custom_id"] for component in with_id]
    raise LookupError(f"No component is called {name!r}; there are {known}.")


def walk(components: list[Json]) -> list[Json]:
    """All components, however deep they lie."""
    found = []
    for component in components:
        found.append(component)
        found += walk(component.get("components") or [])
        inner = [component[key] for key in ("component", "accessory") if component.get(key)]
        found += walk(inner)
    return found


def command_options(
    declared: Json,
    below: list[str],
    values: Mapping[str, Any],
    focused: str | None,
    uploads: dict[int, Upload],
) -> list[Json]:
    """The options of a submission, nested below the subcommands' names."""
    by_name = {option["name"]: option for option in declared.get("options") or []}
    if below:
        step = by_name[below[0]]
        inner = command_options(step, below[1:], values, focused, uploads)
        return [{"type": step["type"], "name": step["name"], "options": inner}]
    made = []
    for name, value in values.items():
        if name not in by_name:
            raise LookupError(f"/{declared['name']} has no option {name!r}; it has {[*by_name]}.")
        option: Json = {"type": by_name[name]["type"], "name": name, "value": value}
        if isinstance(value, Upload):
            option["value"] = len(uploads)
            uploads[len(uploads)] = value
        if name == focused:
            option["focused"] = True
        made.append(option)
    return made


def multipart(body: Any, uploads: Mapping[int, Upload]) -> aiohttp.FormData:
    """A body with files, as Discord takes it."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    for index, upload in uploads.items():
        form.add_field(f"files[{index}]", io.BytesIO(upload.data), filename=upload.filename)
    return form
