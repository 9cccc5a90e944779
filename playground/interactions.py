"""Interactions: from a person's click to the bot's answer, with Discord's deadlines.

Acknowledged within three seconds, once; then the token is good for fifteen minutes of edits and
follow-ups.
"""

import asyncio
import logging
import secrets
from typing import Any

from playground import errors, payloads
from playground.clock import Clock
from playground.drafts import Draft
from playground.errors import ApiError
from playground.gateway import Gateway
from playground.interaction import Callback, Failure, Interaction, Kind
from playground.messages import Board
from playground.payloads.interactions import interaction_create, metadata
from playground.snowflake import Snowflakes
from playground.world import (
    CHAT_INPUT_COMMAND,
    COMPONENTS_V2,
    CONTEXT_MENU_COMMAND,
    DEFAULT_MESSAGE,
    EPHEMERAL,
    LOADING,
    REPLY,
    Channel,
    Message,
    User,
    World,
)

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
            message=message,
            origin=origin,
        )
        self._forget_old()
        self._by_token[interaction.token] = interaction
        self._by_id[identifier] = interaction
        if kind is not Kind.AUTOCOMPLETE:
            self._tell(interaction, "INTERACTION_CREATE")
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
        return interaction

    def with_modal(self, interaction_id: int, user: User) -> Interaction | None:
        """The interaction that was answered with a modal which this user has not yet submitted."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.user is not user or interaction.modal is None:
            return None
        return interaction

    # --- how the bot may acknowledge ---

    def answer_message(self, interaction: Interaction, draft: Draft) -> Message:
        """Answer with a message (type 4)."""
        message = self._post(interaction, draft, ephemeral=bool(draft.flags & EPHEMERAL))
        interaction.original = message
        self._acknowledge(interaction, Callback.MESSAGE)
        return message

    def defer_message(self, interaction: Interaction, flags: int) -> Message:
        """Answer with "is thinking…" (type 5); whether it is ephemeral is fixed here."""
        message = self._post(
            interaction,
            Draft(frozenset(), flags=flags & COMPONENTS_V2),
            ephemeral=bool(flags & EPHEMERAL),
            flags=LOADING,
        )
        interaction.original = message
        self._acknowledge(interaction, Callback.DEFERRED_MESSAGE)
        return message

    def defer_update(self, interaction: Interaction) -> Message | None:
        """Acknowledge a component without showing anything (type 6)."""
        self._take_source(interaction)
        self._acknowledge(interaction, Callback.DEFERRED_UPDATE)
        return interaction.original

    def update(self, interaction: Interaction, draft: Draft) -> Message:
        """Edit the message whose component was used (type 7)."""
        source = self._take_source(interaction)
        message = self._board.edit(interaction.channel, source, draft)
        self._acknowledge(interaction, Callback.UPDATE)
        return message

    def autocomplete(self, interaction: Interaction, choices: list[dict[str, Any]]) -> None:
        """Offer choices (type 8)."""
        self._acknowledge(interaction, Callback.AUTOCOMPLETE_RESULT)
        self._tell(interaction, "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE", choices=choices)

    def show_modal(self, interaction: Interaction, modal: dict[str, Any]) -> None:
        """Open a form for the user (type 9)."""
        interaction.modal = modal
        self._tell(
            interaction,
            "INTERACTION_MODAL_CREATE",
            application=payloads.application_card(self._world.application),
            channel_id=str(interaction.channel.id),
            **modal,
        )
        self._acknowledge(interaction, Callback.MODAL)

    # --- afterward, by the token ---

    def follow_up(self, interaction: Interaction, draft: Draft) -> Message:
        """Post a further message; after a defer the first fills the deferred message instead."""
        original = interaction.original
        if original is not None and original.loading:
            return self._board.edit(interaction.channel, original, draft)
        return self._post(
            interaction,
            draft,
            ephemeral=bool(draft.flags & EPHEMERAL),
            type=REPLY if original is not None else DEFAULT_MESSAGE,
            reference_id=None if original is None else original.id,
        )

    def message_of(self, interaction: Interaction, which: str) -> Message:
        """The message that `@original` or an id means to this token."""
        if which == "@original":
            if interaction.original is None:
                raise ApiError(errors.UNKNOWN_WEBHOOK)
            identifier = interaction.original.id
        elif which.isdecimal() and int(which) in interaction.message_ids:
            identifier = int(which)
        else:
            raise ApiError(errors.UNKNOWN_MESSAGE)
        return self._board.find(interaction.channel, identifier, interaction.user)

    def close(self) -> None:
        """Stop all deadlines."""
        for deadline in self._deadlines.values():
            deadline.cancel()

    # --- inside ---

    def _post(
        self, interaction: Interaction, draft: Draft, *, ephemeral: bool, **fields: Any
    ) -> Message:
        about = metadata(self._world, interaction)
        if interaction.original is not None:
            about["original_response_message_id"] = str(interaction.original.id)
        elif "type" not in fields:
            fields |= _kind_of_answer(interaction)
        message = self._board.post(
            interaction.channel,
            self._world.bot,
            draft,
            **{
                **fields,
                "flags": fields.get("flags", 0) | (EPHEMERAL if ephemeral else 0),
                "private_to": interaction.user.id if ephemeral else None,
                "application_id": self._world.application.id,
                "interaction_metadata": about,
            },
        )
        interaction.message_ids.add(message.id)
        return message

    def _take_source(self, interaction: Interaction) -> Message:
        """The message a component interaction came from becomes its @original."""
        source = interaction.message
        if source is None or source.id not in interaction.channel.messages:
            raise ApiError(errors.UNKNOWN_MESSAGE)
        interaction.original = source
        interaction.message_ids.add(source.id)
        return source

    def _acknowledge(self, interaction: Interaction, how: Callback) -> None:
        interaction.answer = how
        deadline = self._deadlines.pop(interaction.id, None)
        if deadline is not None:
            deadline.cancel()
        if interaction.kind is not Kind.AUTOCOMPLETE:
            self._tell(interaction, "INTERACTION_SUCCESS")

    async def _expire(self, interaction: Interaction) -> None:
        await self._clock.sleep_until(interaction.created_at + ACKNOWLEDGE_WITHIN_S)
        self._deadlines.pop(interaction.id, None)
        self._fail(interaction, Failure.TIMEOUT)

    def _fail(self, interaction: Interaction, reason: Failure) -> None:
        interaction.failed = True
        log.info("interaction %s failed: %s", interaction.id, reason.name.lower())
        self._tell(interaction, "INTERACTION_FAILURE", reason_code=int(reason))

    def _tell(self, interaction: Interaction, event: str, **more: Any) -> None:
        about: dict[str, Any] = {"id": str(interaction.id), "nonce": interaction.nonce, **more}
        self._gateway.to_user(interaction.user, event, about)

    def _forget_old(self) -> None:
        limit = self._clock.now() - REMEMBERED_S
        # Oldest first, so this stops at the first that is still young.
        for interaction in list(self._by_id.values()):
            if interaction.created_at > limit:
                return
            del self._by_id[interaction.id]
            del self._by_token[interaction.token]


def _kind_of_answer(interaction: Interaction) -> dict[str, Any]:
    """Type and reference of the first answer: to a command its own type, to a component a reply."""
    first = interaction.origin or interaction
    if first.kind is Kind.COMMAND:
        command_type = first.data.get("type", 1)
        return {"type": CHAT_INPUT_COMMAND if command_type == 1 else CONTEXT_MENU_COMMAND}
    if interaction.message is not None:
        return {"type": REPLY, "reference_id": interaction.message.id}
    return {}
