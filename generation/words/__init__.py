"""What may not be asked for: the host's words, each guild's, and one rule that nothing lifts."""

from generation.words.guilds import GuildWords
from generation.words.matching import WordList
from generation.words.rules import Words

__all__ = ["GuildWords", "WordList", "Words"]
