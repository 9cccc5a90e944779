"""The gateway: sessions that receive events, and the websockets that carry them.

`hub.Gateway` decides who receives what. Below it: `handshake` (IDENTIFY and RESUME, with `starts`,
how often), `greeting` (READY and GUILD_CREATE), `members` (requests for them), `presences`,
`faults` (what a test may do), `sessions` and `session` (events numbered and kept for a RESUME),
`connection` (the protocol on one websocket, with `compression`), `protocol` (its numbers).
"""

from playground.gateway.hub import Gateway

__all__ = ["Gateway"]
