"""The settings, and the only place where the environment is read.

A variable of the environment wins over the same one in ``.env``; an empty one counts as not given.
docs/configuration.md and .env.example describe every variable, and a test keeps them complete.
"""

from ._environment import apply_hub_environment, child_environment
from ._errors import SettingsError
from ._fields import DISCORD_API_URL, LogFormat, LogLevel, Settings
from ._load import load_settings, read_settings
from ._variables import Variable, variables

__all__ = [
    "DISCORD_API_URL",
    "LogFormat",
    "LogLevel",
    "Settings",
    "SettingsError",
    "Variable",
    "apply_hub_environment",
    "child_environment",
    "load_settings",
    "read_settings",
    "variables",
]
