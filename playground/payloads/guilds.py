"""Applications, guilds, roles and channels."""

from typing import Any

from playground import permissions
from playground.payloads.users import user
from playground.world import Application, Channel, Guild, Role, User

# Since 2026-11-16 a channel out of the bot's sight comes without its name, with this flag.
HIDDEN = 1 << 17


def application(app: Application) -> dict[str, Any]:
    """The application as its own bot reads it."""
    return {
        **application_card(app),
        "summary": "",
        "owner": user(app.owner),
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}},
    }


def application_card(app: Application) -> dict[str, Any]:
    """The application as other users see it."""
    return {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": app.description,
        "type": None,
        "flags": app.flags,
        "flags_new": str(app.flags),
        "verify_key": app.verify_key,
        "bot_public": True,
        "bot_require_code_grant": False,
        "bot": user(app.bot),
    }


def role(which: Role) -> dict[str, Any]:
    """A role of a guild."""
    shown: dict[str, Any] = {
        "id": str(which.id),
        "name": which.name,
        "permissions": str(which.permissions),
        "position": which.position,
        "color": which.color,
        "colors": {
            "primary_color": which.color,
            "secondary_color": None,
            "tertiary_color": None,
        },
        "hoist": False,
        "managed": which.managed,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if which.bot_id is not None:
        shown["tags"] = {"bot_id": str(which.bot_id)}
    return shown


def channel(which: Channel, viewer: User) -> dict[str, Any]:
    """A channel as one user receives it: of a guild, or the DM with somebody else."""
    if which.guild is None:
        return dm(which, viewer)
    hidden = not permissions.may(which, viewer, permissions.VIEW_CHANNEL)
    return {
        "id": str(which.id),
        "type": which.type,
        "guild_id": str(which.guild.id),
        "name": "___hidden___" if hidden else which.name,
        "topic": None if hidden else which.topic,
        "position": which.position,
        "parent_id": None,
        "nsfw": which.nsfw,
        "rate_limit_per_user": 0,
        "last_message_id": None if hidden else _last_message_id(which),
        "permission_overwrites": [
            {
                "id": str(overwrite.id),
                "type": int(overwrite.is_member),
                "allow": str(overwrite.allow),
                "deny": str(overwrite.deny),
            }
            for overwrite in which.overwrites
        ],
        "flags": HIDDEN if hidden else 0,
    }


def dm(which: Channel, viewer: User) -> dict[str, Any]:
    """A DM channel as one of its two users receives it: the other is the recipient."""
    return {
        "id": str(which.id),
        "type": which.type,
        "last_message_id": _last_message_id(which),
        "flags": 0,
        "recipients": [user(other) for other in which.recipients if other is not viewer],
    }


def _last_message_id(which: Channel) -> str | None:
    newest_first = reversed(which.messages.values())
    return next((str(message.id) for message in newest_first if message.private_to is None), None)


def guild(which: Guild) -> dict[str, Any]:
    """A guild without its channels and members, as REST returns it."""
    return {
        "id": str(which.id),
        "name": which.name,
        "owner_id": str(which.owner_id),
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "features": [],
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(each) for each in which.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }
