"""Reports as the host sees them: a message in the host's channel, and the buttons under it."""

from ._buttons import UNDER_REPORTS
from ._late import hand_over_late
from ._orphans import DeleteButton, hand_over_orphan, still_shows
from ._post import hand_over, withdraw

__all__ = [
    "BUTTONS",
    "hand_over",
    "hand_over_late",
    "hand_over_orphan",
    "still_shows",
    "withdraw",
]

#: What the client has to know by their ids.
BUTTONS = (*UNDER_REPORTS, DeleteButton)
