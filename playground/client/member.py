"""A person: what they do in Discord's client, on the lines that Connection keeps."""

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any

from playground.client.connection import TIMEOUT_S, Connection
from playground.client.interaction import Interaction
from playground.client.parts import (
    InteractionFailed,
    Json,
    Upload,
    command_options,
    find_component,
    walk,
)

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
#: The type of commands in the menu of a message.
_ON_MESSAGE = 3


class Member(Connection):
    """One person of the playground: `await Member.connect(base_url, index)`."""

    def __init__(self, base_url: str, state: Json, index: int) -> None:
        """Not yet connected: use `connect`."""
        super().__init__(base_url, state, index)
        account = state["users"][index]
        self.id: str = account["id"]
        self.username: str = account["username"]
        self.dm_channel_id: str = account["dm_channel_id"]
        self.application_id: str = state["application_id"]
        self.guilds: list[Json] = state["guilds"]
        # Snowflakes, as Discord's client has them: no two sessions of a person use the same.
        self._nonces = itertools.count(time.time_ns() // 1_000_000 << 22)

    # --- where things are ---

    def channel(self, name: str, guild: int = 0) -> str:
        """The id of a guild's channel by its name."""
        for channel in self.guilds[guild]["channels"]:
            if channel["name"] == name:
                return channel["id"]
        raise LookupError(f"There is no channel #{name}.")

    def guild_of(self, channel_id: str) -> str | None:
        """The guild a channel is in, None for a DM."""
        for guild in self.guilds:
            if any(channel["id"] == channel_id for channel in guild["channels"]):
                return guild["id"]
        return None

    # --- commands, components, forms ---

    async def commands(self, channel_id: str) -> list[Json]:
        """The commands offered in a channel, as declared."""
        index = await self.api("GET", f"/channels/{channel_id}/application-command-index")
        return index["application_commands"]

    async def command(self, name: str, channel_id: str, /, **options: Any) -> Interaction:
        """Use a slash command: "imagine", or with subcommands "settings model set".

        The options' types are looked up in the command's declaration; an Upload goes to an option
        of type attachment. Raises LookupError for a command or option that is not offered, Refused
        for a value that does not fit.
        """
        data, uploads = await self._command_data(name, channel_id, options)
        return await self._interact(COMMAND, channel_id, data, uploads)

    async def use_on(self, name: str, message: Json) -> Interaction:
        """Use a command of a message's menu: Apps → name. Raises LookupError if not offered."""
        offered = await self.commands(message["channel_id"])
        kind = [each for each in offered if (each["name"], each["type"]) == (name, _ON_MESSAGE)]
        if not kind:
            raise LookupError(f"The menu of messages has no {name!r} here.")
        data = {key: kind[0][key] for key in ("id", "name", "type", "version")}
        data |= {"target_id": message["id"], "options": [], "attachments": []}
        return await self._interact(COMMAND, message["channel_id"], data)

    async def autocomplete(
        self,
        name: str,
        channel_id: str,
        focused: str,
        timeout: float = TIMEOUT_S,
        /,
        **options: Any,
    ) -> list[Json]:
        """The choices offered while the option `focused` (whose value is typed so far) is typed."""
        data, _ = await self._command_data(name, channel_id, options, focused)
        typed = await self._interact(AUTOCOMPLETE, channel_id, data)
        event = await self.wait_for(
            lambda e: (
                e.data.get("nonce") == typed.nonce
                and e.name in ("APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE", "INTERACTION_FAILURE")
            ),
            timeout,
        )
        if event.name == "INTERACTION_FAILURE":
            raise InteractionFailed(f"reason {event.data['reason_code']}")
        return event.data["choices"]

    async def press(
        self, message: Json, component: str, values: Sequence[str] | None = None
    ) -> Interaction:
        """Use a component of a message, named by its custom_id, its label or its placeholder."""
        found = find_component(message, component)
        data: Json = {"component_type": found["type"], "custom_id": found["custom_id"]}
        if values is not None:
            data["values"] = list(values)
        return await self._interact(COMPONENT, message["channel_id"], data, message=message)

    async def submit_modal(self, modal: Json, /, **values: Any) -> Interaction:
        """Send a form, its fields by custom_id (a list for selects); the others go as preset."""
        fields = []
        for component in walk(modal["components"]):
            custom_id = component.get("custom_id")
            if custom_id is None:
                continue
            value = values.pop(custom_id, component.get("value", ""))
            key = "values" if isinstance(value, list) else "value"
            fields.append({"type": component["type"], "custom_id": custom_id, key: value})
        if values:
            raise LookupError(f"The form has no fields {sorted(values)}.")
        data = {"id": modal["id"], "custom_id": modal["custom_id"], "components": fields}
        return await self._interact(MODAL_SUBMIT, modal["channel_id"], data)

    # --- messages ---

    async def messages(self, channel_id: str, limit: int = 50) -> list[Json]:
        """A channel's latest messages, newest first."""
        return await self.api("GET", f"/channels/{channel_id}/messages?limit={limit}")

    async def message(self, channel_id: str, message_id: str) -> Json:
        """One message as it is now."""
        return await self.api("GET", f"/channels/{channel_id}/messages/{message_id}")

    async def say(self, channel_id: str, content: str, *uploads: Upload, **fields: Any) -> Json:
        """Post a message."""
        body = {"content": content, "nonce": self._nonce(), **fields}
        path = f"/channels/{channel_id}/messages"
        return await self.api("POST", path, body, dict(enumerate(uploads)))

    # --- inside ---

    def _nonce(self) -> str:
        return str(next(self._nonces))

    async def _interact(
        self,
        kind: int,
        channel_id: str,
        data: Json,
        uploads: Mapping[int, Upload] | None = None,
        *,
        message: Json | None = None,
    ) -> Interaction:
        nonce = self._nonce()
        body: Json = {
            "type": kind,
            "application_id": self.application_id,
            "channel_id": channel_id,
            "session_id": self.ready["session_id"],
            "nonce": nonce,
            "data": data,
        }
        guild_id = self.guild_of(channel_id)
        if guild_id is not None:
            body["guild_id"] = guild_id
        if message is not None:
            body |= {"message_id": message["id"], "message_flags": message["flags"]}
        mark = self.mark()
        await self.api("POST", "/interactions", body, uploads)
        return Interaction(self, nonce, message["id"] if message else None, mark)

    async def _command_data(
        self, name: str, channel_id: str, options: Mapping[str, Any], focused: str | None = None
    ) -> tuple[Json, dict[int, Upload]]:
        first, *below = name.split()
        offered = {each["name"]: each for each in await self.commands(channel_id)}
        if first not in offered:
            raise LookupError(f"/{first} is not offered here.")
        command = offered[first]
        uploads: dict[int, Upload] = {}
        data: Json = {
            "id": command["id"],
            "name": command["name"],
            "type": command["type"],
            "version": command["version"],
            "options": command_options(command, below, options, focused, uploads),
            "attachments": [
                {"id": str(index), "filename": upload.filename} for index, upload in uploads.items()
            ],
        }
        return data, uploads
