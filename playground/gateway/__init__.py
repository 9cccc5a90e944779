"""The gateway: sessions that receive events, and the websockets that carry them.

`hub.Gateway` decides who receives what, `session.Session` numbers and keeps events for a RESUME,
`connection.Connection` speaks the protocol on one websocket.
"""

from playground.gateway.hub import Gateway

__all__ = ["Gateway"]
