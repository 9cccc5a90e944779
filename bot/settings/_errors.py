"""What is wrong with the settings: as a whole, and with a token's file."""

from collections.abc import Iterable


class SettingsError(Exception):
    """The settings do not let Easel start; ``problems`` has one line, fit to print, for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the lines, which never hold a secret's value."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class TokenFileProblem(ValueError):
    """A token's file can't be used; str() is the whole line, and holds nothing of the file."""
