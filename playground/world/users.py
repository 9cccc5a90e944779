"""Accounts, and the application that one of them is the bot of."""

from dataclasses import dataclass


@dataclass(slots=True)
class User:
    """An account: a person's or the bot's."""

    id: int
    username: str
    global_name: str | None
    token: str  # without "Bot "
    bot: bool = False
    takes_dms: bool = True  # False: messages to this user are refused (50007)


@dataclass(slots=True)
class Application:
    """The bot's application, as the developer portal has it."""

    id: int
    name: str
    description: str
    owner: User
    bot: User
    flags: int
    verify_key: str
