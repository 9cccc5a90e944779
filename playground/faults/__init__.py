"""Faults of the API, planted by a test or by hand: errors, delays, cut connections.

    playground.faults.add("PATCH /webhooks/*/messages/@original", status=503)      # the next one
    playground.faults.add("POST /channels/*/messages", every=2, drop="after")      # each second one
    playground.faults.add("* /**", always=True, delay=2.0)
    playground.faults.clear()

`fault` is one of them, `document` reads the JSON they are told in, `book` keeps them. They happen
to requests in `playground.rest.striking`.
"""

from playground.faults.book import Faults
from playground.faults.fault import Deed, Drop, Fault, Source

__all__ = ["Deed", "Drop", "Fault", "Faults", "Source"]
