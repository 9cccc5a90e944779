"""Names of Discord's wire that tests need."""

from typing import Any

#: A message, an embed, an event: what Discord sends as a JSON object.
Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
