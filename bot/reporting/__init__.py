"""Reports as the host sees them: a message in the host's channel, and the buttons under it."""

from ._buttons import BUTTONS
from ._late import hand_over_late
from ._post import hand_over, withdraw

__all__ = ["BUTTONS", "hand_over", "hand_over_late", "withdraw"]
