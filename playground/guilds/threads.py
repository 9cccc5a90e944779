"""Threads: started, joined, put to sleep and woken."""

from typing import Any

from playground.guilds.tools import Tools
from playground.world import (
    CHANNEL_NAME_CHANGE,
    HAS_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    THREAD_CREATED,
    THREAD_STARTER_MESSAGE,
    Channel,
    Message,
    Thread,
    User,
)


class Threads:
    """The threads of all guilds."""

    def __init__(self, tools: Tools) -> None:
        """Works on the threads of the guilds."""
        self._tools = tools
        self._news = tools.news

    def start(
        self,
        parent: Channel,
        name: str,
        owner: User,
        *,
        message: Message | None = None,
        private: bool = False,
        **fields: Any,
    ) -> Channel:
        """A new thread: of a message, whose id it then has, or on its own.

        `fields` are further attributes of the Thread; `slow_mode_s` is the channel's.
        """
        if parent.guild is None:
            raise ValueError("There are no threads in DMs.")
        now = self._tools.clock.now()
        thread = Channel(
            self._tools.ids.next() if message is None else message.id,
            PRIVATE_THREAD if private else PUBLIC_THREAD,
            name,
            parent.guild,
            nsfw=parent.nsfw,
            slow_mode_s=fields.pop("slow_mode_s", 0),
            thread=Thread(parent, owner.id, now, archived_at=now, joined={owner.id: now}, **fields),
        )
        parent.guild.threads[thread.id] = self._tools.world.channels[thread.id] = thread
        self._news.thread("THREAD_CREATE", thread, newly_created=True)
        self._news.thread_members(thread, added=owner)
        if message is not None:
            self._mark(parent, message, thread, owner)
        elif not private:
            self._tools.board.system(
                parent, owner, THREAD_CREATED, name, reference_channel_id=thread.id
            )
        return thread

    def edit(self, thread: Channel, editor: User | None = None, **changes: Any) -> Channel:
        """Change a thread (THREAD_UPDATE): name, slow_mode_s, or an attribute of the Thread."""
        about = _of(thread)
        renamed = "name" in changes and changes["name"] != thread.name
        if "archived" in changes and changes["archived"] != about.archived:
            about.archived_at = self._tools.clock.now()
        for name, value in changes.items():
            setattr(thread if name in ("name", "slow_mode_s") else about, name, value)
        self._news.thread("THREAD_UPDATE", thread)
        if renamed and editor is not None:
            self._tools.board.system(thread, editor, CHANNEL_NAME_CHANGE, changes["name"])
        return thread

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Put a thread to sleep; if locked, only who manages threads may wake it."""
        self.edit(thread, archived=True, locked=locked)

    def wake(self, thread: Channel, author: User) -> None:
        """Make a thread ready for somebody's message: they join it, and it is active again.

        Any other channel needs no waking.
        """
        if thread.thread is None or thread.guild is None:
            return
        if thread.thread.archived:
            self.edit(thread, archived=False)
        if author.id in thread.guild.members:
            self.join(thread, author)

    def join(self, thread: Channel, user: User) -> None:
        """Add somebody to a thread (THREAD_MEMBERS_UPDATE); a private one they now first see."""
        about = _of(thread)
        if user.id in about.joined:
            return
        about.joined[user.id] = self._tools.clock.now()
        if thread.type == PRIVATE_THREAD:
            self._news.thread("THREAD_CREATE", thread, to=user)
        self._news.thread_members(thread, added=user)

    def leave(self, thread: Channel, user: User) -> None:
        """Remove somebody from a thread (THREAD_MEMBERS_UPDATE)."""
        if _of(thread).joined.pop(user.id, None) is not None:
            self._news.thread_members(thread, removed=user)

    def delete(self, thread: Channel) -> None:
        """Remove a thread with its messages and files (THREAD_DELETE)."""
        self._news.thread_gone(thread)
        self._tools.forget(thread)
        parent = _of(thread).parent
        starter = parent.messages.get(thread.id)
        if starter is not None:
            starter.flags &= ~HAS_THREAD
            self._tools.board.announce_edit(parent, starter)

    def _mark(self, parent: Channel, message: Message, thread: Channel, owner: User) -> None:
        """Let a message show its thread, and the thread begin with the message."""
        message.flags |= HAS_THREAD
        self._tools.board.announce_edit(parent, message)
        self._tools.board.system(
            thread,
            owner,
            THREAD_STARTER_MESSAGE,
            id=thread.id,
            reference_id=message.id,
            reference_channel_id=parent.id,
        )


def _of(thread: Channel) -> Thread:
    if thread.thread is None:
        raise ValueError(f"{thread.name} is no thread.")
    return thread.thread
