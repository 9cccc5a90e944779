"""The one error of the settings."""

from collections.abc import Iterable


class SettingsError(Exception):
    """The settings do not let Easel start; ``problems`` has one line, fit to print, for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the lines, which never hold a secret's value."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
