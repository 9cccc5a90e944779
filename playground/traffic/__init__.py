"""The live feed of what passes: REST exchanges and gateway frames, for the page's side panel.

`feed` keeps the latest and hands new ones to listeners, `rest` and `frames` make items of what
passes, `body` caps and redacts what was said, `stream` is the feed as Server-Sent Events.
"""

from playground.traffic.feed import Feed, Item, Listener, Lost

__all__ = ["Feed", "Item", "Listener", "Lost"]
