"""Applications, guilds, roles, emojis and AutoMod's rules."""

from typing import Any

from playground.payloads.users import user
from playground.world import Application, AutoModRule, Ban, Guild, Role

# How many boosts make each level.
BOOSTS = (0, 2, 7, 14)


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
        "hoist": which.hoist,
        "managed": which.managed,
        "mentionable": which.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if which.bot_id is not None:
        shown["tags"] = {"bot_id": str(which.bot_id)}
    return shown


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
        "premium_tier": which.boost_level,
        "premium_subscription_count": BOOSTS[which.boost_level],
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [emoji(each, name) for each, name in which.emojis.items()],
        "stickers": [],
        "incidents_data": None,
    }


def emoji(emoji_id: int, name: str) -> dict[str, Any]:
    """A guild's own emoji."""
    return {
        "id": str(emoji_id),
        "name": name,
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": False,
        "available": True,
    }


def ban(which: Ban) -> dict[str, Any]:
    """Who may not come back, and why."""
    return {"user": user(which.user), "reason": which.reason}


def automod_rule(which: AutoModRule, where: Guild) -> dict[str, Any]:
    """A rule that stops messages by their words."""
    metadata = {} if which.message is None else {"custom_message": which.message}
    return {
        "id": str(which.id),
        "guild_id": str(where.id),
        "creator_id": str(which.creator_id or where.owner_id),
        "name": which.name,
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": {
            "keyword_filter": which.keywords,
            "regex_patterns": [],
            "allow_list": which.allowed,
        },
        "actions": [{"type": 1, "metadata": metadata}],
        "enabled": which.enabled,
        "exempt_roles": [str(each) for each in which.exempt_role_ids],
        "exempt_channels": [str(each) for each in which.exempt_channel_ids],
    }
