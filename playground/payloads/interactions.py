"""INTERACTION_CREATE as the bot receives it, and what an answer says of its interaction."""

from typing import TYPE_CHECKING, Any

from playground import permissions
from playground.interactions.installs import app_permissions, context_of
from playground.limits import file_limit
from playground.payloads.channels import channel
from playground.payloads.messages import MessageWriter
from playground.payloads.users import member, user
from playground.world import World

if TYPE_CHECKING:
    from playground.interactions.interaction import Interaction

COMMAND, COMPONENT, MODAL_SUBMIT = 2, 3, 5


def interaction_create(
    world: World, interaction: "Interaction", writer: MessageWriter
) -> dict[str, Any]:
    """The whole interaction, with the rights of both sides in its channel."""
    where, who = interaction.channel, interaction.user
    guild = where.guild
    granted = str(permissions.in_channel(where, who))
    made: dict[str, Any] = {
        "id": str(interaction.id),
        "application_id": str(world.application.id),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(where.id),
        "channel": {
            **channel(where, world.bot if guild is None else who),
            "permissions": granted,
        },
        "app_permissions": str(app_permissions(world, where)),
        "attachment_size_limit": file_limit(where),
        "locale": "en-US",
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": interaction.owners,
        "context": context_of(world, where),
    }
    if guild is None:
        made["user"] = user(who)
    else:
        made |= {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "member": {**member(guild.members[who.id]), "permissions": granted},
        }
    if interaction.message is not None:
        made["message"] = writer.message(interaction.message)
    return made


def metadata(world: World, interaction: "Interaction") -> dict[str, Any]:
    """`interaction_metadata` of the messages that answer an interaction."""
    about: dict[str, Any] = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": user(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }
    if interaction.kind == COMMAND:
        about |= {
            "name": _full_name(interaction.data),
            "command_type": interaction.data.get("type", 1),
        }
        if about["command_type"] == 2:
            about["target_user"] = user(world.users[int(interaction.data["target_id"])])
        elif about["command_type"] == 3:
            about["target_message_id"] = interaction.data["target_id"]
    elif interaction.kind == COMPONENT and interaction.message is not None:
        about["interacted_message_id"] = str(interaction.message.id)
    elif interaction.kind == MODAL_SUBMIT and interaction.origin is not None:
        about["triggering_interaction_metadata"] = metadata(world, interaction.origin)
    return about


def _full_name(data: dict[str, Any]) -> str:
    """The command with its subcommands: "settings model set"."""
    words = [data["name"]]
    options = data.get("options") or []
    while options and options[0]["type"] in (1, 2):
        words.append(options[0]["name"])
        options = options[0].get("options") or []
    return " ".join(words)
