"""Interactions: from a person's click to the bot's answer, with Discord's deadlines.

Acknowledged within three seconds, once; then the token is good for fifteen minutes of edits and
follow-ups.
"""

import asyncio
import logging
import secrets
from typing import Any

from playground import errors
from playground.clock import Clock
from playground.errors import ApiError
from playground.gateway import Gateway
from playground.interactions.installs import Owners
from playground.interactions.interaction import Callback, Failure, Interaction, Kind
from playground.limits import file_limit
from playground.messages.board import Board
from playground.payloads.interactions import interaction_create
from playground.snowflake import Snowflakes
from playground.world import Channel, Message, User, World

log = logging.getLogger(__name__)

ACKNOWLEDGE_WITHIN_S = 3.0
TOKEN_LIFETIME_S = 15 * 60.0
# How long a dead token is still known as such (401/50027) before it is forgotten.
REMEMBERED_S = 24 * 3600.0


class Interactions:
    """The interactions of the last hours."""

    def __init__(
        self, world: World, clock: Clock, ids: Snowflakes, gateway: Gateway, board: Board
    ) -> None:
        """None yet."""
        self._world = world
        self._clock = clock
        self._ids = ids
        self._gateway = gateway
        self._board = board
        self._by_token: dict[str, Interaction] = {}
        self._by_id: dict[int, Interaction] = {}
        self._deadlines: dict[int, asyncio.Task[None]] = {}

    def begin(
        self,
        kind: Kind,
        user: User,
        channel: Channel,
        data: dict[str, Any],
        nonce: str | None,
        owners: Owners,
        *,
        message: Message | None = None,
        origin: Interaction | None = None,
    ) -> Interaction:
        """Send an interaction to the bot and start its clock."""
        identifier = self._ids.next()
        interaction = Interaction(
            id=identifier,
            token=f"aW50ZXJhY3Rpb246{secrets.token_urlsafe(96)}",
            kind=kind,
            user=user,
            channel=channel,
            data=data,
            nonce=nonce,
            created_at=self._clock.now(),
            owners=owners,
            message=message,
            origin=origin,
        )
        self._forget_old()
        self._by_token[interaction.token] = interaction
        self._by_id[identifier] = interaction
        if kind is not Kind.AUTOCOMPLETE:
            self.tell(interaction, "INTERACTION_CREATE")
        if not self._gateway.bot_resumable:
            self._fail(interaction, Failure.UNKNOWN)
            return interaction
        payload = interaction_create(self._world, interaction, self._board.writer)
        self._gateway.to_bot("INTERACTION_CREATE", payload, channel.guild_id)
        self._deadlines[identifier] = asyncio.create_task(
            self._expire(interaction), name=f"interaction {identifier}"
        )
        return interaction

    def to_acknowledge(self, interaction_id: int, token: str) -> Interaction:
        """The interaction a callback is for: 10062 if unknown or late, 40060 the second time."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or not secrets.compare_digest(
            interaction.token.encode(), token.encode()
        ):
            raise ApiError(errors.UNKNOWN_INTERACTION)
        if interaction.answer is not None:
            raise ApiError(errors.ALREADY_ACKNOWLEDGED)
        self._world.channel(interaction.channel.id)  # refuses if it was deleted (10003)
        age = self._clock.now() - interaction.created_at
        if interaction.failed or age > ACKNOWLEDGE_WITHIN_S:
            raise ApiError(errors.UNKNOWN_INTERACTION)
        return interaction

    def by_token(self, token: str) -> Interaction:
        """The acknowledged interaction a webhook call is for.

        401/50027 once the token has died, 404/10015 where there was no answer yet.
        """
        interaction = self._by_token.get(token)
        if interaction is None:
            raise ApiError(errors.UNKNOWN_WEBHOOK)
        if self._clock.now() - interaction.created_at > TOKEN_LIFETIME_S:
            raise ApiError(errors.INVALID_WEBHOOK_TOKEN)
        if interaction.answer is None:
            raise ApiError(errors.UNKNOWN_WEBHOOK)
        self._world.channel(interaction.channel.id)  # refuses if it was deleted (10003)
        return interaction

    def file_limit(self, token: str) -> int:
        """The bytes a file may have that answers by this token."""
        interaction = self._by_token.get(token)
        return file_limit(None if interaction is None else interaction.channel)

    def with_modal(self, interaction_id: int, user: User) -> Interaction | None:
        """The interaction that was answered with a modal which this user has not yet submitted."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.user is not user or interaction.modal is None:
            return None
        return interaction

    def waiting(self) -> list[Interaction]:
        """Those not yet acknowledged, or whose answer is still "thinking…"; oldest first."""
        return [
            each
            for each in self._by_id.values()
            if not each.failed
            and (each.answer is None or (each.original is not None and each.original.loading))
            and self._clock.now() - each.created_at < TOKEN_LIFETIME_S
        ]

    def acknowledge(self, interaction: Interaction, how: Callback) -> None:
        """Note how the bot acknowledged, and tell the person."""
        interaction.answer = how
        deadline = self._deadlines.pop(interaction.id, None)
        if deadline is not None:
            deadline.cancel()
        if interaction.kind is not Kind.AUTOCOMPLETE:
            self.tell(interaction, "INTERACTION_SUCCESS")

    def tell(self, interaction: Interaction, event: str, **more: Any) -> None:
        """Send an event about an interaction to its person."""
        about: dict[str, Any] = {"id": str(interaction.id), "nonce": interaction.nonce, **more}
        self._gateway.to_user(interaction.user, event, about)

    def close(self) -> None:
        """Stop all deadlines."""
        for deadline in self._deadlines.values():
            deadline.cancel()

    # --- inside ---

    async def _expire(self, interaction: Interaction) -> None:
        await self._clock.sleep_until(interaction.created_at + ACKNOWLEDGE_WITHIN_S)
        self._deadlines.pop(interaction.id, None)
        self._fail(interaction, Failure.TIMEOUT)

    def _fail(self, interaction: Interaction, reason: Failure) -> None:
        interaction.failed = True
        log.info("interaction %s failed: %s", interaction.id, reason.name.lower())
        self.tell(interaction, "INTERACTION_FAILURE", reason_code=int(reason))

    def _forget_old(self) -> None:
        limit = self._clock.now() - REMEMBERED_S
        # Oldest first, so this stops at the first that is still young.
        for interaction in list(self._by_id.values()):
            if interaction.created_at > limit:
                return
            del self._by_id[interaction.id]
            del self._by_token[interaction.token]
