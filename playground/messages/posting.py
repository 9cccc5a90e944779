"""Whether somebody may post a message in a channel: rights, slow mode, threads, DMs, AutoMod."""

from typing import TYPE_CHECKING

from playground import errors, permissions
from playground.errors import ApiError
from playground.messages.drafts import Draft
from playground.world import Channel, User, World

if TYPE_CHECKING:
    from playground.guilds import Guilds


def check_post(guilds: "Guilds", channel: Channel, author: User, draft: Draft) -> None:
    """Refuse what Discord refuses of a new message; a thread that was asleep is woken.

    50001, 50013 for rights; 50007, 50278 in DMs; 50083 in a closed thread; 160002 for an answer
    to what the author may not read; 20016 in slow mode; 200000 for words that AutoMod stops.
    """
    check_place(guilds.world, channel, author)
    needed = permissions.ATTACH_FILES if draft.uploads else 0
    # Embeds come from bots alone: links of people without the right stay plain, but are posted.
    needed |= permissions.EMBED_LINKS if draft.embeds else 0
    permissions.require(channel, author, needed)
    answers = draft.reference_id is not None
    if answers and not permissions.may(channel, author, permissions.READ_MESSAGE_HISTORY):
        raise ApiError(errors.CANNOT_REPLY)
    _check_slow_mode(channel, author, guilds.clock.now())
    guilds.automod.check(channel, author, draft.content)
    guilds.threads.wake(channel, author)


def check_place(world: World, channel: Channel, author: User) -> None:
    """Refuse a channel in which somebody may not write, whatever they write."""
    if channel.guild is None:
        permissions.require(channel, author, permissions.SEND_MESSAGES)
        for recipient in channel.recipients:
            if recipient is not author:
                _check_dm(world, author, recipient)
        return
    permissions.require(channel, author, permissions.writing(channel))
    check_lock(channel, author)


def check_lock(channel: Channel, author: User) -> None:
    """Refuse a locked thread to who may not unlock it: as archived where it sleeps too."""
    thread = channel.thread
    if thread is None or not thread.locked:
        return
    if not permissions.may(channel, author, permissions.MANAGE_THREADS):
        raise ApiError(errors.THREAD_CLOSED if thread.archived else errors.THREAD_LOCKED)


def check_active(channel: Channel) -> None:
    """Refuse to change, delete or react to anything in an archived thread (50083)."""
    if channel.thread is not None and channel.thread.archived:
        raise ApiError(errors.THREAD_ARCHIVED)


def check_answer(guilds: "Guilds", channel: Channel, *, private: bool = False) -> None:
    """Refuse an interaction's new message in a locked thread (50083).

    Such a message needs none of the rights that others need. A thread that was asleep is woken,
    but by what only one person sees.
    """
    bot = guilds.world.bot
    locked = channel.thread is not None and channel.thread.locked
    if locked and not permissions.may(channel, bot, permissions.MANAGE_THREADS):
        raise ApiError(errors.THREAD_CLOSED)
    if not private:
        guilds.threads.wake(channel, bot)


def _check_dm(world: World, author: User, recipient: User) -> None:
    if not recipient.takes_dms:
        raise ApiError(errors.CANNOT_DM)
    if not (author.bot or recipient.bot):
        return
    person = recipient if author.bot else author
    shared = any(world.bot.id in guild.members for guild in world.guilds_of(person))
    if not shared and person.id not in world.installed_by:
        raise ApiError(errors.NO_MUTUAL_GUILDS)


def _check_slow_mode(channel: Channel, author: User, now: float) -> None:
    """One message per span; bots, and who may bypass it, are spared."""
    if author.bot or not channel.slow_mode_s or author.id not in channel.posted_at:
        return
    if permissions.may(channel, author, permissions.BYPASS_SLOWMODE):
        return
    left = channel.posted_at[author.id] + channel.slow_mode_s - now
    if left > 0:
        raise ApiError(errors.SLOW_MODE, retry_after=left)
