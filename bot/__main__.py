"""`python -m bot [COMMAND]`. Its exit codes:

0 ended as asked · 1 an error of its own, or the command came to nothing · 2 the settings or the
command line are wrong · 3 the data folder or the database · 4 Discord does not take the token, or
can't be reached.
"""

import sys
from collections.abc import Sequence

from bot import cli
from bot import log as logs
from bot.cli import Exit
from bot.settings import SettingsError, apply_hub_environment, read_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    options = cli.parser().parse_args(arguments)
    settings, options.problems = read_settings()
    try:
        if options.problems and not getattr(options, "despite_problems", False):
            raise SettingsError(options.problems)
        if options.command == "run":
            settings.require_token()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return Exit.SETTINGS
    secrets = [
        token.get_secret_value() for token in (settings.discord_token, settings.hf_token) if token
    ]
    # A progress bar and lines of INFO do not go together on one terminal.
    is_quiet = getattr(options, "quiet", False) and settings.log_level == "INFO"
    logs.configure(
        settings.log_format, "WARNING" if is_quiet else settings.log_level, secrets=secrets
    )
    apply_hub_environment(settings)
    return options.action(settings, options)


if __name__ == "__main__":
    sys.exit(main())
