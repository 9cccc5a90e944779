"""What the services of a guild work with."""

from dataclasses import dataclass

from playground.clock import Clock
from playground.guilds.news import News
from playground.messages.board import Board
from playground.snowflake import Snowflakes
from playground.world import Channel, World


@dataclass(frozen=True, slots=True)
class Tools:
    """Made once, and shared."""

    world: World
    clock: Clock
    ids: Snowflakes
    board: Board
    news: News

    def forget(self, channel: Channel) -> None:
        """Remove a channel or thread with its messages and files, without a word."""
        for message in channel.messages.values():
            self.board.files.delete(message.files)
        channel.messages.clear()
        self.world.channels.pop(channel.id, None)
        if channel.guild is not None:
            channel.guild.channels.pop(channel.id, None)
            channel.guild.threads.pop(channel.id, None)
