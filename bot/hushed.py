"""What somebody typed and others would read: a list of words that holds there may refuse it."""

from bot.presentation.text import Hides, hides_nothing
from generation.words import Words


def hides_in(words: Words, guild_id: int | None, *, private: bool) -> Hides:
    """What may not stand in a message there; of one that its member alone reads it is nothing."""
    if private or guild_id is None:
        return hides_nothing
    return lambda text: words.are_listed(text, guild_id)
