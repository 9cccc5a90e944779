"""An interaction as the member who started it sees it."""

from collections.abc import Callable
from typing import Any

from playground.client.connection import TIMEOUT_S, Connection
from playground.client.parts import LOADING, Event, InteractionFailed, Json, pictures


class Interaction:
    """What the member started, and what the bot makes of it. Follows the gateway's events."""

    def __init__(self, member: Connection, nonce: str, source_id: str | None, mark: int) -> None:
        """Made by Member; the bot's side of it arrives as events."""
        self.nonce = nonce
        self._member = member
        self._source_id = source_id  # the message whose component was used
        self._mark = mark  # the events before this one are older than the interaction

    async def id(self, timeout: float = TIMEOUT_S) -> str:
        """The interaction's id, which `interaction_metadata` of its answers carries."""
        event = await self._named("INTERACTION_CREATE", timeout)
        return event.data["id"]

    async def acknowledged(self, timeout: float = TIMEOUT_S) -> None:
        """Return once the bot has acknowledged; raises InteractionFailed if it did not in time."""
        event = await self._member.wait_for(
            lambda e: (
                e.name in ("INTERACTION_SUCCESS", "INTERACTION_FAILURE")
                and e.data["nonce"] == self.nonce
            ),
            timeout,
        )
        if event.name == "INTERACTION_FAILURE":
            raise InteractionFailed(f"reason {event.data['reason_code']}")

    async def response(self, timeout: float = TIMEOUT_S) -> Json:
        """The first answer that is more than "thinking…"."""
        return await self.message(lambda m: not m["flags"] & LOADING, timeout)

    async def picture(self, timeout: float = TIMEOUT_S) -> Json:
        """The answer once it shows a picture: an attachment, or an image inside an embed."""
        return await self.message(pictures, timeout)

    async def message(
        self, until: Callable[[Json], Any] = lambda _: True, timeout: float = TIMEOUT_S
    ) -> Json:
        """The first state of any message answering this interaction for which `until` holds.

        Raises InteractionFailed as soon as the interaction failed, TimeoutError after `timeout`.
        """
        identifier = await self.id(timeout)

        def matches(event: Event) -> bool:
            if event.name == "INTERACTION_FAILURE":
                return event.data["nonce"] == self.nonce
            if event.name not in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
                return False
            about = event.data.get("interaction_metadata") or {}
            return about.get("id") == identifier and bool(until(event.data))

        event = await self._member.wait_for(matches, timeout, since=self._mark)
        if event.name == "INTERACTION_FAILURE":
            raise InteractionFailed(f"reason {event.data['reason_code']}")
        return event.data

    async def update(self, timeout: float = TIMEOUT_S) -> Json:
        """The next state of the message whose component was used."""
        event = await self._member.wait_for(
            lambda e: e.name == "MESSAGE_UPDATE" and e.data["id"] == self._source_id,
            timeout,
            since=self._mark,
        )
        return event.data

    async def modal(self, timeout: float = TIMEOUT_S) -> Json:
        """The form the bot answered with: give it to `Member.submit_modal`."""
        return (await self._named("INTERACTION_MODAL_CREATE", timeout)).data

    def messages(self) -> list[Json]:
        """The latest known state of all messages answering this interaction, oldest first."""
        latest: dict[str, Json] = {}
        identifier = None
        for event in self._member.events[self._mark :]:
            if event.name == "INTERACTION_CREATE" and event.data["nonce"] == self.nonce:
                identifier = event.data["id"]
            about = event.data.get("interaction_metadata") or {}
            if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE") and about.get("id") == identifier:
                latest[event.data["id"]] = event.data
            elif event.name == "MESSAGE_DELETE":
                latest.pop(event.data["id"], None)
        return list(latest.values())

    async def _named(self, name: str, timeout: float) -> Event:
        return await self._member.wait_for(
            lambda e: e.name == name and e.data.get("nonce") == self.nonce, timeout
        )
